//! The implementation's registry on real threads: what they are told could have been told one after the other.
//!
//! Threads in interpreters of their own make random calls about two static types, and stamp when each began and ended. The
//! checker of the model decides. Loom explores every schedule of a few calls; this is for many calls, on the real atomics.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crossinterp::simple::{Converter, Simple, Type};
use crossinterp::{Current, RegistryError, Runtime, Unregistered};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::defect::DefectSet;
use crossinterp_model::linear::histories::{Told, explain};
use crossinterp_model::linear::{RegistrySpec, linearize};
use crossinterp_model::scope::{Scope, TypeKind};
use quickcheck::{Arbitrary, Gen};

const THREADS: usize = 3;
/// Calls of each thread; all of them together fit the checker's word.
const CALLS: usize = 8;
const HISTORIES: usize = 400;
const CONVERTERS: [Converter; 2] = [Converter::Int, Converter::Bool];
const TYPES: &[TypeKind] = &[TypeKind::Builtin, TypeKind::Static];

/// A call of a thread, with its answer and the moments around it.
#[derive(Clone, Copy)]
struct Stamped {
    thread: usize,
    call: Call,
    begun: usize,
    told: Outcome,
    ended: usize,
}

fn type_of(class: u8) -> Type {
    Type::built_in(if class == 0 { "int" } else { "list" })
}

fn perform(inside: &Current<'_, Simple>, call: Call) -> Outcome {
    match call {
        Call::Register { class, converter } => {
            match inside.register(&type_of(class), &CONVERTERS[usize::from(converter)]) {
                Ok(_) => Outcome::Done,
                Err(RegistryError::Conflict) => Outcome::Conflict,
                Err(other) => panic!("refused for no reason: {other}"),
            }
        }
        Call::Unregister(class) => match inside.unregister(&type_of(class)) {
            Ok(Unregistered::NotRegistered) => Outcome::NotRegistered,
            Ok(_) => Outcome::Done,
            Err(RegistryError::Builtin) => Outcome::Builtin,
            Err(other) => panic!("refused for no reason: {other}"),
        },
        Call::LookUpType(class) => inside.lookup(&type_of(class)).map_or(Outcome::NotRegistered, |found| {
            let number = CONVERTERS.iter().position(|converter| *converter == found);
            Outcome::Converter(number.expect("one of those registered") as u8)
        }),
        other => unreachable!("{other} is not drawn"),
    }
}

fn draw(g: &mut Gen) -> Call {
    let class = u8::from(u8::arbitrary(g) % 4 > 0);
    match u8::arbitrary(g) % 5 {
        0 => Call::Register { class, converter: u8::arbitrary(g) % 2 },
        1 => Call::Unregister(class),
        _ => Call::LookUpType(class),
    }
}

/// Runs the scripts, each on a thread of its own in an interpreter of its own, all at once.
fn run(scripts: &[Vec<Call>]) -> Vec<Stamped> {
    let runtime = Runtime::builder(Simple::new()).build();
    let (clock, start) = (AtomicUsize::new(0), Barrier::new(scripts.len()));
    let (clock, start, runtime) = (&clock, &start, &runtime);
    thread::scope(|scope| {
        let play = |(thread, script): (usize, &Vec<Call>)| {
            let script = script.clone();
            scope.spawn(move || {
                let home = runtime.create().expect("ids are left");
                let inside = home.enter().expect("nobody is in it");
                start.wait();
                let stamp = || clock.fetch_add(1, Ordering::SeqCst);
                let make = |call| {
                    let begun = stamp();
                    // Somebody else's turn, in the middle of the call: otherwise few calls meet at all.
                    thread::yield_now();
                    let told = perform(&inside, call);
                    Stamped { thread, call, begun, told, ended: stamp() }
                };
                script.into_iter().map(make).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = scripts.iter().enumerate().map(play).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no call panics")).collect()
    })
}

fn history(calls: &[Stamped]) -> Told {
    let begins = calls.iter().map(|stamped| (stamped.begun, stamped, true));
    let mut events: Vec<_> = begins.chain(calls.iter().map(|stamped| (stamped.ended, stamped, false))).collect();
    events.sort_by_key(|(moment, ..)| *moment);
    let mut history = Told::default();
    for (_, stamped, begins) in events {
        if begins {
            history.begin(stamped.thread, stamped.call);
        } else {
            history.end(stamped.thread, stamped.told);
        }
    }
    history
}

fn spec() -> RegistrySpec {
    RegistrySpec::new(&Scope { types: TYPES, ..Scope::BASE }, DefectSet::NONE)
}

#[test]
fn what_threads_are_told_of_a_registry_could_have_been_told_one_after_the_other() {
    let mut g = Gen::new(16);
    let mut overlaps = 0;
    for _ in 0..HISTORIES {
        let scripts: Vec<Vec<Call>> = (0..THREADS).map(|_| (0..CALLS).map(|_| draw(&mut g)).collect()).collect();
        let calls = run(&scripts);
        let history = history(&calls);
        if let Err(violation) = linearize(&spec(), &history) {
            panic!("{}", explain::<RegistrySpec>(&history, &violation));
        }
        let overlap = |a: &Stamped, b: &Stamped| a.thread != b.thread && a.begun < b.ended && b.begun < a.ended;
        overlaps += usize::from(calls.iter().any(|a| calls.iter().any(|b| overlap(a, b))));
    }
    assert!(overlaps > 0, "no two calls ever met");
}

#[test]
fn an_answer_that_was_never_true_is_found_with_the_call_it_was_given_to() {
    let registration = Call::Register { class: 1, converter: 0 };
    let mut calls = run(&[vec![registration, Call::LookUpType(1)]]);
    calls[1].told = Outcome::NotRegistered;
    let history = history(&calls);
    let violation = linearize(&spec(), &history).expect_err("it was registered");
    assert_eq!((violation.placed, violation.misfits), (vec![0], vec![1]));
}
