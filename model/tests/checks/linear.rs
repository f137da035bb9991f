//! Lookups are linearizable: two checkers that agree, histories of the model that pass, and some that must not.

use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::linear::histories::{Told, explain, first_violation, histories};
use crossinterp_model::linear::{History, RegistrySpec, linearize};
use crossinterp_model::scope::{Client, Scope, Setup, TypeKind};
use quickcheck::{Arbitrary, Gen, quickcheck};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

const fn register(class: u8) -> Call {
    Call::Register { class, converter: 0 }
}

/// Two threads of one interpreter, and its registry, without a GIL.
const BASE: Scope =
    Scope { homes: &[1, 1], types: &[TypeKind::Heap(1), TypeKind::Heap(1)], gil: false, calls_each: 4, ..Scope::BASE };

const REGISTRATIONS: Scope =
    Scope { client: Client::Script(&[&[register(0)], &[register(1), Call::LookUpType(1)]]), ..BASE };
const COMING_AND_GOING: Scope = Scope {
    client: Client::Script(&[
        &[register(0), Call::Unregister(0)],
        &[Call::LookUpType(0), register(0), Call::LookUpType(0)],
    ]),
    ..BASE
};
const SCRIPTS: [Scope; 2] = [REGISTRATIONS, COMING_AND_GOING];

const UNLOCKED: DefectSet = DefectSet::NONE.with(Defect::RegistryUnlocked);

#[test]
fn without_a_defect_every_history_is_linearizable() {
    for scope in SCRIPTS {
        let violation = first_violation(Setup::with(scope, DefectSet::NONE));
        assert!(violation.is_none(), "{violation:?}");
    }
}

#[test]
fn under_the_gil_the_unlocked_registry_of_the_c_code_is_linearizable_too() {
    for scope in SCRIPTS {
        let setup = Setup::new(Scope { gil: true, ..scope }, Edition::V314);
        assert!(histories(setup).len() > 1, "the threads take turns in more than one way");
        assert!(first_violation(setup).is_none());
    }
}

#[test]
fn a_registration_that_is_lost_is_told_with_the_lookup_that_fits_nowhere() {
    let (history, violation) = first_violation(Setup::with(REGISTRATIONS, UNLOCKED)).expect("one is lost");
    let told = explain::<RegistrySpec>(&history, &violation);
    assert!(told.contains("T1  lookup(type1) -> not registered"), "{told}");
    assert!(told.contains("and then none of these: T1 lookup(type1) -> not registered"), "{told}");
}

#[test]
fn a_lookup_from_memory_is_told_as_a_violation() {
    let stale = DefectSet::NONE.with(Defect::RegistryStale);
    let (history, violation) = first_violation(Setup::with(COMING_AND_GOING, stale)).expect("it is stale");
    assert!(!violation.misfits.is_empty(), "{}", explain::<RegistrySpec>(&history, &violation));
}

#[test]
fn stateright_says_the_same_of_every_history_of_the_model() {
    let mut refused = 0;
    for (scope, defects) in SCRIPTS.into_iter().flat_map(|scope| [(scope, DefectSet::NONE), (scope, UNLOCKED)]) {
        let spec = RegistrySpec::new(&scope, defects);
        for history in histories(Setup::with(scope, defects)) {
            let ours = linearize(&spec, &history).is_ok();
            assert_eq!(ours, is_consistent(&spec, &history), "{history}");
            refused += usize::from(!ours);
        }
    }
    assert!(refused > 0, "both were asked about histories that are not linearizable");
}

#[test]
fn the_witness_of_a_yes_is_an_order_that_gives_every_answer() {
    let setup = Setup::with(COMING_AND_GOING, DefectSet::NONE);
    let spec = RegistrySpec::new(&setup.scope, setup.defects);
    for history in histories(setup) {
        let order = linearize(&spec, &history).expect("nothing is wrong with it");
        assert!(is_witness(&spec, &history, &order), "{history}{order:?}");
    }
}

