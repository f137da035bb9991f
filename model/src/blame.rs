//! Blame: which defects a trace needs, asked of the trace itself.
//!
//! Each defect that is on is switched off in turn and the trace is followed again. One without which it cannot be
//! followed, or ends otherwise, is needed: closing it closes this trace. That says nothing about other traces to the same
//! fault; only a search with the defect off does.

use crate::calm::reaches;
use crate::defect::Defect;
use crate::explore::Refutation;
use crate::model::Model;
use crate::step::Step;

/// Every defect that is on and that the trace needs.
pub fn needed(model: &Model, refutation: &Refutation<Step>) -> Vec<Defect> {
    model.setup.defects.iter().filter(|&defect| is_needed(model, refutation, defect)).collect()
}

fn is_needed(model: &Model, refutation: &Refutation<Step>, defect: Defect) -> bool {
    let without = model.clone().with_setup(model.setup.without(defect));
    !reaches(&without, &refutation.path, refutation.violation)
}
