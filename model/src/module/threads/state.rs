//! What a search of interleavings remembers: the world, the threads of the scenario, and how far the scenario has come.

use std::collections::{BTreeMap, BTreeSet};

use super::act::Act;
use crate::module::Value;
use crate::module::namespace::Pairs;
use crate::module::outcome::Observation;
use crate::world::{THREADS_MAX, World};

/// The thread that makes the scenario's calls.
pub(super) const SCENARIO: usize = 0;

/// A thread, by the number of the one that it is in the world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Actor {
    /// The name that the scenario gave it; none for the scenario's own, and for one that is free.
    pub name: Option<String>,
    /// What it still has to do, the next at the end.
    pub acts: Vec<Act>,
    /// Whether it has entered an interpreter and must leave it.
    pub is_inside: bool,
    /// What its call shows, as far as that is clear.
    pub answer: Option<Observation>,
    /// The interpreters that its listing has come by.
    pub listed: BTreeSet<(u8, u8)>,
    /// The interpreter that it was in has ended under it.
    pub is_stranded: bool,
}

impl Actor {
    pub fn new(name: Option<&str>, mut acts: Vec<Act>) -> Actor {
        acts.reverse();
        Actor { name: name.map(str::to_owned), acts, ..Actor::default() }
    }

    /// The call is refused: what was entered is left, and nothing else happens.
    pub fn refuse(&mut self, answer: Observation) {
        self.answer = Some(answer);
        self.acts = if self.is_inside { vec![Act::Leave] } else { Vec::new() };
    }

    /// The act in progress is over.
    pub fn done(&mut self) {
        self.acts.pop();
    }

    /// The act in progress is over, and this is what the call shows unless something goes wrong.
    pub fn answer(&mut self, value: Value) {
        self.acts.pop();
        self.answer = Some(Observation::Value(value));
    }

    pub fn is_over(&self) -> bool {
        self.acts.is_empty() && !self.is_stranded
    }

    /// The gate that it waits at.
    pub fn gate(&self) -> Option<&str> {
        match self.acts.last() {
            Some(Act::Wait(gate)) => Some(gate),
            _ => None,
        }
    }

    /// What its call showed.
    pub fn shown(&self) -> Observation {
        self.answer.clone().unwrap_or(Observation::Value(Value::None))
    }
}

/// Where the scenario is in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// The line has not begun.
    Before,
    /// A thread was started, and whoever started it waits to be told that the call is under way.
    Starting(usize),
    /// The scenario's own call is in progress.
    Calling,
}

/// Everything at one moment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub world: World,
    pub actors: [Actor; THREADS_MAX],
    /// The line that is in progress, or the next one.
    pub line: usize,
    pub stage: Stage,
    /// Gates that were opened.
    pub open: BTreeSet<String>,
    /// What was bound in the `__main__` of each interpreter.
    pub mains: BTreeMap<u8, Pairs>,
    /// What earlier lines gave names to.
    pub names: BTreeMap<String, Value>,
}

impl State {
    pub fn new(world: World) -> State {
        State {
            world,
            actors: Default::default(),
            line: 0,
            stage: Stage::Before,
            open: BTreeSet::new(),
            mains: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// The thread of that name.
    pub fn actor_named(&self, name: &str) -> Option<usize> {
        self.actors.iter().position(|actor| actor.name.as_deref() == Some(name))
    }

    /// A thread that the scenario does not use.
    pub fn free_actor(&self) -> Option<usize> {
        (SCENARIO + 1..THREADS_MAX).find(|&index| self.actors[index].name.is_none())
    }

    /// The id of the interpreter whose code the thread runs.
    pub fn place(&self, index: usize) -> u8 {
        self.world.interpreter(self.world.threads[index].current).id
    }

    /// The names and values in that `__main__`.
    pub fn main_of(&mut self, id: u8) -> &mut Pairs {
        self.mains.entry(id).or_default()
    }
}