/// Checks an order without searching: the answers fit, and no call comes before one that had returned when it began.
fn is_witness(spec: &RegistrySpec, history: &Told, order: &[usize]) -> bool {
    use crossinterp_model::linear::Spec;
    let mut spec = spec.clone();
    let operations = history.operations();
    let answers_fit = order.iter().all(|&number| {
        let answer = spec.make(&operations[number].call);
        operations[number].told.as_ref().is_none_or(|(told, _)| *told == answer)
    });
    let in_time = order.iter().enumerate().all(|(place, &number)| {
        let ended = operations[number].told.as_ref().map(|told| told.1);
        order[..place].iter().all(|&before| ended.is_none_or(|ended| operations[before].begun < ended))
    });
    answers_fit && in_time
}

fn is_consistent(spec: &RegistrySpec, history: &Told) -> bool {
    let mut tester = LinearizabilityTester::new(spec.clone());
    for (thread, event) in events(history) {
        let outcome = match event {
            Event::Begun(call) => tester.on_invoke(thread, call).map(drop),
            Event::Ended(answer) => tester.on_return(thread, answer).map(drop),
        };
        outcome.expect("a thread makes one call at a time");
    }
    tester.is_consistent()
}

enum Event {
    Begun(Call),
    Ended(Outcome),
}

fn events(history: &Told) -> Vec<(usize, Event)> {
    let mut all = Vec::new();
    for operation in history.operations() {
        all.push((operation.begun, operation.thread, Event::Begun(operation.call)));
        if let Some((answer, moment)) = operation.told {
            all.push((moment, operation.thread, Event::Ended(answer)));
        }
    }
    all.sort_by_key(|(moment, ..)| *moment);
    all.into_iter().map(|(_, thread, event)| (thread, event)).collect()
}

/// A history of anything at all: answers are made up, so that most are not linearizable and some are.
#[derive(Clone, Debug)]
struct MadeUp(Told);

impl Arbitrary for MadeUp {
    fn arbitrary(g: &mut Gen) -> MadeUp {
        let mut history = Told::default();
        let mut open = [false; 3];
        for _ in 0..usize::arbitrary(g) % 14 {
            let thread = usize::arbitrary(g) % open.len();
            if open[thread] {
                history.end(thread, answer(g));
            } else {
                history.begin(thread, call(g));
            }
            open[thread] = !open[thread];
        }
        MadeUp(history)
    }
}

fn call(g: &mut Gen) -> Call {
    *g.choose(&[register(0), register(0), Call::Unregister(0), Call::LookUpType(0)]).expect("there are some")
}

fn answer(g: &mut Gen) -> Outcome {
    let all = [Outcome::Done, Outcome::Done, Outcome::Converter(0), Outcome::NotRegistered];
    *g.choose(&all).expect("there are some")
}

#[test]
fn stateright_says_the_same_of_histories_that_were_made_up() {
    fn agree(history: MadeUp) -> bool {
        let spec = RegistrySpec::new(&BASE, DefectSet::NONE);
        linearize(&spec, &history.0).is_ok() == is_consistent(&spec, &history.0)
    }
    quickcheck::QuickCheck::new().tests(5_000).quickcheck(agree as fn(MadeUp) -> bool);
}

quickcheck! {
    /// One call after the other, told the truth: always linearizable, in that very order.
    fn a_history_without_overlap_is_its_own_witness(kinds: Vec<u8>) -> bool {
        use crossinterp_model::linear::Spec;
        let mut spec = RegistrySpec::new(&BASE, DefectSet::NONE);
        let begun = spec.clone();
        let mut history = History::default();
        for kind in kinds.into_iter().take(20) {
            let call = [register(0), Call::Unregister(0), Call::LookUpType(0)][usize::from(kind % 3)];
            history.begin(0, call);
            history.end(0, spec.make(&call));
        }
        linearize(&begun, &history) == Ok((0..history.operations().len()).collect())
    }
}
