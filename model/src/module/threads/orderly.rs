//! Orderly scenarios: at no time do two threads run, so that every call has one outcome, and the player of sequential scenarios
//! knows it.
//!
//! That is so where a thread is started only to run up to a gate, and where nothing happens between the opening of its gate and its
//! join: until then it is in its interpreter and does nothing. A thread that is joined as soon as it was started is one more
//! call in its place.

use std::collections::BTreeMap;

use super::{Foretold, GATE, Line, as_value, gates_of, is_about_threads, named};
use crate::edition::Edition;
use crate::explore::Tally;
use crate::module::call::Call;
use crate::module::layer::Layer;
use crate::module::on_world::OnWorld;
use crate::module::outcome::Observation;
use crate::module::player::{DONE, Player, Stop};
use crate::module::{Value, player};

/// What each line shows, up to one that ends the process; nothing if the scenario is not orderly.
pub(super) fn play(edition: Edition, lines: &[Line<'_>]) -> Option<(Vec<Foretold>, Tally)> {
    is_orderly(lines).then(|| {
        let mut orderly = Orderly { edition, player: player(edition), threads: BTreeMap::new() };
        let mut foretold = Vec::new();
        for line in lines {
            let observation = orderly.line(*line);
            let is_last = observation.is_final();
            foretold.push(Foretold { observations: vec![observation], defects: Vec::new() });
            if is_last {
                break;
            }
        }
        (foretold, orderly.player.tally().clone())
    })
}

/// Whether no thread ever runs beside another.
fn is_orderly(lines: &[Line<'_>]) -> bool {
    // The gate that each thread waits at, by its name, until that is opened.
    let mut waiting: BTreeMap<String, String> = BTreeMap::new();
    let mut opened: Vec<String> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let call = line.call;
        let is_fine = match (&call.thread, call.verb.as_str()) {
            (Some(thread), _) if gates_of(call).is_empty() => is_joined_at_once([thread], lines.get(index + 1)),
            (Some(thread), "exec") => match gate_alone(call) {
                Some(gate) if !opened.contains(&gate) => waiting.insert(thread.clone(), gate).is_none(),
                _ => false,
            },
            (Some(_), _) => false,
            (None, "reached") => named(call).iter().all(|gate| waiting.values().any(|waits| waits == gate)),
            (None, "open") => {
                let released = named(call);
                let (gone, kept) = waiting.into_iter().partition(|(_, gate)| released.contains(gate));
                waiting = kept;
                opened.extend(released);
                gone.len() <= 1 && is_joined_at_once(gone.keys(), lines.get(index + 1))
            }
            (None, "join") => named(call).iter().all(|thread| !waiting.contains_key(thread)),
            (None, _) => gates_of(call).is_empty(),
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// The gate of a call that does nothing else than run up to it.
fn gate_alone(call: &Call) -> Option<String> {
    match call.args.as_slice() {
        [_, Value::Made(kind, _)] if kind == GATE && call.kwargs.is_empty() && call.place.is_none() => {
            gates_of(call).pop()
        }
        _ => None,
    }
}

fn is_joined_at_once<'a>(threads: impl IntoIterator<Item = &'a String>, next: Option<&Line<'_>>) -> bool {
    let joined = next.filter(|line| line.call.verb == "join").map(|line| named(line.call)).unwrap_or_default();
    threads.into_iter().all(|thread| joined.contains(thread))
}

/// Where a thread is.
enum Thread {
    /// It is at its gate, in that interpreter.
    AtGate(i64),
    /// It was turned away, or is done.
    Over(Observation),
}

struct Orderly {
    edition: Edition,
    player: Player<OnWorld>,
    threads: BTreeMap<String, Thread>,
}

impl Orderly {
    fn line(&mut self, line: Line<'_>) -> Observation {
        match (&line.call.thread, line.call.verb.as_str()) {
            (Some(thread), _) => self.start(thread, line.call),
            (None, "join") => self.join(&named(line.call)),
            (None, _) if is_about_threads(line.call) => Observation::Value(Value::None),
            (None, _) => self.player.play(line.call, line.name).render(self.edition),
        }
    }

    /// The thread runs up to its gate, or to the end.
    fn start(&mut self, thread: &str, call: &Call) -> Observation {
        let thread = thread.to_owned();
        if gates_of(call).is_empty() {
            let alone = Call { thread: None, ..call.clone() };
            let shown = self.player.play(&alone, None).render(self.edition);
            self.threads.insert(thread, Thread::Over(shown));
            return Observation::Value(Value::None);
        }
        match self.go_in(&call.args[0]) {
            Ok(id) => drop(self.threads.insert(thread, Thread::AtGate(id))),
            Err(stop) => {
                let shown = self.player.conclude(Err(stop), None).render(self.edition);
                if shown.is_final() {
                    return shown;
                }
                self.threads.insert(thread, Thread::Over(shown));
            }
        }
        Observation::Value(Value::None)
    }

    fn go_in(&mut self, id: &Value) -> Result<i64, Stop> {
        self.player.wake(self.player.current)?;
        let id = self.player.id_of(&self.player.value_of(id))?;
        self.player.enter(id).map(|()| id)
    }

    /// Their gates are open, or they are over.
    fn join(&mut self, names: &[String]) -> Observation {
        let mut values = Vec::new();
        for name in names {
            let shown = match self.threads.remove(name) {
                None => return Observation::Hang,
                Some(Thread::Over(shown)) => shown,
                Some(Thread::AtGate(id)) => {
                    let answer = self.come_out(id);
                    self.player.conclude(answer.and(DONE), None).render(self.edition)
                }
            };
            if shown.is_final() {
                return shown;
            }
            values.push(as_value(&shown));
        }
        Observation::Value(Value::Tuple(values))
    }

    fn come_out(&mut self, id: i64) -> Result<(), Stop> {
        if self.player.stranded.contains(&id) {
            return Err(Stop::Hang);
        }
        self.player.layer.leave(id)?;
        self.player.wake(self.player.current)
    }
}
