//! Blame: which defects a trace needs, asked of the trace itself.
//!
//! Each defect that is on is switched off in turn and the trace is followed again. One without which it cannot be
//! followed, or ends otherwise, is needed by this very trace. A toggle that splits or joins steps is needed by every trace
//! that takes them; and another trace may lead to the same fault. Whether a defect closes a fault, only a search says.

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
