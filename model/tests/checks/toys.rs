//! Spaces whose size, depth and shortest paths are known by arithmetic, for testing the explorer on.

use crossinterp_model::explore::{Space, Tally};
use crossinterp_model::fault::{Fault, Violation};
use crossinterp_model::rule::RuleSet;
use crossinterp_model::witness::WitnessSet;

/// A grid of four axes in which each step goes one further along one axis, from the origin to the far corner.
///
/// It has `side`⁴ states and is `4 (side - 1)` deep; a point is as far from the origin as the sum of its coordinates.
#[derive(Clone, Copy, Default)]
pub struct Grid {
    pub side: u8,
    /// Points that are wrong.
    pub faults: &'static [([u8; 4], Fault)],
    /// Whether the far corner, where no step is left, is wrong.
    pub corner_is_stuck: bool,
    /// Met by every step.
    pub meets: WitnessSet,
    /// Whether points that differ only in the order of their coordinates are taken for one.
    pub symmetric: bool,
}

impl Grid {
    pub fn of(side: u8) -> Grid {
        Grid { side, ..Grid::default() }
    }
}

impl Space for Grid {
    type State = [u8; 4];
    type Action = usize;

    fn initial(&self) -> [u8; 4] {
        [0; 4]
    }

    fn actions(&self, point: &[u8; 4], out: &mut Vec<usize>) {
        out.clear();
        out.extend((0..4).filter(|&axis| point[axis] + 1 < self.side));
    }

    fn apply(&self, point: &mut [u8; 4], axis: usize, tally: &mut Tally) {
        tally.count(RuleSet::default(), self.meets);
        point[axis] += 1;
        if self.symmetric {
            point.sort_unstable();
        }
    }

    fn violation(&self, point: &[u8; 4], stuck: bool) -> Option<Violation> {
        let here = self.faults.iter().find(|(wrong, _)| wrong == point);
        let fault = here.map(|&(_, fault)| fault).or((stuck && self.corner_is_stuck).then_some(Fault::Stuck));
        fault.map(Violation::at_rest)
    }
}

/// A walk through the numbers below `len`: it ends at the last one, or comes back to the first.
pub struct Line {
    pub len: u16,
    pub closed: bool,
}

impl Space for Line {
    type State = u16;
    type Action = ();

    fn initial(&self) -> u16 {
        0
    }

    fn actions(&self, &number: &u16, out: &mut Vec<()>) {
        out.clear();
        if self.closed || number + 1 < self.len {
            out.push(());
        }
    }

    fn apply(&self, number: &mut u16, (): (), _: &mut Tally) {
        *number = (*number + 1) % self.len;
    }

    fn violation(&self, _: &u16, stuck: bool) -> Option<Violation> {
        stuck.then_some(Violation::at_rest(Fault::Stuck))
    }
}
