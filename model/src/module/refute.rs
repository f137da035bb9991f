//! Refutations by one call alone: a call of a scenario, what it does to the process, and the rule that is broken.
//!
//! A call must return or raise. In the safe reading with one defect in it, these do not.

use super::Value;
use super::call::Call;
use super::on_world::OnWorld;
use super::outcome::Outcome;
use super::player::Player;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::rule::Rule;

/// Defects that one call alone shows, with nobody else running.
pub const SEQUENTIAL_DEFECTS: [Defect; 2] = [Defect::ConfigNull, Defect::UnpickleNullCompare];

/// A defect, shown by one call.
#[derive(Clone, Debug)]
pub struct Refuted {
    /// The call.
    pub call: Call,
    /// What came of it.
    pub outcome: Outcome,
    /// The rule that is broken.
    pub rule: Rule,
}

/// The call that shows the defect alone, if one can.
pub fn refute(defect: Defect) -> Option<Refuted> {
    let (call, rule) = (sample(defect)?, defect.rule());
    let outcome = play(&call, DefectSet::NONE.with_needs(defect));
    is_broken(&outcome).then_some(Refuted { call, outcome, rule })
}

/// What comes of a call in the safe reading with some defects in it.
pub fn play(call: &Call, defects: DefectSet) -> Outcome {
    let edition = Edition::Repaired;
    Player::new(edition, OnWorld::new(edition)).with_defects(defects).play(call, None)
}

/// Whether nobody is there any more who could be told.
pub fn is_broken(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Crash(_) | Outcome::Hang)
}

/// The call in which a defect lives.
pub fn sample(defect: Defect) -> Option<Call> {
    let call = |verb: &str, args: Vec<Value>, kwargs: Vec<(String, Value)>| Call {
        thread: None,
        place: None,
        verb: verb.to_owned(),
        args,
        kwargs,
    };
    let surrogate = || "\"\\ud800\"".parse().expect("a text");
    match defect {
        Defect::ConfigNull => {
            let gil = vec![("gil".to_owned(), surrogate())];
            Some(call("new_config", vec![Value::text("isolated")], gil))
        }
        Defect::UnpickleNullCompare => {
            let value = Value::made("Unloadable", vec![Value::int(12345)]);
            Some(call("cross", vec![value, Value::text("pickle")], Vec::new()))
        }
        _ => None,
    }
}
