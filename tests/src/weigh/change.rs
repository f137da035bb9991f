//! A change to weigh: fixes, defects switched on or off, and perhaps somebody's own patch.

use std::fmt;

use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::fix::{Fix, FixSet};
use crossinterp_model::patch::Patch;
use crossinterp_model::scope::Setup;

/// A change to the C code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// The fixes that are applied.
    pub fixes: FixSet,
    /// Defects that are taken out.
    pub off: DefectSet,
    /// Defects that are put in.
    pub on: DefectSet,
    /// Somebody's own patch.
    pub patch: Option<&'static dyn Patch>,
}

/// A name is neither that of a fix nor that of a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChange(
    /// What was given.
    pub String,
);

impl fmt::Display for UnknownChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixes: Vec<_> = Fix::ALL.iter().map(|fix| fix.name()).collect();
        write!(
            f,
            "unknown fix or defect '{}': fixes are {}; `xi defects --list` lists the defects",
            self.0,
            fixes.join(", ")
        )
    }
}

impl std::error::Error for UnknownChange {}

impl Change {
    /// One fix.
    pub fn fix(fix: Fix) -> Change {
        Change { fixes: FixSet::NONE.with(fix), ..Change::default() }
    }

    /// Somebody's own patch.
    pub fn patch(patch: &'static dyn Patch) -> Change {
        Change { patch: Some(patch), ..Change::default() }
    }

    /// This change with a fix applied, or a defect put in.
    ///
    /// # Errors
    ///
    /// [`UnknownChange`] when the name is neither's.
    pub fn with(self, name: &str) -> Result<Change, UnknownChange> {
        match (Fix::from_name(name), Defect::from_name(name)) {
            (Some(fix), _) => Ok(Change { fixes: self.fixes.with(fix), ..self }),
            (None, Some(defect)) => {
                Ok(Change { on: self.on.with_needs(defect), off: self.off.without(defect), ..self })
            }
            (None, None) => Err(UnknownChange(name.to_owned())),
        }
    }

    /// This change without a fix, or with a defect taken out.
    ///
    /// # Errors
    ///
    /// [`UnknownChange`] when the name is neither's.
    pub fn without(self, name: &str) -> Result<Change, UnknownChange> {
        match (Fix::from_name(name), Defect::from_name(name)) {
            (Some(fix), _) => Ok(Change { fixes: self.fixes.without(fix), ..self }),
            (None, Some(defect)) => Ok(Change { off: self.off.with(defect), on: self.on.without(defect), ..self }),
            (None, None) => Err(UnknownChange(name.to_owned())),
        }
    }

    /// What it is made of, in short.
    pub fn name(&self) -> String {
        let fixes = self.fixes.iter().map(|fix| fix.name().to_owned());
        let on = self.on.iter().map(|defect| format!("+{defect}"));
        let off = self.off.iter().map(|defect| format!("-{defect}"));
        let patch = self.patch.map(|patch| patch.name().to_owned());
        let parts: Vec<_> = fixes.chain(patch).chain(on).chain(off).collect();
        if parts.is_empty() { "nothing".to_owned() } else { parts.join(" ") }
    }

    /// The defects that it says it closes.
    pub fn claims(&self) -> DefectSet {
        let claimed = self.fixes.iter().flat_map(|fix| fix.claims().iter().copied());
        claimed.chain(self.off.iter()).collect()
    }

    /// The newest text that it changes.
    pub fn base(&self) -> Edition {
        self.fixes.iter().next().map_or(Edition::V314, Fix::base)
    }

    /// The text with the change.
    pub fn apply(&self, setup: Setup) -> Setup {
        let setup = setup.fixed(self.fixes);
        let setup = Setup { fixes: self.fixes, ..setup.switched(setup.defects.minus(self.off).and(self.on)) };
        self.patch.map_or(setup, |patch| setup.patched(patch))
    }

    /// The text with the defects that the change closes taken out, and none of what it does instead.
    pub(super) fn without_branches(&self, setup: Setup) -> Setup {
        let after = self.apply(setup).defects;
        Setup { patch: None, ..setup.switched(after.minus(self.claims())) }
    }

    /// Whether anything that the scope does can come to a step that is changed.
    pub(super) fn concerns(&self, setup: &Setup) -> bool {
        let toggles = self.patch.is_some() || self.off.iter().chain(self.on.iter()).next().is_some();
        toggles || self.fixes.iter().any(|fix| fix.concerns(&setup.scope))
    }
}
