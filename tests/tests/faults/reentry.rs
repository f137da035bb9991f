//! Callbacks of the host that come back in: from each, every operation on every interpreter. Nobody waits for itself, no lock
//! is spoilt, and what is told is what the state of the interpreter demands at that moment, and nothing else.

use std::sync::{Arc, Mutex};

use crossinterp::simple::{Exception, Type, Value};
use crossinterp::{
    CallRefused, Capsule, EndError, EnterError, ErrorCode, Interpreter, Part, Reason, Runtime, Session, ShutdownError,
    Stop,
};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::defect::DefectSet;
use crossinterp_model::reference::Reference;

use crate::host::{Callback, Trapped};

/// A moment of a session from home to abroad, by the callback in which it comes; at the end, a third interpreter ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// The update is converted, at home. Nobody is abroad yet.
    UpdateLeaves,
    Main,
    Room,
    /// The update is made abroad, of a payload of home.
    UpdateArrives,
    Bind,
    /// What the body raised is looked at.
    IsMemory,
    Describe(Part),
    /// What was preserved is converted, abroad.
    KeptLeaves,
    /// It is made at home, of a payload of an interpreter in which nobody is any more.
    KeptArrives,
    /// Its payload is freed, on behalf of that interpreter.
    KeptFreed,
    /// The payload of the update is freed, when home is left.
    UpdateFreed,
    /// The third interpreter ends.
    End,
}

const MOMENTS: [Moment; 16] = [
    Moment::UpdateLeaves,
    Moment::Main,
    Moment::Room,
    Moment::UpdateArrives,
    Moment::Bind,
    Moment::IsMemory,
    Moment::Describe(Part::Name),
    Moment::Describe(Part::Qualname),
    Moment::Describe(Part::Module),
    Moment::Describe(Part::Message),
    Moment::Describe(Part::Display),
    Moment::KeptLeaves,
    Moment::KeptArrives,
    Moment::KeptFreed,
    Moment::UpdateFreed,
    Moment::End,
];

impl Moment {
    /// The callback, and how many times it runs before.
    fn callback(self) -> (Callback, usize) {
        match self {
            Moment::UpdateLeaves => (Callback::Convert, 0),
            Moment::Main => (Callback::Main, 0),
            Moment::Room => (Callback::MakeRoom, 0),
            Moment::UpdateArrives => (Callback::Materialise, 0),
            Moment::Bind => (Callback::Bind, 0),
            Moment::IsMemory => (Callback::IsMemoryError, 0),
            Moment::Describe(part) => (Callback::Describe(part), 0),
            Moment::KeptLeaves => (Callback::Convert, 1),
            Moment::KeptArrives => (Callback::Materialise, 1),
            Moment::KeptFreed => (Callback::Free, 0),
            Moment::UpdateFreed => (Callback::Free, 1),
            Moment::End => (Callback::AtEnd, 0),
        }
    }

    fn is_about_an_exception(self) -> bool {
        matches!(self, Moment::IsMemory | Moment::Describe(_))
    }

    /// What an interpreter is doing then, as far as the calling thread is concerned.
    fn state(self, place: Place) -> State {
        match (self, place) {
            (Moment::End, Place::Third) => State::Ending,
            (Moment::End, _) | (_, Place::Third) => State::Idle,
            (_, Place::Home) => State::Taken,
            (Moment::UpdateLeaves | Moment::UpdateFreed, Place::Abroad) => State::Idle,
            (Moment::KeptArrives, Place::Abroad) => State::Read,
            (Moment::KeptFreed, Place::Abroad) => State::Drained,
            (_, Place::Abroad) => State::Taken,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// The calling thread is in it.
    Taken,
    /// The calling thread reads what it owns.
    Read,
    /// The calling thread frees on its behalf.
    Drained,
    /// The calling thread ends it.
    Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Home,
    Abroad,
    Third,
}

/// What the callback does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// Enters, makes a capsule, reads it and gives it back.
    Convert(Place),
    Register(Place),
    Enter(Place),
    EnterWaiting(Place),
    /// Opens a session from the third interpreter, or from one of its own if that one is asked for.
    Session(Place),
    /// Gives a capsule of that interpreter back.
    Release(Place),
    CallSoon(Place),
    End(Place),
    Create,
}

/// What the callback is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Done,
    Running,
    Ending,
    SomethingElse,
}

