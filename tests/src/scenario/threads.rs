//! Whether the threads and gates of a scenario fit together: what is started is joined, what is opened is waited at.

use std::collections::BTreeMap;

use crossinterp_model::module::threads::{gates_of, named};

use super::Step;

/// What is wrong, and what to write instead.
pub(super) struct Complaint {
    pub what: String,
    pub help: &'static str,
}

/// The first thing that does not fit, with its line.
pub(super) fn complaint(steps: &[Step]) -> Option<(usize, Complaint)> {
    about_threads(steps).or_else(|| about_gates(steps))
}

fn complain(line: usize, what: String, help: &'static str) -> Option<(usize, Complaint)> {
    Some((line, Complaint { what, help }))
}

/// A thread that was started.
struct Started {
    line: usize,
    is_joined: bool,
}

/// Each thread is started once, and joined once, later.
fn about_threads(steps: &[Step]) -> Option<(usize, Complaint)> {
    let mut threads = BTreeMap::new();
    let first = steps.iter().find_map(|step| start(step, &mut threads).or_else(|| join(step, &mut threads)));
    first.or_else(|| {
        let (name, thread) = threads.iter().find(|(_, thread)| !thread.is_joined)?;
        let help = "write `join(\"t\")` on a line after it";
        complain(thread.line, format!("`{name}` is started and never joined"), help)
    })
}

fn start(step: &Step, threads: &mut BTreeMap<String, Started>) -> Option<(usize, Complaint)> {
    let thread = step.call.thread.as_ref()?;
    if step.name.is_some() {
        let help = "leave out the name: `join` gives what came of the call";
        return complain(step.line, format!("`{thread}` has only begun, and its call has no result yet"), help);
    }
    let before = threads.insert(thread.clone(), Started { line: step.line, is_joined: false })?;
    complain(step.line, format!("`{thread}` was started in line {}", before.line), "give the thread another name")
}

fn join(step: &Step, threads: &mut BTreeMap<String, Started>) -> Option<(usize, Complaint)> {
    if step.call.verb != "join" || step.call.thread.is_some() {
        return None;
    }
    named(&step.call).into_iter().find_map(|name| match threads.get_mut(&name) {
        None => complain(step.line, format!("`{name}` was not started"), "write `start t: verb(...)` before it"),
        Some(thread) if thread.is_joined => {
            complain(step.line, format!("`{name}` was joined before"), "join each thread once")
        }
        Some(thread) => {
            thread.is_joined = true;
            None
        }
    })
}

/// Each gate is waited at by somebody, and opened.
fn about_gates(steps: &[Step]) -> Option<(usize, Complaint)> {
    let waited: Vec<_> = steps.iter().flat_map(|step| with_line(step, gates_of(&step.call))).collect();
    let of = |verb: &'static str| {
        let of_verb = steps.iter().filter(move |step| step.call.verb == verb);
        of_verb.flat_map(|step| with_line(step, named(&step.call)))
    };
    let is_in = |gates: &[(String, usize)], wanted: &str| gates.iter().any(|(gate, _)| gate == wanted);
    if let Some((gate, line)) = of("open").chain(of("reached")).find(|(gate, _)| !is_in(&waited, gate)) {
        return complain(line, format!("nobody waits at the gate `{gate}`"), "a script waits there: `Gate(\"g\")`");
    }
    let opened: Vec<_> = of("open").collect();
    let (gate, line) = waited.iter().find(|(gate, _)| !is_in(&opened, gate))?;
    complain(*line, format!("the gate `{gate}` is never opened"), "write `open(\"g\")` on a line after it")
}

fn with_line(step: &Step, names: Vec<String>) -> impl Iterator<Item = (String, usize)> {
    let line = step.line;
    names.into_iter().map(move |name| (name, line))
}
