//! A sweep of samples in an edition: how many cases there are, and which defects break one.
//!
//! It knows nothing of what is swept: conversions and captures each bring their samples and their sweep.

use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;

/// Every sample of an edition, swept.
#[derive(Clone, Debug)]
pub struct Swept<S> {
    /// Everything that was tried, without a failure and with each.
    pub cases: usize,
    /// The defects that broke one of them, in the order of the catalogue.
    pub defects: Vec<Defect>,
    /// Samples that are broken by nothing in the catalogue.
    pub unexplained: Vec<S>,
}

/// Sweeps every sample with the edition's defects, and asks of each that is broken which of them alone breaks it.
///
/// `sweep` says how many cases a sample has and whether one of them is broken, `breaks` whether a defect alone breaks it.
pub(crate) fn sweep_samples<S, T>(
    edition: Edition,
    samples: impl IntoIterator<Item = (S, T)>,
    sweep: impl Fn(&T, DefectSet) -> (usize, bool),
    breaks: impl Fn(&T, Defect) -> bool,
) -> Swept<S> {
    let on = edition.defects();
    let mut swept = Swept { cases: 0, defects: Vec::new(), unexplained: Vec::new() };
    for (name, sample) in samples {
        let (cases, is_broken) = sweep(&sample, on);
        swept.cases += cases;
        let alone: Vec<_> = on.iter().filter(|&defect| is_broken && breaks(&sample, defect)).collect();
        if is_broken && alone.is_empty() {
            swept.unexplained.push(name);
        }
        swept.defects.extend(alone);
    }
    swept.defects.sort_unstable();
    swept.defects.dedup();
    swept
}