fn deeds() -> Vec<Deed> {
    let kinds: [fn(Place) -> Deed; 8] = [
        Deed::Convert,
        Deed::Register,
        Deed::Enter,
        Deed::EnterWaiting,
        Deed::Session,
        Deed::Release,
        Deed::CallSoon,
        Deed::End,
    ];
    let of = |kind: fn(Place) -> Deed| [Place::Home, Place::Abroad, Place::Third].map(kind);
    kinds.into_iter().flat_map(of).chain([Deed::Create]).collect()
}

/// What a deed must be told at a moment. Who only gives something back, or makes something new, is never refused.
fn demanded(moment: Moment, deed: Deed) -> Said {
    let entering = |place| match moment.state(place) {
        State::Idle | State::Read => Said::Done,
        State::Taken | State::Drained => Said::Running,
        State::Ending => Said::Ending,
    };
    match deed {
        Deed::Release(_) | Deed::Create => Said::Done,
        Deed::CallSoon(place) if moment.state(place) == State::Ending => Said::Ending,
        Deed::CallSoon(_) => Said::Done,
        Deed::End(place) => match moment.state(place) {
            State::Idle => Said::Done,
            State::Taken | State::Read | State::Drained => Said::Running,
            State::Ending => Said::Ending,
        },
        Deed::Convert(place) | Deed::Register(place) | Deed::Enter(place) => entering(place),
        Deed::EnterWaiting(place) | Deed::Session(place) => entering(place),
    }
}

struct Scene {
    runtime: Runtime<Trapped>,
    places: [Interpreter<Trapped>; 3],
}

impl Scene {
    fn new() -> Scene {
        let runtime = Runtime::builder(Trapped::default()).build();
        let places = [(); 3].map(|()| runtime.create().expect("ids are left"));
        Scene { runtime, places }
    }

    fn at(&self, place: Place) -> &Interpreter<Trapped> {
        &self.places[place as usize]
    }

    /// Does the deed when the moment comes; what is said to it comes out here.
    fn arm(&self, moment: Moment, deed: Deed) -> Arc<Mutex<Option<Said>>> {
        let said = Arc::new(Mutex::new(None));
        let (tell, runtime, places) = (Arc::clone(&said), self.runtime.clone(), self.places.clone());
        let lent = places.clone().map(|place| capsule(&place));
        let (callback, passes) = moment.callback();
        self.runtime.host().set(callback, passes, move || {
            let outcome = perform(deed, &runtime, &places, &lent);
            *tell.lock().expect("nobody panics with it") = Some(outcome);
        });
        said
    }

    /// The session, and the end of the third interpreter; the code, if it failed.
    fn visit(&self, raises: bool) -> Option<ErrorCode> {
        let here = self.at(Place::Home).enter().expect("nobody is in it");
        let outcome = match Session::enter(&here, self.at(Place::Abroad), &[("a", Value::from("text"))]) {
            Err(error) => Some(error.code()),
            Ok(mut session) => {
                let _ran = session.run(|inside| match raises {
                    true => Err(Stop::Raised(Exception::new("ValueError", "boom"))),
                    false => inside.preserve("b", Value::from("more")),
                });
                session.exit().err().map(|failed| failed.error.code())
            }
        };
        drop(here);
        let ended = self.runtime.end(self.at(Place::Third).id());
        assert!(matches!(ended, Ok(_) | Err(EndError::NotFound { .. })), "{ended:?}");
        outcome
    }

