//! Every interleaving: states are followed until no line is left, or nothing can go on.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::act::Act;
use super::compile::{Compiler, Refusal};
use super::state::{Actor, SCENARIO, Stage, State};
use super::{Foretold, Line, as_value, gates_of, is_about_threads, named};
use crate::defect::Defect;
use crate::edition::Edition;
use crate::explore::Tally;
use crate::fault::Fault;
use crate::model::Model;
use crate::module::layer::Whence;
use crate::module::outcome::Observation;
use crate::module::surface::like_3_14;
use crate::module::{Call, Value};
use crate::rule::RuleSet;
use crate::scope::{Client, Scope, Setup};
use crate::witness::WitnessSet;
use crate::world::{THREADS_MAX, World};

/// States of one scenario. Two threads that race come to a few hundred, three to a few ten thousand.
const STATES_MAX: usize = 2_000_000;

/// A schedule that does not go on.
pub(super) enum Fate {
    /// The process ends, or is stuck, and that is seen in the line in progress.
    Seen(Observation),
    /// From the line in progress on anything may be seen.
    Undefined(Fault),
}

/// The search of one scenario in one edition.
pub(super) struct Search<'a> {
    pub(super) edition: Edition,
    pub(super) model: Model,
    lines: &'a [Line<'a>],
    /// What each line may show, by its text.
    found: Vec<BTreeMap<String, Observation>>,
    /// The rules that some step of some schedule exercised.
    pub(super) rules: Cell<RuleSet>,
    /// The defects behind what is undefined, by line.
    defects: Vec<BTreeSet<Defect>>,
}

