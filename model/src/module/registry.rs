//! The registries of shareable types, as a scenario sees them: who is in, with which converter, how often.
//!
//! One registry is the runtime's and one is each interpreter's; the type alone decides. Here is the state, and the
//! operations on it; what a converter makes of a value, `arrival` knows. Nothing here knows capsules or payloads.

use std::collections::{BTreeMap, BTreeSet};

use crossinterp_objects::Type;

use super::Value;
use super::call::Call;
use super::error::Problem;
use super::layer::Layer;
use super::player::{Answer, DONE, Player, not_modelled};
use super::surface::like_3_14;
use crate::convert::Converter;
use crate::defect::Defect;
use crate::rule::Rule;

/// Classes by their names, each with how often it is registered.
pub type Counted = Vec<(String, usize)>;

/// A driver's converter: it succeeds, and leaves no way back to an object.
const HOLLOW: Converter = Converter::Foreign { rebuilds: false, holds: false };

/// The converter that scenarios call so.
fn by_name(name: &str) -> Option<Converter> {
    let builtin = BUILTINS.iter().find(|(_, _, known)| *known == name);
    builtin.map(|(_, converter, _)| *converter).or((name == "hollow").then_some(HOLLOW))
}

fn name_of(converter: Converter) -> &'static str {
    let builtin = BUILTINS.iter().find(|(_, known, _)| *known == converter);
    match builtin {
        Some((_, _, name)) => name,
        None if converter == HOLLOW => "hollow",
        None => "another",
    }
}

/// Since 3.14 a converter is of one of two sorts; only the tuple's passes the fallback on. Rule `registry.pair`.
fn sort_of(converter: Converter) -> &'static str {
    if converter == Converter::Tuple { "fallback" } else { "basic" }
}

/// What is registered from the start, in this order. Rule `registry.builtins`;
/// `_register_builtins_for_crossinterpreter_data` in `crossinterp.c`.
const BUILTINS: [(&str, Converter, &str); 7] = [
    ("NoneType", Converter::None, "None"),
    ("int", Converter::Int, "int"),
    ("bytes", Converter::Bytes, "bytes"),
    ("str", Converter::Str, "str"),
    ("bool", Converter::Bool, "bool"),
    ("float", Converter::Float, "float"),
    ("tuple", Converter::Tuple, "tuple"),
];

/// A type, its converter, and how many registrations were not taken back. Rule `registry.entry`.
#[derive(Clone)]
struct Entry {
    class: Type,
    converter: Converter,
    count: usize,
    /// Whether one of them is the runtime's own.
    builtin: bool,
}

/// Entries, the newest first. Rule `registry.order`.
#[derive(Clone, Default)]
struct Registry(Vec<Entry>);

impl Registry {
    fn add(&mut self, class: Type, converter: Converter, builtin: bool) {
        self.0.insert(0, Entry { class, converter, count: 1, builtin });
    }

    /// From the newest to the one that matches; dead entries on the way are removed, and their number comes back.
    /// Rules `registry.lookup.exact`, `registry.dead.pruned`; `_xidregistry_find_type` in `crossinterp.c`.
    fn find(&mut self, class: &Type, dead: &BTreeSet<String>) -> (Option<&mut Entry>, usize) {
        let before = self.0.len();
        let mut at = 0;
        while at < self.0.len() && self.0[at].class != *class {
            if dead.contains(self.0[at].class.name()) {
                self.0.remove(at);
            } else {
                at += 1;
            }
        }
        let pruned = before - self.0.len();
        (self.0.get_mut(at), pruned)
    }

    fn remove(&mut self, class: &Type) {
        self.0.retain(|entry| entry.class != *class);
    }
}

/// Both kinds of registries, and what decides what is in them. Rule `registry.kinds`.
#[derive(Clone)]
pub(super) struct Registries {
    runtime: Registry,
    own: BTreeMap<i64, Registry>,
    /// Interpreters that have imported the module, which registers views.
    importers: BTreeSet<i64>,
    /// Classes that a scenario makes and ends, by interpreter and name; the number tells one from the next so called.
    passing: BTreeMap<(i64, String), usize>,
    dead: BTreeSet<String>,
    made: usize,
}

impl Registries {
    /// As a process begins whose main interpreter runs a driver, which imports the module.
    pub(super) fn new() -> Self {
        let mut runtime = Registry::default();
        for (name, converter, _) in BUILTINS {
            runtime.add(Type::built_in(name), converter, true);
        }
        let mut registries = Registries {
            runtime,
            own: BTreeMap::new(),
            importers: BTreeSet::new(),
            passing: BTreeMap::new(),
            dead: BTreeSet::new(),
            made: 0,
        };
        registries.import(0);
        registries
    }

