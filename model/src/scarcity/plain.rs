//! Operations without a session, one function for each.

use crossinterp_objects::Value;

use super::scene::{ABROAD, HOME, Scene};
use super::task::{Place, Update, Work};
use super::told::{Told, Word};
use crate::convert::Plan;

/// The converter that a type is registered with first, and another one.
const CONVERTERS: [u8; 2] = [0, 1];

impl Scene<'_> {
    /// Does what must be done before, arms the ledger, and does the work.
    pub(super) fn perform(&mut self, work: &Work, plan: Plan) -> Told {
        match work {
            Work::Visit(armed, visit) => return self.visit_from_home(*armed, visit, plan),
            Work::Apply(updates) => return self.apply_abroad(updates, plan),
            Work::Fill(updates) => return self.fill_only(updates, plan),
            _ => {}
        }
        Told::word(match work {
            Work::Check(value) => self.check(value, plan),
            Work::Convert(value) => self.convert(value, plan),
            Work::Materialise(value) => self.materialise(value, plan),
            Work::Release(value, place) => self.give_up(value, *place, plan),
            Work::Register { class, before, differs } => {
                (0..*before).for_each(|_| assert_eq!(self.register(class, CONVERTERS[0]), Word::Done));
                self.arm(plan);
                self.register(class, CONVERTERS[usize::from(*differs)])
            }
            Work::Unregister(class, before) => {
                (0..*before).for_each(|_| assert_eq!(self.register(class, CONVERTERS[0]), Word::Done));
                self.arm(plan);
                self.unregister(class)
            }
            Work::LookUp(class) => {
                self.arm(plan);
                self.look_up(class)
            }
            Work::Free(updates, place) => self.free_only(updates, *place, plan),
            Work::Create => {
                self.arm(plan);
                self.create()
            }
            Work::End(values) => self.end_home(values, plan),
            Work::Fill(_) | Work::Apply(_) | Work::Visit(..) => unreachable!("they tell more than a word"),
        })
    }

    fn check(&mut self, value: &Value, plan: Plan) -> Word {
        self.arm(plan);
        self.conversion.check(value).map_or_else(|failure| Word::of(&failure), |()| Word::Done)
    }

    fn convert(&mut self, value: &Value, plan: Plan) -> Word {
        self.arm(plan);
        match self.conversion.convert(value) {
            Ok(xi) => {
                self.send(HOME, xi);
                Word::Done
            }
            Err(failure) => Word::of(&failure),
        }
    }

    /// Whatever fails, the capsule can be read again when there is memory: a later success shows it.
    fn materialise(&mut self, value: &Value, plan: Plan) -> Word {
        let xi = self.conversion.convert(value).expect("it can be converted");
        self.send(HOME, xi);
        self.conversion.move_to(ABROAD);
        self.arm(plan);
        match self.conversion.materialise(xi) {
            Ok(arrival) => {
                assert_eq!(arrival.value, *value, "what arrives is what left");
                self.conversion.drop_arrival(arrival);
                Word::Done
            }
            Err(failure) => Word::of(&failure),
        }
    }

    fn give_up(&mut self, value: &Value, place: Place, plan: Plan) -> Word {
        let xi = self.conversion.convert(value).expect("it can be converted");
        if place == Place::AfterTheEnd {
            self.send(HOME, xi);
            self.end(HOME);
            self.conversion.move_to(ABROAD);
            self.arm(plan);
            return Word::Done;
        }
        self.conversion.move_to(if place == Place::Home { HOME } else { ABROAD });
        self.arm(plan);
        self.release(HOME, xi);
        Word::Done
    }

    fn fill_only(&mut self, updates: &[Update], plan: Plan) -> Told {
        self.arm(plan);
        match self.fill(HOME, updates) {
            Ok(names) => {
                names.into_iter().for_each(|names| self.give_back(names));
                Told::word(Word::Done)
            }
            Err(word) => Told::word(word),
        }
    }

    fn apply_abroad(&mut self, updates: &[Update], plan: Plan) -> Told {
        let names = self.fill(HOME, updates).expect("it can be filled").expect("there are names");
        self.conversion.move_to(ABROAD);
        self.arm(plan);
        let told = match self.arrive(ABROAD, &names) {
            Ok(arrived) => {
                arrived.into_iter().for_each(|(name, arrival)| self.bind(ABROAD, name, arrival));
                Told { bound: self.bound(ABROAD), ..Told::word(Word::Done) }
            }
            Err(word) => Told::word(word),
        };
        self.give_back(names);
        told
    }

    fn free_only(&mut self, updates: &[Update], place: Place, plan: Plan) -> Word {
        let names = self.fill(HOME, updates).expect("it can be filled").expect("there are names");
        self.conversion.move_to(if place == Place::Home { HOME } else { ABROAD });
        self.arm(plan);
        self.give_back(names);
        Word::Done
    }

    fn end_home(&mut self, values: &[Value], plan: Plan) -> Word {
        for value in values {
            let xi = self.conversion.convert(value).expect("it can be converted");
            self.send(HOME, xi);
        }
        self.conversion.move_to(ABROAD);
        self.arm(plan);
        self.end(HOME)
    }
}
