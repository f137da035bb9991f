//! Shrinking to the end: scripts whose calls name what they are about by who made it, so that a call can go without
//! renaming the rest.
//!
//! proptest deletes calls but keeps numbers, so that a superfluous `create` stays if a later call says `destroy(3)`. It
//! sits on top of the model's side, which gives the numbers, and does not know what makes a script interesting.

use std::collections::BTreeMap;

use crossinterp_model::call::{Call, CallKind, Outcome};
use crossinterp_model::defect::DefectSet;

use crate::expected::Expected;
use crate::moves::{Move, is_possible};
use crate::observation::Told;

/// Who made an interpreter or a capsule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    /// It is the home of that thread.
    Home(u8),
    /// The call with that label.
    Call(usize),
}

/// A call, and who made what it is about.
#[derive(Clone, Copy)]
struct Named {
    label: usize,
    next: Move,
    about: Option<Maker>,
}

/// A script and the number of its threads.
#[derive(Clone)]
pub struct Script {
    pub threads: u8,
    pub moves: Vec<Move>,
}

/// The numbers that things have at one point of a script.
struct Numbers {
    interpreters: BTreeMap<u8, Maker>,
    capsules: BTreeMap<u8, Maker>,
}

/// The simplest script that can be had by leaving out threads, calls, and pairs of calls, and by letting an earlier
/// thread make a call, and that still is interesting.
pub fn least(defects: DefectSet, mut script: Script, interesting: impl Fn(&Script) -> bool) -> Script {
    while let Some(simpler) = shorter(defects, &script).chain(reassigned(defects, &script)).find(&interesting) {
        script = simpler;
    }
    script
}

/// All scripts in which an earlier thread makes one of the calls.
fn reassigned(defects: DefectSet, script: &Script) -> impl Iterator<Item = Script> + use<> {
    let (threads, named) = (script.threads, name(defects, script));
    let earlier = (0..named.len()).flat_map(move |at| (0..threads).map(move |thread| (at, thread)));
    earlier.filter_map(move |(at, thread)| {
        let mut named = named.clone();
        let is_earlier = thread < named[at].next.thread;
        named[at].next.thread = thread;
        is_earlier.then(|| number(defects, threads, &named)).flatten()
    })
}

/// All scripts that lack a little, and can still be played.
fn shorter(defects: DefectSet, script: &Script) -> impl Iterator<Item = Script> + use<> {
    let (threads, count) = (script.threads, script.moves.len());
    let named = name(defects, script);
    let without_thread = named.clone();
    let fewer = (0..threads).filter(move |_| threads > 1).filter_map(move |gone| {
        let rest: Option<Vec<_>> = without_thread.iter().map(|named| named.without_thread(gone)).collect();
        number(defects, threads - 1, &rest?)
    });
    let pairs = (0..count).flat_map(move |first| (first..count).map(move |second| (first, second)));
    let less = pairs.filter_map(move |(first, second)| {
        let rest: Vec<_> =
            named.iter().filter(|named| named.label != first && named.label != second).copied().collect();
        number(defects, threads, &rest)
    });
    fewer.chain(less)
}

/// Says of each call who made what it is about.
fn name(defects: DefectSet, script: &Script) -> Vec<Named> {
    let mut expected = Expected::new(defects, script.threads);
    let mut numbers = Numbers::new(script.threads);
    let mut named = Vec::new();
    for (label, &next) in script.moves.iter().enumerate() {
        let about = argument(next.call).and_then(|number| numbers.of(next.call.kind()).get(&number).copied());
        named.push(Named { label, next, about });
        expected = expected.after(&next);
        numbers.note(label, next.call, expected.seen().told);
    }
    named
}

/// The script in numbers again, if it can be played.
fn number(defects: DefectSet, threads: u8, script: &[Named]) -> Option<Script> {
    let mut expected = Expected::new(defects, threads);
    let mut numbers = Numbers::new(threads);
    let mut moves = Vec::new();
    for &Named { label, next, about } in script {
        let next = match about {
            Some(maker) => Move { call: with_argument(next.call, numbers.find(next.call.kind(), maker)?), ..next },
            None => next,
        };
        if !is_possible(&expected, &next) {
            return None;
        }
        expected = expected.after(&next);
        numbers.note(label, next.call, expected.seen().told);
        moves.push(next);
    }
    Some(Script { threads, moves })
}

impl Named {
    /// The same call in a process that lacks a thread, unless it is that thread's own or about its home.
    fn without_thread(&self, gone: u8) -> Option<Named> {
        let renumbered = |thread: u8| (thread != gone).then(|| thread - u8::from(thread > gone));
        let about = match self.about {
            Some(Maker::Home(thread)) => Some(Maker::Home(renumbered(thread)?)),
            other => other,
        };
        Some(Named { next: Move { thread: renumbered(self.next.thread)?, ..self.next }, about, ..*self })
    }
}

impl Numbers {
    fn new(threads: u8) -> Numbers {
        let homes = (0..threads).map(|thread| (thread, Maker::Home(thread)));
        Numbers { interpreters: homes.collect(), capsules: BTreeMap::new() }
    }

    /// The numbers from which calls of that kind take their argument.
    fn of(&mut self, kind: CallKind) -> &mut BTreeMap<u8, Maker> {
        match kind {
            CallKind::Convert | CallKind::Materialise | CallKind::Release => &mut self.capsules,
            CallKind::ReleaseRawFree | CallKind::DropView => &mut self.capsules,
            _ => &mut self.interpreters,
        }
    }

    fn note(&mut self, label: usize, call: Call, told: Told) {
        if let Told::Outcome(Outcome::Made(number)) = told {
            self.of(call.kind()).insert(number, Maker::Call(label));
        }
    }

    fn find(&mut self, kind: CallKind, maker: Maker) -> Option<u8> {
        self.of(kind).iter().find(|(_, made_by)| **made_by == maker).map(|(number, _)| *number)
    }
}

/// The id or the slot that the call names.
fn argument(call: Call) -> Option<u8> {
    match call {
        Call::Destroy(id) | Call::Enter(id) | Call::CallIn(id) | Call::CallInFailing(id) => Some(id),
        Call::Incref(id) | Call::Decref(id) => Some(id),
        call => call.capsule(),
    }
}

fn with_argument(call: Call, number: u8) -> Call {
    match call {
        Call::Destroy(_) => Call::Destroy(number),
        Call::Enter(_) => Call::Enter(number),
        Call::CallIn(_) => Call::CallIn(number),
        Call::CallInFailing(_) => Call::CallInFailing(number),
        Call::Incref(_) => Call::Incref(number),
        Call::Decref(_) => Call::Decref(number),
        Call::Materialise(_) => Call::Materialise(number),
        Call::Release(_) => Call::Release(number),
        Call::ReleaseRawFree(_) => Call::ReleaseRawFree(number),
        Call::DropView(_) => Call::DropView(number),
        call => call,
    }
}
