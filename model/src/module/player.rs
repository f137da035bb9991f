//! Plays calls one after the other and predicts what each will show: the operations as compositions of the layer.
//!
//! It resolves names and places, hands each call to the operation of its name, and remembers what was named. It does
//! not know the words of any message (see `error`), nor how the state below is kept (see `layer`).

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::Value;
use super::call::Call;
use super::crossing::repeated;
use super::error::{Label, Problem};
use super::layer::{Layer, Limit};
use super::namespace::{Deferred, Namespace, Pairs};
use super::outcome::{Outcome, Raised, Signal};
use super::registry::Registries;
use super::session::NoMain;
use crate::defect::{Defect, DefectSet};
use crate::edition::Edition;
use crate::explore::Tally;
use crate::rule::{Rule, RuleSet};
use crate::witness::WitnessSet;

/// Why a call did not return.
#[derive(Debug)]
pub(super) enum Stop {
    Raised(Box<Raised>),
    Crash(Signal),
    Hang,
    NotModelled(String),
}

impl<T: Into<Raised>> From<T> for Stop {
    fn from(raised: T) -> Self {
        Stop::Raised(Box::new(raised.into()))
    }
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Self {
        Stop::NotModelled(limit.to_string())
    }
}

/// What an operation gives back: a value, or a thing that later calls can name.
#[derive(Clone, Debug)]
pub(super) enum Thing {
    Value(Value),
    Capsule(usize),
    Struct(usize),
    Kept(usize),
    Namespace(usize),
}

impl From<Value> for Thing {
    fn from(value: Value) -> Self {
        Thing::Value(value)
    }
}

pub(super) type Answer = Result<Thing, Stop>;

/// An answer without a value.
pub(super) const DONE: Answer = Ok(Thing::Value(Value::None));

/// A player over some state.
#[derive(Clone)]
pub struct Player<L> {
    pub(super) edition: Edition,
    /// The defects of the edition, or those that somebody asked for.
    pub(super) defects: DefectSet,
    pub(super) layer: L,
    pub(super) current: i64,
    /// Interpreters in which a thread of the player stays until it is let go.
    pub(super) held: BTreeSet<i64>,
    /// Held interpreters that were ended under their thread.
    pub(super) stranded: BTreeSet<i64>,
    pub(super) legacy: BTreeSet<i64>,
    /// Interpreters in which a thread is left that nobody waits for.
    pub(super) lingering: BTreeSet<i64>,
    /// What was bound in the `__main__` of each interpreter.
    pub(super) mains: BTreeMap<i64, Pairs>,
    /// Interpreters whose `__main__` a script took away.
    pub(super) no_main: BTreeMap<i64, NoMain>,
    pub(super) namespaces: Vec<Namespace>,
    /// Namespaces that their owners are to free.
    pub(super) deferred: Vec<Deferred>,
    pub(super) capsules: Vec<super::conversion::Capsule>,
    /// Objects that the scenario holds on to.
    pub(super) kept: Vec<Value>,
    pub(super) registries: Registries,
    /// Interpreters that cannot import the module.
    pub(super) without_module: BTreeSet<i64>,
    names: BTreeMap<String, Thing>,
    /// The rules that the call in progress has exercised.
    rules: Cell<RuleSet>,
    /// Those of the call before it.
    last_rules: RuleSet,
    tally: Tally,
}

impl<L: Layer> Player<L> {
    /// A player of an edition, over a state that has just begun.
    pub fn new(edition: Edition, layer: L) -> Self {
        Player {
            edition,
            defects: edition.defects(),
            layer,
            current: 0,
            held: BTreeSet::new(),
            stranded: BTreeSet::new(),
            legacy: BTreeSet::new(),
            lingering: BTreeSet::new(),
            mains: BTreeMap::new(),
            no_main: BTreeMap::new(),
            namespaces: Vec::new(),
            deferred: Vec::new(),
            capsules: Vec::new(),
            kept: Vec::new(),
            registries: Registries::new(),
            without_module: BTreeSet::new(),
            names: BTreeMap::new(),
            rules: Cell::default(),
            last_rules: RuleSet::default(),
            tally: Tally::default(),
        }
    }

    /// The same player with those defects, whatever its edition has.
    #[must_use]
    pub fn with_defects(mut self, defects: DefectSet) -> Self {
        self.defects = defects;
        self
    }

    /// Plays a call; its result can be given a name that later calls use.
    pub fn play(&mut self, call: &Call, name: Option<&str>) -> Outcome {
        let answer = self.perform(call);
        self.last_rules = self.rules.take();
        self.tally.count(self.last_rules, WitnessSet::default());
        self.conclude(answer, name)
    }