    /// Everybody can be entered that has not ended, everything ends, and every payload came home once.
    fn assert_at_rest(self, what: &str) {
        for place in &self.places {
            let entered = place.enter();
            assert!(matches!(entered, Ok(_) | Err(EnterError::NotFound { .. })), "{what}: {entered:?}");
        }
        assert!(!matches!(self.runtime.shutdown(), Err(ShutdownError::Running { .. })), "{what}");
        let ledger = self.runtime.host().ledger();
        drop(self);
        assert!(ledger.totals().is_settled(), "{what}: {:?}", ledger.totals());
    }
}

fn capsule(interpreter: &Interpreter<Trapped>) -> Capsule<Trapped> {
    interpreter.enter().expect("nobody is in it").convert(&Value::from("lent")).expect("it can leave")
}

type Places = [Interpreter<Trapped>; 3];

fn perform(deed: Deed, runtime: &Runtime<Trapped>, places: &Places, lent: &[Capsule<Trapped>; 3]) -> Said {
    let at = |place: Place| &places[place as usize];
    match deed {
        Deed::Convert(place) => at(place).enter().map_or_else(entering, |here| {
            let capsule = here.convert(&Value::from("new")).expect("it can leave");
            assert_eq!(here.materialise(&capsule), Ok(Value::from("new")));
            assert!(here.release(&capsule).is_ok());
            Said::Done
        }),
        Deed::Register(place) => at(place).enter().map_or_else(entering, |here| {
            let class = Type::heap("Late");
            assert!(here.register(&class, &crossinterp::simple::Converter::Made).is_ok());
            assert!(here.lookup(&class).is_some() && here.unregister(&class).is_ok());
            Said::Done
        }),
        Deed::Enter(place) => at(place).enter().map_or_else(entering, |_| Said::Done),
        Deed::EnterWaiting(place) => at(place).enter_waiting().map_or_else(entering, |_| Said::Done),
        Deed::Session(place) => in_a_session(runtime, at(place)),
        Deed::Release(place) => lent[place as usize].release().map_or(Said::SomethingElse, |_| Said::Done),
        Deed::CallSoon(place) => match at(place).call_soon(|_| Ok(())) {
            Ok(()) => Said::Done,
            Err(CallRefused::Ending(_)) => Said::Ending,
            Err(_) => Said::SomethingElse,
        },
        Deed::End(place) => match runtime.end(at(place).id()) {
            Ok(_) => Said::Done,
            Err(EndError::Running { .. }) => Said::Running,
            Err(EndError::Ending { .. }) => Said::Ending,
            Err(_) => Said::SomethingElse,
        },
        Deed::Create => runtime.create().map_or(Said::SomethingElse, |_| Said::Done),
    }
}

/// From an interpreter made for it, which ends with it.
fn in_a_session(runtime: &Runtime<Trapped>, target: &Interpreter<Trapped>) -> Said {
    let fresh = runtime.create().expect("ids are left");
    let here = fresh.enter().expect("nobody is in it");
    let said = match Session::enter(&here, target, &[("x", Value::from("nested"))]) {
        Ok(session) => session.exit().map_or(Said::SomethingElse, |_| Said::Done),
        Err(error) => match error.into_reason() {
            Reason::Enter(refused) => entering(refused),
            _ => Said::SomethingElse,
        },
    };
    drop(here);
    assert!(runtime.end(fresh.id()).is_ok());
    said
}

fn entering(refused: EnterError) -> Said {
    match refused {
        EnterError::AlreadyRunning { .. } => Said::Running,
        EnterError::Ending { .. } => Said::Ending,
        _ => Said::SomethingElse,
    }
}

/// The session is as it would have been, unless its target was ended before it was entered.
fn demanded_of_session(moment: Moment, deed: Deed) -> Option<ErrorCode> {
    let is_gone = moment == Moment::UpdateLeaves && deed == Deed::End(Place::Abroad);
    let raised = moment.is_about_an_exception().then_some(ErrorCode::UncaughtException);
    if is_gone { Some(ErrorCode::Other) } else { raised }
}

