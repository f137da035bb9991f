//! A registry as one call after the other would see it: a count and a converter for each type.

use super::Spec;
use crate::call::{Call, Outcome};
use crate::defect::{Defect, DefectSet};
use crate::scope::{Scope, TypeKind};
use crate::world::TYPES_MAX;

/// A registry without a list, a lock or memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistrySpec {
    entries: [Option<Entry>; TYPES_MAX],
    builtin: [bool; TYPES_MAX],
    /// What an edition answers by design: both are defects of their own, and not a matter of order.
    accepts_conflicts: bool,
    gives_up_builtins: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Entry {
    converter: u8,
    count: i8,
}

impl RegistrySpec {
    /// The registry at the start of the scope, as the defects have it answer.
    pub fn new(scope: &Scope, defects: DefectSet) -> RegistrySpec {
        let mut spec = RegistrySpec {
            entries: [None; TYPES_MAX],
            builtin: [false; TYPES_MAX],
            accepts_conflicts: defects.contains(Defect::RegistryConflict),
            gives_up_builtins: defects.contains(Defect::BuiltinUnregistered),
        };
        for (class, _) in scope.types.iter().enumerate().filter(|(_, kind)| **kind == TypeKind::Builtin) {
            spec.entries[class] = Some(Entry { converter: 0, count: 1 });
            spec.builtin[class] = true;
        }
        spec
    }

    /// Rules `registry.register.first`, `registry.register.again` and `registry.register.conflict`.
    fn register(&mut self, class: usize, converter: u8) -> Outcome {
        let conflict = !self.accepts_conflicts;
        match &mut self.entries[class] {
            Some(entry) if entry.converter != converter && conflict => return Outcome::Conflict,
            Some(entry) => entry.count += 1,
            none => *none = Some(Entry { converter, count: 1 }),
        }
        Outcome::Done
    }

    /// Rules `registry.unregister.counted`, `registry.unregister.last` and `registry.builtins.keep`.
    fn unregister(&mut self, class: usize) -> Outcome {
        match &mut self.entries[class] {
            None => return Outcome::NotRegistered,
            Some(entry) if entry.count > 1 => entry.count -= 1,
            Some(_) if self.builtin[class] && !self.gives_up_builtins => return Outcome::Builtin,
            last => *last = None,
        }
        Outcome::Done
    }
}

impl Spec for RegistrySpec {
    type Call = Call;
    type Answer = Outcome;

    fn make(&mut self, call: &Call) -> Outcome {
        match *call {
            Call::Register { class, converter } => self.register(usize::from(class), converter),
            Call::RegisterNoMemory(class) if self.entries[usize::from(class)].is_none() => Outcome::NoMemory,
            Call::RegisterNoMemory(class) => self.register(usize::from(class), 0),
            Call::Unregister(class) => self.unregister(usize::from(class)),
            Call::LookUpType(class) => {
                let entry = self.entries[usize::from(class)];
                entry.map_or(Outcome::NotRegistered, |entry| Outcome::Converter(entry.converter))
            }
            Call::TypeDies(class) => {
                self.entries[usize::from(class)] = None;
                Outcome::Done
            }
            other => unreachable!("{other} is no call of a registry"),
        }
    }
}

/// The same, for stateright's own check.
impl stateright::semantics::SequentialSpec for RegistrySpec {
    type Op = Call;
    type Ret = Outcome;

    fn invoke(&mut self, call: &Call) -> Outcome {
        self.make(call)
    }
}