    /// The registry that a type belongs to. Rule `registry.choice`; `_get_xidregistry_for_type` in `crossinterp.c`.
    fn of(&mut self, class: &Type, current: i64) -> (&mut Registry, &BTreeSet<String>) {
        let registry = if class.is_heap() { self.own.entry(current).or_default() } else { &mut self.runtime };
        (registry, &self.dead)
    }

    /// An interpreter imports the module: its first import registers views once more. Rule `registry.memoryview`.
    fn import(&mut self, id: i64) -> bool {
        let first = self.importers.insert(id);
        if first {
            let class = Type::built_in("memoryview");
            match self.runtime.find(&class, &self.dead).0 {
                Some(entry) => entry.count += 1,
                None => self.runtime.add(class, Converter::Memoryview, false),
            }
        }
        first
    }
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn registry(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("register", []) => self.register(Type::heap("Registered"), HOLLOW),
            ("register_class", [class, Value::Str(converter)]) => {
                self.register_class(class, converter.as_str().unwrap_or_default())
            }
            ("unregister_class", [class]) => self.unregister_class(call, class),
            ("lookup_class", [value]) => self.lookup_class(&value.type_of()),
            ("new_class", [name]) => self.new_class(name),
            ("end_class", [name]) => self.end_class(call, name),
            ("register_new_class", [name, Value::Str(converter)]) => match by_name(&converter.escaped()) {
                Some(converter) => self.passing(call, name).and_then(|class| self.register(class, converter)),
                None => Err(not_modelled(call)),
            },
            ("unregister_new_class", [name]) => self.passing(call, name).and_then(|class| self.unregister(&class)),
            ("lookup_new_class", [name]) => self.passing(call, name).and_then(|class| self.lookup_class(&class)),
            ("view_without_module", []) => {
                self.rule(Rule::RegistryMemoryview);
                Ok(Value::Tuple(vec![Value::Bool(false), Value::Bool(true)]).into())
            }
            _ => return None,
        })
    }

    /// The converter for objects of exactly this type, here. Rules `registry.lookup.exact`, `.missing`;
    /// `_lookup_getdata_from_registry` in `crossinterp.c`.
    pub(super) fn registered_converter(&mut self, class: &Type) -> Option<Converter> {
        let (registry, dead) = self.registries.of(class, self.current);
        let (found, pruned) = registry.find(class, dead);
        let found = found.map(|entry| (entry.converter, entry.builtin));
        self.rule(if found.is_some() { Rule::TypeFound } else { Rule::TypeMissing });
        self.rule(Rule::RegistryChoice);
        self.rule(Rule::RegistryOrder);
        self.rule(if class.is_heap() { Rule::RegistrySerial } else { Rule::RegistryLock });
        if pruned > 0 {
            self.rule(Rule::DeadPruned);
        }
        if found.is_some_and(|(_, builtin)| builtin) {
            self.rule(Rule::RegistryBuiltins);
        }
        found.map(|(converter, _)| converter)
    }

    /// What is registered, the newest first: of the runtime, and of each interpreter that has registered something; each
    /// class with how often.
    pub fn registered(&self) -> Vec<(Option<i64>, Counted)> {
        let entries = |registry: &Registry| {
            registry.0.iter().map(|entry| (entry.class.name().to_owned(), entry.count)).collect::<Vec<_>>()
        };
        let own = self.registries.own.iter().map(|(id, registry)| (Some(*id), entries(registry)));
        std::iter::once((None, entries(&self.registries.runtime))).chain(own).collect()
    }

    /// Code of the driver runs in that interpreter: it imports the module.
    pub(super) fn import_module(&mut self, id: i64) {
        if self.registries.import(id) {
            self.rule(Rule::RegistryMemoryview);
        }
    }

    /// Whether code of the driver ran in that interpreter.
    pub(super) fn has_imported(&self, id: i64) -> bool {
        self.registries.importers.contains(&id)
    }

    /// What an interpreter registered for itself ends with it. Rule `registry.end.interpreter`;
    /// `_xidregistry_fini` in `crossinterp.c`.
    pub(super) fn end_registry(&mut self, id: i64) {
        self.registries.own.remove(&id);
        self.rule(Rule::RegistryEndInterpreter);
    }

    /// Rule `registry.register.arguments`; `_PyCrossInterpreterData_RegisterClass` in `crossinterp.c`.
    fn register_class(&mut self, class: &Value, converter: &str) -> Answer {
        let (class, converter) = (class.as_class(), by_name(converter));
        if class.is_none() || converter.is_none() {
            self.rule(Rule::RegisterArguments);
        }
        let class = class.ok_or(Problem::NotAClass)?;
        self.register(class, converter.ok_or(Problem::NoConverter)?)
    }

    /// Rules `registry.register.first`, `registry.register.again`, `registry.register.conflict`.
    fn register(&mut self, class: Type, converter: Converter) -> Answer {
        self.rule(Rule::RegistryKinds);
        self.rule(Rule::RegistryEntry);
        let refuses = !self.has(Defect::RegistryConflict);
        let (registry, dead) = self.registries.of(&class, self.current);
        let Some(entry) = registry.find(&class, dead).0 else {
            registry.add(class, converter, false);
            self.rule(Rule::RegisterFirst);
            return DONE;
        };
        let conflict = entry.converter != converter;
        if conflict && refuses {
            self.rule(Rule::RegisterConflict);
            return Err(Problem::OtherConverter { class: class.name().to_owned() }.into());
        }
        // The converter of the second is forgotten, whatever it is.
        entry.count += 1;
        self.rule(if conflict { Rule::RegisterConflict } else { Rule::RegisterAgain });
        DONE
    }

    fn unregister_class(&mut self, call: &Call, class: &Value) -> Answer {
        // What is no class has its flags read from memory that is not its own.
        self.unregister(&class.as_class().ok_or_else(|| not_modelled(call))?)
    }

    /// Rules `registry.unregister.counted`, `.last`, `.missing`, `registry.builtins.keep`;
    /// `_PyCrossInterpreterData_UnregisterClass` in `crossinterp.c`.
    fn unregister(&mut self, class: &Type) -> Answer {
        let keeps = !self.has(Defect::BuiltinUnregistered);
        let (registry, dead) = self.registries.of(class, self.current);
        let Some(entry) = registry.find(class, dead).0 else {
            self.rule(Rule::UnregisterMissing);
            return Ok(Value::Bool(false).into());
        };
        let (builtin, last) = (entry.builtin, entry.count == 1);
        if keeps && builtin && last {
            self.rule(Rule::RegistryBuiltinsKeep);
            return Err(Problem::BuiltinKept { class: class.name().to_owned() }.into());
        }
        entry.count -= 1;
        if last {
            registry.remove(class);
        }
        if builtin {
            self.rule(Rule::RegistryBuiltinsKeep);
        }
        self.rule(if last { Rule::UnregisterLast } else { Rule::UnregisterCounted });
        Ok(Value::Bool(true).into())
    }

    fn lookup_class(&mut self, class: &Type) -> Answer {
        let Some(converter) = self.registered_converter(class) else { return DONE };
        if !like_3_14(self.edition) {
            return Ok(Value::text(name_of(converter)).into());
        }
        self.rule(Rule::RegistryPair);
        Ok(Value::Tuple(vec![Value::text(name_of(converter)), Value::text(sort_of(converter))]).into())
    }

    fn has(&self, defect: Defect) -> bool {
        self.has_defect(defect)
    }

    fn new_class(&mut self, name: &Value) -> Answer {
        self.registries.made += 1;
        self.registries.passing.insert((self.current, name.to_string()), self.registries.made);
        DONE
    }

    /// Nothing refers to the class any more. Its entry goes when a scan passes it, and at once where that is repaired.
    /// Rules `registry.dead.pruned`, `registry.dead.with-its-type`.
    fn end_class(&mut self, call: &Call, name: &Value) -> Answer {
        let class = self.passing(call, name)?;
        self.registries.passing.remove(&(self.current, name.to_string()));
        self.rule(Rule::DeadWithType);
        if self.has(Defect::DeadEntryKept) {
            self.registries.dead.insert(class.name().to_owned());
        } else {
            self.registries.own.entry(self.current).or_default().remove(&class);
        }
        Ok(Value::Bool(true).into())
    }

    fn passing(&self, call: &Call, name: &Value) -> Result<Type, super::player::Stop> {
        let made = self.registries.passing.get(&(self.current, name.to_string()));
        made.map(|made| Type::heap(&format!("{name} {made}"))).ok_or_else(|| not_modelled(call))
    }
}
