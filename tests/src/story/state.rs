//! A world in words: what there is at one moment, for whoever wants to see why a step goes wrong.
//!
//! It reads and names; it does not judge.

use crossinterp_model::call::payload_name;
use crossinterp_model::scope::Scope;
use crossinterp_model::step::Pc;
use crossinterp_model::world::{Allocation, Capsule, GLOBAL, Interpreter, NONE, Phase, Session, Thread, World};

/// The state, a line for each thing that there is.
pub fn state(world: &World, scope: &Scope) -> Vec<String> {
    let slots = 0..world.interpreters.len() as u8;
    let mut lines: Vec<_> = slots.filter_map(|slot| interpreter(world.interpreter(slot), slot)).collect();
    lines.extend((0..scope.homes.len() as u8).map(|index| thread(world, index)));
    lines.extend(world.capsules.iter().enumerate().filter(|(_, capsule)| capsule.is_used()).map(capsule));
    lines.extend(registries(world, scope));
    lines.extend(namespace(world));
    lines
}

fn interpreter(there: &Interpreter, slot: u8) -> Option<String> {
    let phase = match there.phase() {
        Phase::Free if there.id == NONE && slot > 0 => return None,
        Phase::Free => "free memory",
        Phase::Created => "listed, not ready",
        Phase::Ready => "ready",
        Phase::Finalizing => "finalizing",
        Phase::Cleared => "cleared, still listed",
        Phase::Unlinked => "unlinked, not freed",
    };
    let mut text = format!("interpreter {} at address {slot}: {phase}", there.id);
    if there.running != NONE {
        text += &format!(", T{} runs main", there.running);
    }
    text += &format!(", {} thread state{}", there.thread_states, if there.thread_states == 1 { "" } else { "s" });
    if there.idrefs != 0 {
        text += &format!(", {} id references", there.idrefs);
    }
    if there.pending_len > 0 {
        text += &format!(", {} pending", there.pending_len);
    }
    let marks = [
        (there.queue_closed(), "flushed for the last time"),
        (there.draining(), "drained by another"),
        (there.is_doomed(), "marked as being destroyed"),
        (!there.has_main(), "without __main__"),
        (there.main_is_swapped(), "with a stand-in for __main__"),
        (there.lingers(), "with a thread that nobody waits for"),
    ];
    marks.iter().filter(|(is, _)| *is).for_each(|(_, mark)| text += &format!(", {mark}"));
    Some(text)
}

fn thread(world: &World, index: u8) -> String {
    let thread = &world.threads[usize::from(index)];
    let at = match thread.current {
        NONE => "attached to none".to_owned(),
        slot => format!("in {}", place(world, slot)),
    };
    let doing = match thread.pc() {
        Pc::Idle => "between calls".to_owned(),
        Pc::Gone => return format!("T{index}: ended"),
        Pc::Hung => "hangs".to_owned(),
        pc => format!("next: {}", pc.sentence()),
    };
    format!("T{index}: {at}; {doing}{}{}", found(world, thread), sessions(world, index))
}

/// The interpreter at an address, by its id if it is still there.
fn place(world: &World, slot: u8) -> String {
    match world.interpreter(slot) {
        there if there.phase() == Phase::Free => format!("freed memory at address {slot}"),
        there => format!("interpreter {}", there.id),
    }
}

/// What a lookup of the call found, and whether it is still that.
fn found(world: &World, thread: &Thread) -> String {
    if thread.reg_slot == NONE || usize::from(thread.reg_slot) >= world.interpreters.len() {
        return String::new();
    }
    let there = world.interpreter(thread.reg_slot);
    let stale = match there {
        there if there.phase() == Phase::Free => ", which is freed".to_owned(),
        there if there.id != thread.reg_id => format!(", where {} is now", there.id),
        _ => String::new(),
    };
    format!("; has looked {} up at address {}{stale}", thread.reg_id, thread.reg_slot)
}

fn sessions(world: &World, index: u8) -> String {
    let used = world.sessions[usize::from(index)].iter().filter(|session| session.is_used());
    used.map(|session| format!("; {}", session_text(session))).collect()
}

fn session_text(session: &Session) -> String {
    let mut text = format!("session in {}", session.id);
    if let Some(raised) = session.raised() {
        text += &format!(", its body failed: {raised}");
    }
    if let Some(kept) = session.kept() {
        text += &format!(", preserves {kept}");
    }
    if let Some(error) = session.error() {
        text += &format!(", code {error}");
    }
    text
}

fn capsule((slot, capsule): (usize, &Capsule)) -> String {
    let mut text = format!("c{slot}: {} of interpreter {}", payload_name(capsule.payload()), capsule.owner);
    let parts = [
        ("structure", capsule.structure()),
        ("block", capsule.data()),
        ("object", capsule.object()),
        ("view", capsule.view()),
    ];
    for (part, allocation) in parts {
        match allocation {
            Allocation::Never => {}
            Allocation::Live => text += &format!(", {part} there"),
            Allocation::Freed => text += &format!(", {part} freed"),
        }
    }
    let marks =
        [(capsule.released(), "released"), (capsule.listed(), "waits for its owner"), (capsule.consumed(), "read")];
    marks.iter().filter(|(is, _)| *is).for_each(|(_, mark)| text += &format!(", {mark}"));
    if capsule.pins > 0 {
        text += &format!(", {} readers", capsule.pins);
    }
    text
}

fn registries(world: &World, scope: &Scope) -> Vec<String> {
    if scope.types.is_empty() {
        return Vec::new();
    }
    let name = |place: u8| if place == GLOBAL { "the runtime".to_owned() } else { format!("address {place}") };
    let entry = |&number: &u8| {
        let entry = world.entry(number);
        format!("type{} f{} x{}", entry.class, entry.converter, entry.count)
    };
    let listed = |place: u8| world.listed_entries(place).map(|number| entry(&number)).collect::<Vec<_>>().join(", ");
    let places = (0..world.registries.len() as u8).map(|place| (place, listed(place)));
    let filled = places.filter(|(_, entries)| !entries.is_empty());
    let mut lines: Vec<_> = filled.map(|(place, entries)| format!("registry of {}: {entries}", name(place))).collect();
    let dead = (0..scope.types.len()).filter(|&class| !world.types[class].is_alive());
    lines.extend(dead.map(|class| format!("type{class} is gone")));
    lines
}

fn namespace(world: &World) -> Option<String> {
    let namespace = &world.namespace;
    let state = match namespace.structure() {
        Allocation::Never => return None,
        Allocation::Live => "there",
        Allocation::Freed => "freed",
    };
    Some(format!("namespace of interpreter {}: {state}", namespace.source))
}