    /// What an answer shows; a thing gets the name.
    pub(super) fn conclude(&mut self, answer: Answer, name: Option<&str>) -> Outcome {
        match answer {
            Ok(thing) => {
                let value = shown(&thing);
                if let Some(name) = name {
                    self.names.insert(name.to_owned(), thing);
                }
                Outcome::Value(value)
            }
            Err(Stop::Raised(raised)) => Outcome::Raised(*raised),
            Err(Stop::Crash(signal)) => Outcome::Crash(signal),
            Err(Stop::Hang) => Outcome::Hang,
            Err(Stop::NotModelled(what)) => Outcome::NotModelled(what),
        }
    }

    /// How many calls exercised each rule, as far as the operations themselves say so.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The rules that the last call exercised, as far as the operation itself says so.
    pub fn last_rules(&self) -> RuleSet {
        self.last_rules
    }

    /// The state below the operations, for those who show what it is or what was done to it.
    pub fn layer(&self) -> &L {
        &self.layer
    }

    /// The same, to ask it what it took down.
    pub fn layer_mut(&mut self) -> &mut L {
        &mut self.layer
    }

    /// Whether the edition has that defect.
    pub(super) fn has_defect(&self, defect: Defect) -> bool {
        self.defects.contains(defect)
    }

    /// The call in progress exercises that rule.
    pub(super) fn rule(&self, rule: Rule) {
        let mut rules = self.rules.get();
        rules.insert(rule);
        self.rules.set(rules);
    }

    /// Whoever makes a call runs, and with it what was pending for it.
    fn perform(&mut self, call: &Call) -> Answer {
        let Some(place) = &call.place else {
            self.wake(self.current)?;
            return self.dispatch(call);
        };
        let there = self.id_of(&self.value_of(place))?;
        if self.held.contains(&there) {
            self.wake(there)?;
            return self.perform_in(there, call);
        }
        self.enter(there)?;
        let answer = self.perform_in(there, call);
        let left = self.layer.leave(there);
        // Of a thread that never comes back the call says why.
        answer.and_then(|thing| left.map(|()| thing).map_err(Stop::from))
    }

    fn perform_in(&mut self, there: i64, call: &Call) -> Answer {
        self.import_module(there);
        self.being_in(there, |player| player.dispatch(call))
    }

    fn dispatch(&mut self, call: &Call) -> Answer {
        let call = &self.parsed(call)?;
        let args: Vec<Value> = call.args.iter().map(|arg| self.value_of(arg)).collect();
        self.lifecycle(call, &args)
            .or_else(|| self.running(call, &args))
            .or_else(|| self.calling(call, &args))
            .or_else(|| self.updates(call, &args))
            .or_else(|| self.namespace(call, &args))
            .or_else(|| self.excinfo(call, &args))
            .or_else(|| self.session(call, &args))
            .or_else(|| self.references(call, &args))
            .or_else(|| self.conversion(call, &args))
            .or_else(|| self.structs(call, &args))
            .or_else(|| self.crossing(call, &args))
            .or_else(|| self.registry(call, &args))
            .or_else(|| self.processes(call, &args))
            .or_else(|| self.modules(call, &args))
            .unwrap_or_else(|| Err(not_modelled(call)))
    }

    /// A thread of the player's enters the interpreter, as `exec` does.
    pub(super) fn enter(&mut self, id: i64) -> Result<(), Stop> {
        self.resolve(Label::Exec, &Value::int(id), false, true)?;
        if self.layer.enter(id)? { Ok(()) } else { Err(Problem::AlreadyRunning.into()) }
    }

    /// The thing behind a name.
    pub(super) fn thing(&self, value: &Value) -> Option<&Thing> {
        match value {
            Value::Name(name) => self.names.get(name),
            _ => None,
        }
    }

    /// The value with the names of plain values replaced; names of things stay.
    pub(super) fn value_of(&self, value: &Value) -> Value {
        match (value, self.thing(value)) {
            (_, Some(Thing::Value(plain))) => plain.clone(),
            (Value::Made(kind, _), _) if kind == "Repeated" => repeated(value).unwrap_or_else(|| value.clone()),
            (Value::Made(kind, args), _) => {
                Value::Made(kind.clone(), args.iter().map(|arg| self.value_of(arg)).collect())
            }
            _ => value.clone(),
        }
    }
}

pub(super) fn not_modelled(call: &Call) -> Stop {
    Stop::NotModelled(call.to_string())
}

/// What an outsider sees of a thing.
fn shown(thing: &Thing) -> Value {
    match thing {
        Thing::Value(value) => value.clone(),
        Thing::Capsule(_) => Value::Handle("capsule".to_owned()),
        Thing::Struct(_) => Value::Handle("struct".to_owned()),
        Thing::Kept(_) => Value::Handle("kept".to_owned()),
        Thing::Namespace(_) => Value::Handle("namespace".to_owned()),
    }
}
