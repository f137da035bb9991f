//! What programs under loom share: the set of everything that one can come to, and what it must be.
//!
//! A program makes its own scene, with a bug in it or without; nothing here knows what is in one.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use crossinterp::sabotage::Sabotage;

/// What a program starts from.
pub trait Scene: Sized + 'static {
    /// The scene, with a bug in it or without.
    fn new(sabotage: Option<Sabotage>) -> Self;
}

/// All that a program can come to.
pub fn outcomes<S: Scene>(sabotage: Option<Sabotage>, program: fn(S) -> String) -> BTreeSet<String> {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = Arc::clone(&seen);
    loom::model(move || {
        let outcome = program(S::new(sabotage));
        sink.lock().expect("no outcome panics").insert(outcome);
    });
    let outcomes = seen.lock().expect("no outcome panics").clone();
    outcomes
}

/// Without a bug, a program comes to these and to nothing else.
pub fn expect<S: Scene>(program: fn(S) -> String, expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().map(|outcome| outcome.to_string()).collect();
    assert_eq!(outcomes(None, program), expected);
}

/// A bug is found when the program can come to something that it cannot come to without.
pub fn is_found<S: Scene>(sabotage: Sabotage, program: fn(S) -> String) -> bool {
    !outcomes(Some(sabotage), program).is_subset(&outcomes(None, program))
}

/// Whether a program can get stuck with a bug in it, by loom's own word.
#[allow(dead_code, reason = "not every test program has such a bug")]
pub fn gets_stuck<S: Scene>(sabotage: Sabotage, program: fn(S) -> String) -> bool {
    let panic = catch_unwind(AssertUnwindSafe(|| outcomes(Some(sabotage), program))).err();
    let text = panic.and_then(|panic| panic.downcast::<String>().ok());
    text.is_some_and(|text| text.contains("deadlock"))
}