#[test]
fn from_every_callback_every_operation_is_done_or_refused_for_a_reason() {
    for moment in MOMENTS {
        for deed in deeds() {
            let scene = Scene::new();
            let said = scene.arm(moment, deed);
            let outcome = scene.visit(moment.is_about_an_exception());
            let what = format!("{deed:?} at {moment:?}");
            assert_eq!(*said.lock().expect("nobody panicked"), Some(demanded(moment, deed)), "{what}");
            assert_eq!(outcome, demanded_of_session(moment, deed), "{what}");
            scene.assert_at_rest(&what);
        }
    }
}

/// What the sequential model tells a thread that makes the call of the deed at that moment. A callback runs where its session is at
/// that time: a converter of the updates still at home, `__str__` and `__repr__` abroad.
fn on_the_model(moment: Moment, deed: Deed) -> Option<Said> {
    let call = match deed {
        Deed::Enter(place) => Call::Enter(place as u8),
        Deed::End(place) => Call::Destroy(place as u8),
        Deed::CallSoon(place) => Call::CallIn(place as u8),
        Deed::Create => Call::Create,
        _ => return None,
    };
    let mut reference = Reference::new(DefectSet::NONE, 3, &[0], &[]);
    if moment.state(Place::Abroad) == State::Taken {
        assert_eq!(reference.call(0, Call::Enter(Place::Abroad as u8)).map(|told| told.outcome), Ok(Outcome::Done));
    }
    let told = reference.call(0, call).expect("the safe reading goes on");
    assert_eq!(told.fault, None, "{deed:?} at {moment:?}");
    Some(match told.outcome {
        Outcome::Done | Outcome::Made(_) | Outcome::Queued => Said::Done,
        // Who is in an interpreter runs there, and cannot end it.
        Outcome::Running | Outcome::Current => Said::Running,
        Outcome::Ending => Said::Ending,
        _ => Said::SomethingElse,
    })
}

#[test]
fn what_a_converter_and_a_description_are_told_is_what_the_model_tells() {
    let of_converters = [Moment::UpdateLeaves, Moment::KeptLeaves];
    let of_descriptions = [Moment::Describe(Part::Message), Moment::Describe(Part::Display), Moment::Main];
    let mut compared = 0;
    for moment in of_converters.into_iter().chain(of_descriptions) {
        for deed in deeds() {
            let Some(told) = on_the_model(moment, deed) else { continue };
            assert_eq!(told, demanded(moment, deed), "{deed:?} at {moment:?}");
            compared += 1;
        }
    }
    assert_eq!(compared, 5 * (3 * 3 + 1), "five moments, three calls on three interpreters, and one on none");
}

/// A callback that dies in the middle of a deed of its own leaves as little as one that does not.
#[test]
fn a_deed_that_dies_leaves_nothing_either() {
    for moment in MOMENTS {
        let scene = Scene::new();
        let (callback, passes) = moment.callback();
        let fresh = scene.runtime.create().expect("ids are left");
        scene.runtime.host().set(callback, passes, move || {
            let here = fresh.enter().expect("nobody is in it");
            let _capsule = here.convert(&Value::from("new")).expect("it can leave");
            std::panic::resume_unwind(Box::new("dead"));
        });
        let visit = std::panic::AssertUnwindSafe(|| scene.visit(moment.is_about_an_exception()));
        let outcome = std::panic::catch_unwind(visit);
        let is_told = matches!(&outcome, Ok(Some(_)));
        let may_do_without = moment == Moment::Describe(Part::Display);
        assert!(outcome.is_err() || is_told || may_do_without, "{moment:?}: {outcome:?}");
        scene.assert_at_rest(&format!("{moment:?}"));
    }
}