impl<'a> Search<'a> {
    pub fn new(edition: Edition, lines: &'a [Line<'a>]) -> Search<'a> {
        let scope = Scope {
            name: "scenario",
            interpreters: 1,
            homes: &[0; THREADS_MAX],
            ids: 1,
            calls_each: u8::MAX,
            client: Client::Script(&[&[], &[], &[]]),
            ..Scope::BASE
        };
        let model = Model::new(Setup::new(scope, edition));
        let (found, defects) = (vec![BTreeMap::new(); lines.len()], vec![BTreeSet::new(); lines.len()]);
        Search { edition, model, lines, found, rules: Cell::default(), defects }
    }

    /// Follows every schedule.
    ///
    /// # Panics
    ///
    /// If there are more states than any scenario should need: such a scenario is to be cut in two.
    #[allow(clippy::mutable_key_type, reason = "no value of a state is a buffer, and nobody writes to one")]
    pub fn run(mut self) -> (Vec<Foretold>, Tally) {
        let first = State::new(self.first_world());
        let mut seen = HashSet::from([first.clone()]);
        let mut waiting = vec![first];
        while let Some(state) = waiting.pop() {
            for next in self.successors(&state) {
                if seen.insert(next.clone()) {
                    waiting.push(next);
                }
            }
            assert!(seen.len() < STATES_MAX, "a scenario with more schedules than anybody can follow");
        }
        let mut tally = Tally::default();
        tally.count(self.rules.take(), WitnessSet::default());
        (self.foretold(), tally)
    }

    fn first_world(&self) -> World {
        let mut world = self.model.setup.scope.initial();
        let main = world.interpreter_mut(0);
        main.set_whence(Whence::Runtime as u8);
        main.idrefs = if like_3_14(self.edition) { 0 } else { -1 };
        world
    }

    fn foretold(self) -> Vec<Foretold> {
        let each = self.found.into_iter().zip(self.defects);
        let made = each.map(|(found, defects)| Foretold {
            observations: found.into_values().collect(),
            defects: defects.into_iter().collect(),
        });
        made.take_while(|foretold| !foretold.observations.is_empty()).collect()
    }

    fn successors(&mut self, state: &State) -> Vec<State> {
        if state.line == self.lines.len() {
            return Vec::new();
        }
        let mut next = Vec::new();
        let mut is_stuck = true;
        for index in 0..THREADS_MAX {
            match self.go_on(state, index) {
                Some(Ok(state)) => next.push(state),
                Some(Err(fate)) => self.ends(state.line, fate),
                None => continue,
            }
            is_stuck = false;
        }
        match self.scenario_goes_on(state) {
            Some(Ok(state)) => next.push(state),
            Some(Err(fate)) => self.ends(state.line, fate),
            None if is_stuck => self.shows(state.line, Observation::Hang),
            None => {}
        }
        next
    }

    fn shows(&mut self, line: usize, observation: Observation) {
        self.found[line].insert(observation.to_string(), observation);
    }

    fn ends(&mut self, line: usize, fate: Fate) {
        match fate {
            Fate::Seen(observation) => self.shows(line, observation),
            Fate::Undefined(fault) => {
                let defects = self.model.setup.defects;
                for line in line..self.lines.len() {
                    self.shows(line, Observation::Undefined);
                    self.defects[line].extend(fault.defect(defects));
                }
            }
        }
    }

    // The scenario itself.

    fn scenario_goes_on(&mut self, state: &State) -> Option<Result<State, Fate>> {
        let line = self.lines[state.line];
        match state.stage {
            Stage::Before if is_about_threads(line.call) => self.about_threads(state, line.call).map(Ok),
            Stage::Before => Some(self.begin(state, line.call)),
            Stage::Starting(index) => {
                is_under_way(state, line.call, index).then(|| Ok(self.told(state, Observation::Value(Value::None))))
            }
            Stage::Calling => {
                let actor = &state.actors[SCENARIO];
                actor.is_over().then(|| Ok(self.told(state, actor.shown())))
            }
        }
    }

    /// The line has shown this; the next one may begin.
    fn told(&mut self, state: &State, observation: Observation) -> State {
        let mut next = state.clone();
        if let (Observation::Value(value), Some(name)) = (&observation, self.lines[state.line].name) {
            next.names.insert(name.to_owned(), value.clone());
        }
        self.shows(state.line, observation);
        next.actors[SCENARIO] = Actor::default();
        next.line += 1;
        next.stage = Stage::Before;
        next
    }

    fn about_threads(&mut self, state: &State, call: &Call) -> Option<State> {
        let names = named(call);
        match call.verb.as_str() {
            "reached" => {
                let waits = |actor: &Actor| actor.gate().is_some_and(|gate| names.iter().any(|name| name == gate));
                state.actors.iter().any(waits).then(|| self.told(state, Observation::Value(Value::None)))
            }
            "open" => {
                let mut next = self.told(state, Observation::Value(Value::None));
                next.open.extend(names);
                Some(next)
            }
            _ => self.join(state, &names),
        }
    }

    fn join(&mut self, state: &State, names: &[String]) -> Option<State> {
        let threads: Option<Vec<usize>> = names.iter().map(|name| state.actor_named(name)).collect();
        let threads = threads?;
        if !threads.iter().all(|&index| state.actors[index].is_over()) {
            return None;
        }
        let values = threads.iter().map(|&index| as_value(&state.actors[index].shown())).collect();
        let mut next = self.told(state, Observation::Value(Value::Tuple(values)));
        threads.into_iter().for_each(|index| next.actors[index] = Actor::default());
        Some(next)
    }

    /// Gives the call to its thread.
    fn begin(&self, state: &State, call: &Call) -> Result<State, Fate> {
        let unknown = |what: String| Fate::Seen(Observation::NotImplemented(what));
        let compiler = Compiler { edition: self.edition, names: &state.names };
        let (acts, answer) = match compiler.compile(call) {
            Ok(acts) => (acts, None),
            Err(Refusal::Shows(observation)) => (Vec::new(), Some(observation)),
            Err(Refusal::Unknown) => return Err(unknown(call.to_string())),
        };
        let index = match call.thread {
            None => SCENARIO,
            Some(_) => state.free_actor().ok_or_else(|| unknown("more threads than the model has".to_owned()))?,
        };
        let mut next = state.clone();
        next.actors[index] = Actor { answer, ..Actor::new(call.thread.as_deref(), acts) };
        next.stage = if index == SCENARIO { Stage::Calling } else { Stage::Starting(index) };
        Ok(next)
    }
}

/// Whether whoever started the call may be told so: it is at its gate or over. One without a gate is under way at once.
fn is_under_way(state: &State, call: &Call, index: usize) -> bool {
    let actor = &state.actors[index];
    let is_behind_its_gate = !actor.acts.iter().any(|act| matches!(act, Act::Wait(_)));
    gates_of(call).is_empty() || actor.gate().is_some() || is_behind_its_gate
}
