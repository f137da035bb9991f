//! What a scenario under way has: names for interpreters, capsules and the rest, and which of them a call may still use.
//!
//! It keeps the contract that C leaves to its callers: what was given up is not named again, and what was never filled is
//! not looked at. It plays nothing.

use std::collections::BTreeMap;

use crossinterp_model::module::{Call, Value};

use super::vocabulary::{Kind, Template};

/// Things of one kind that a call can choose from: the newest ones.
const CHOICES: usize = 2;

/// What a scenario has.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    /// Interpreters that exist, by name, with their ids.
    interpreters: Vec<(String, i64)>,
    /// Those in which a thread stays.
    held: Vec<String>,
    /// The last one that ended.
    gone: Option<String>,
    /// Everything else, by the letter of its slot.
    things: BTreeMap<char, Vec<String>>,
    made: BTreeMap<char, usize>,
}

impl Stock {
    /// The calls that a template stands for at this moment.
    pub fn calls(&self, template: &Template) -> Vec<Call> {
        let mut calls = vec![template.call.clone()];
        for slot in slots(&template.call) {
            let choices = self.choices(slot);
            let filled = |call: &Call| choices.iter().map(|name| fill(call, slot, name)).collect::<Vec<_>>();
            calls = calls.iter().flat_map(filled).collect();
        }
        calls.retain(|call| !call.place.as_ref().is_some_and(|place| *place == Value::Name("J".to_owned())));
        calls
    }

    fn choices(&self, slot: char) -> Vec<String> {
        let idle = || self.interpreters.iter().map(|(name, _)| name).filter(|name| !self.held.contains(name));
        match slot {
            'I' => idle().rev().take(CHOICES).cloned().collect(),
            'J' => idle().next().cloned().into_iter().collect(),
            'H' => self.held.last().cloned().into_iter().collect(),
            'G' => self.gone.clone().into_iter().collect(),
            'K' => self.newest('k'),
            'B' => self.newest('b'),
            'C' => self.newest('c'),
            'S' => self.newest('s'),
            'E' => self.newest('e'),
            _ => self.newest('n'),
        }
    }

    fn newest(&self, letter: char) -> Vec<String> {
        self.things.get(&letter).into_iter().flatten().rev().take(CHOICES).cloned().collect()
    }

    /// How many things of the kind there are that a call could use.
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Interpreter => self.interpreters.len() - self.held.len(),
            other => self.things.get(&letter(other)).map_or(0, Vec::len),
        }
    }

    /// A name that was not used yet.
    pub fn fresh(&self, kind: Kind) -> String {
        let letter = letter_of_name(kind);
        format!("{letter}{}", self.made.get(&letter).copied().unwrap_or_default() + 1)
    }

    /// A call that gave something under a name; an interpreter has that id.
    pub fn keep(&mut self, kind: Kind, name: String, id: Option<i64>) {
        *self.made.entry(letter_of_name(kind)).or_default() += 1;
        match (kind, id) {
            (Kind::Interpreter, Some(id)) => self.interpreters.push((name, id)),
            _ => self.things.entry(letter(kind)).or_default().push(name),
        }
    }

    /// A call was made, and raised in no edition.
    pub fn succeeded(&mut self, call: &Call) {
        let Some(Value::Name(name)) = call.args.first() else { return };
        match call.verb.as_str() {
            "hold" => self.held.push(name.clone()),
            "let_go" => self.held.retain(|held| held != name),
            "drop" | "xid_free" | "xid_release" | "ns_free" => self.forget(name),
            _ => {}
        }
    }

    /// A call was made, whatever came of it, by code of main: elsewhere it may not have been made after all. Memory whose view
    /// an edition may have bound elsewhere is not asked for any more: who holds it is the affair of that interpreter.
    pub fn performed(&mut self, call: &Call) {
        for viewed in call.args.iter().skip(1).flat_map(viewed_in_dict) {
            self.forget(&viewed);
        }
        let Some(Value::Name(name)) = call.args.first().filter(|_| call.place.is_none()) else { return };
        if call.verb == "xid_release" {
            self.forget(name);
        }
        if matches!(call.verb.as_str(), "xid_get" | "xid_init")
            && self.things.get(&'e').is_some_and(|e| e.contains(name))
        {
            self.forget(name);
            self.things.entry('s').or_default().push(name.clone());
        }
    }

    fn forget(&mut self, name: &str) {
        self.things.values_mut().for_each(|names| names.retain(|known| known != name));
    }

    /// Only the interpreters with these ids are left.
    pub fn only(&mut self, ids: &[i64]) {
        let ended: Vec<_> = self.interpreters.iter().filter(|(_, id)| !ids.contains(id)).cloned().collect();
        self.interpreters.retain(|(_, id)| ids.contains(id));
        self.held.retain(|held| ended.iter().all(|(name, _)| name != held));
        self.gone = ended.last().map(|(name, _)| name.clone()).or(self.gone.take());
    }
}

/// The slot in which a new thing of the kind is found. A new structure is empty.
fn letter(kind: Kind) -> char {
    if kind == Kind::Struct { 'e' } else { letter_of_name(kind) }
}

fn letter_of_name(kind: Kind) -> char {
    match kind {
        Kind::Interpreter => 'i',
        Kind::Capsule => 'c',
        Kind::Kept => 'k',
        Kind::Memory => 'b',
        Kind::Struct => 's',
        Kind::Namespace => 'n',
    }
}

/// The slots of a call, each once, in the order of their letters.
fn slots(call: &Call) -> Vec<char> {
    let mut found = Vec::new();
    let values = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value)).chain(&call.place);
    values.for_each(|value| walk(value, &mut |name| found.extend(slot(name))));
    found.sort_unstable();
    found.dedup();
    found
}

fn slot(name: &str) -> Option<char> {
    let mut letters = name.chars();
    letters.next().filter(|letter| letter.is_ascii_uppercase() && letters.next().is_none())
}

fn walk(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Name(name) => visit(name),
        Value::Tuple(items) | Value::List(items) | Value::Made(_, items) => items.iter().for_each(|it| walk(it, visit)),
        Value::Dict(pairs) => pairs.iter().for_each(|(_, it)| walk(it, visit)),
        _ => {}
    }
}

/// The memory that a dict has views of.
fn viewed_in_dict(value: &Value) -> Vec<String> {
    let Value::Dict(pairs) = value else { return Vec::new() };
    let mut found = Vec::new();
    for (_, value) in pairs.iter().filter(|(_, value)| matches!(value, Value::Made(kind, _) if kind == "MemoryView")) {
        walk(value, &mut |name| found.push(name.to_owned()));
    }
    found
}

fn fill(call: &Call, slot: char, name: &str) -> Call {
    let filled = |value: &Value| filled(value, slot, name);
    Call {
        thread: None,
        place: call.place.as_ref().map(filled),
        verb: call.verb.clone(),
        args: call.args.iter().map(filled).collect(),
        kwargs: call.kwargs.iter().map(|(key, value)| (key.clone(), filled(value))).collect(),
    }
}

fn filled(value: &Value, slot: char, name: &str) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| filled(item, slot, name)).collect::<Vec<_>>();
    match value {
        Value::Name(known) if known.chars().eq([slot]) => Value::Name(name.to_owned()),
        Value::Tuple(items) => Value::Tuple(all(items)),
        Value::List(items) => Value::List(all(items)),
        Value::Made(kind, items) => Value::Made(kind.clone(), all(items)),
        Value::Dict(pairs) => {
            Value::Dict(pairs.iter().map(|(key, value)| (key.clone(), filled(value, slot, name))).collect())
        }
        other => other.clone(),
    }
}
