//! Branches of steps: where a step can go, and what it realises on the way there.
//!
//! A branch is the step, where its thread is sent next or what its caller is told, the fault that it noted, and the rules
//! that it realised. Two transitions are of one branch if nothing of that tells them apart: which interpreter, which
//! capsule and which id is not asked. A search can collect branches, and so can a reading of one call after the other;
//! this module knows neither.

use std::fmt;

use crate::call::Outcome;
use crate::fault::Fault;
use crate::rule::{Rule, RuleSet};
use crate::step::{Pc, Step, Successor};

/// Where a step sent its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// On to that step of the call.
    Next(Pc),
    /// Back to the caller, who is told that. Numbers are left out: which one was made is no branch.
    Told(Outcome),
    /// Nowhere: C does not go on from there.
    Nowhere,
}

/// A branch of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Branch {
    /// The step.
    pub at: Pc,
    /// Where it went.
    pub way: Way,
    /// What went wrong in it.
    pub fault: Option<Fault>,
    /// The rules that it realised. That of the GIL is left out: it is realised by every step of a process that has one.
    pub rules: RuleSet,
}

impl Branch {
    /// The branch that was taken.
    pub fn of(step: Step, successor: &Successor) -> Branch {
        let fault = successor.world.fault();
        let thread = &successor.world.threads[usize::from(step.thread())];
        let way = match successor.outcome {
            Some(outcome) => Way::Told(without_number(outcome)),
            None if !successor.goes_on => Way::Nowhere,
            None => Way::Next(thread.pc()),
        };
        Branch { at: step.pc(), way, fault, rules: successor.rules.without(Rule::GilExclusive) }
    }
}

fn without_number(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Made(_) => Outcome::Made(0),
        Outcome::Converter(_) => Outcome::Converter(0),
        other => other,
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ", self.at)?;
        match self.way {
            Way::Next(pc) => write!(f, "-> {pc:?}")?,
            Way::Told(outcome) => write!(f, "=> {outcome:?}")?,
            Way::Nowhere => write!(f, "-> nowhere")?,
        }
        if let Some(fault) = self.fault {
            write!(f, " !{fault:?}")?;
        }
        write!(f, " [{}]", self.rules.iter().map(Rule::id).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Call;
    use crate::edition::Edition;
    use crate::reference::Reference;

    fn branches(calls: &[Call]) -> Vec<String> {
        let mut reference = Reference::new(Edition::Repaired.defects(), 2, &[0], &[]);
        for &call in calls {
            reference.call(0, call).expect("the call ends");
        }
        reference.take_branches().iter().map(Branch::to_string).collect()
    }

    #[test]
    fn a_branch_says_the_step_where_it_went_and_its_rules() {
        // The safe reading looks up and counts in one step.
        let rules = "interpreter.lookup.found interpreter.resolve.ready interpreter.idref.increment";
        assert_eq!(branches(&[Call::Incref(1)]), [format!("IdrefLookUp => Done [{rules}]")]);
    }

    #[test]
    fn which_interpreter_and_how_often_is_no_branch() {
        assert_eq!(branches(&[Call::Incref(0), Call::Incref(1), Call::Incref(1)]), branches(&[Call::Incref(1)]));
    }

    #[test]
    fn a_lookup_that_fails_is_another_branch_of_the_same_step() {
        let both = branches(&[Call::Incref(1), Call::Incref(7)]);
        assert!(both.iter().filter(|branch| branch.starts_with("IdrefLookUp")).count() == 2, "{both:?}");
    }
}
