//! The catalogue of messages against the scenarios: whatever the layer can say, a scenario shows, in every edition that
//! says it, or a reason tells why none can.
//!
//! It reads `tests/catalogue/messages.txt`. That the expectations of scenarios are what runtimes show, the recordings say.

use std::collections::BTreeSet;
use std::path::Path;

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Exception, Observation, Value, qualified_name};
use crossinterp_suite::scenario::{Scenario, load_all};

/// The editions that the catalogue speaks of; `repaired` says what 3.14 says.
const EDITIONS: [Edition; 3] = [Edition::Dev313, Edition::V313, Edition::V314];
/// As many messages as the layer and its users have; those from the second number on are queues' and channels'.
const MESSAGES: usize = 117;
const OF_USERS: usize = 100;

/// One message.
#[derive(Clone, Debug)]
struct Entry {
    number: usize,
    template: String,
    forms: Vec<(Edition, Form)>,
    place: Place,
}

/// As what a message is seen, with the words that the edition has for it.
#[derive(Clone, Debug)]
enum Form {
    Absent,
    Raised { kind: String, template: String },
    Within { template: String },
    Crash,
}

/// Where it is shown, or why it is not.
#[derive(Clone, Debug)]
enum Place {
    Shown(Vec<String>),
    Unreachable(String),
    Outside(String),
}

fn scenarios() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    load_all(&root).unwrap_or_else(|error| panic!("{error}"))
}

fn catalogue() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue/messages.txt");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// Reading.

fn parse(text: &str) -> Vec<Entry> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut blocks: Vec<Vec<&str>> = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        match blocks.last_mut().filter(|_| line.starts_with(' ')) {
            Some(block) => block.push(line.trim()),
            None => blocks.push(vec![line]),
        }
    }
    blocks.iter().map(|block| entry(block)).collect()
}

fn entry(block: &[&str]) -> Entry {
    let (number, template) = block[0].split_once("  ").unwrap_or_else(|| panic!("no template: {}", block[0]));
    let template = if template == "(empty)" { String::new() } else { template.to_owned() };
    let (last, forms) = block[1..].split_last().unwrap_or_else(|| panic!("nothing is said of {}", block[0]));
    let forms = forms.iter().flat_map(|line| forms_of(line, &template)).collect();
    let number = number.parse().unwrap_or_else(|_| panic!("no number: {}", block[0]));
    Entry { number, template, forms, place: place(last) }
}

fn forms_of(line: &str, template: &str) -> Vec<(Edition, Form)> {
    let (editions, form) = line.split_once(": ").unwrap_or_else(|| panic!("no form: {line}"));
    let form = form_of(form, template);
    let named = |name: &str| name.parse::<Edition>().unwrap_or_else(|error| panic!("{line}: {error}"));
    editions.split(", ").map(|name| (named(name), form.clone())).collect()
}

fn form_of(text: &str, template: &str) -> Form {
    let (kind, own) = text.split_once(" \"").unwrap_or((text, ""));
    let template = own.strip_suffix('"').unwrap_or(template).to_owned();
    match kind {
        "-" => Form::Absent,
        "text" => Form::Within { template },
        "crash" => Form::Crash,
        kind => Form::Raised { kind: kind.to_owned(), template },
    }
}

fn place(line: &str) -> Place {
    match line.split_once(": ") {
        Some(("shown", names)) => Place::Shown(names.split(", ").map(str::to_owned).collect()),
        Some(("unreachable", why)) => Place::Unreachable(why.to_owned()),
        Some(("outside", why)) => Place::Outside(why.to_owned()),
        _ => panic!("neither a scenario nor a reason: {line}"),
    }
}

// Judging.

/// What is wrong with the catalogue, one line for each.
fn complaints(entries: &[Entry], scenarios: &[Scenario]) -> Vec<String> {
    let mut wrong = numbering(entries);
    for entry in entries {
        let said = match &entry.place {
            Place::Shown(names) => shown(entry, names, scenarios),
            Place::Unreachable(why) => unreachable(entry, why, scenarios),
            Place::Outside(why) => outside(entry, why),
        };
        let editions: Vec<_> = entry.forms.iter().map(|(edition, _)| *edition).collect();
        let all = if editions == EDITIONS { vec![] } else { vec!["each edition is to be named once".to_owned()] };
        wrong.extend(said.into_iter().chain(all).map(|what| format!("{} {}: {what}", entry.number, entry.template)));
    }
    wrong
}

fn numbering(entries: &[Entry]) -> Vec<String> {
    let numbers: Vec<_> = entries.iter().map(|entry| entry.number).collect();
    let expected: Vec<_> = (1..=MESSAGES).collect();
    if numbers == expected { vec![] } else { vec![format!("the numbers are not 1 to {MESSAGES}: {numbers:?}")] }
}

/// Each edition that has it shows it in one of the scenarios, and each of them shows it in some edition.
fn shown(entry: &Entry, names: &[String], scenarios: &[Scenario]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for name in names {
        let Some(scenario) = scenarios.iter().find(|scenario| scenario.name == *name) else {
            wrong.push(format!("there is no scenario {name}"));
            continue;
        };
        let here: Vec<_> = entry.forms.iter().filter(|(edition, form)| shows(scenario, *edition, form)).collect();
        if here.is_empty() {
            wrong.push(format!("{name} does not show it"));
        }
        seen.extend(here.into_iter().map(|(edition, _)| *edition));
    }
    let has = |form: &Form| !matches!(form, Form::Absent);
    let unseen = entry.forms.iter().filter(|(edition, form)| has(form) && !seen.contains(edition));
    wrong.extend(unseen.map(|(edition, _)| format!("{edition} is not shown it")));
    wrong
}

/// A reason stands only as long as no scenario shows the message.
fn unreachable(entry: &Entry, why: &str, scenarios: &[Scenario]) -> Vec<String> {
    let reached = |scenario: &&Scenario| entry.forms.iter().any(|(edition, form)| shows(scenario, *edition, form));
    let found = scenarios.iter().find(reached).map(|scenario| format!("{} shows it", scenario.name));
    found.into_iter().chain(why.trim().is_empty().then(|| "no reason".to_owned())).collect()
}

fn outside(entry: &Entry, why: &str) -> Vec<String> {
    let belongs = entry.number < OF_USERS;
    let complaint =
        if belongs { Some("it belongs to the layer") } else { why.trim().is_empty().then_some("no reason") };
    complaint.map(str::to_owned).into_iter().collect()
}

// Looking.

fn shows(scenario: &Scenario, edition: Edition, form: &Form) -> bool {
    let expected = scenario.steps.iter().filter_map(|step| step.expected(edition));
    let for_edition = scenario.editions.contains(&edition);
    for_edition && expected.flat_map(|expectation| &expectation.observations).any(|seen| is_seen(seen, edition, form))
}

fn is_seen(seen: &Observation, edition: Edition, form: &Form) -> bool {
    match form {
        Form::Absent => false,
        Form::Crash => matches!(seen, Observation::Crash(_)),
        Form::Within { template } => fits_within(template, &seen.to_string()),
        Form::Raised { kind, template } => {
            let kind = qualified_name(kind, edition);
            let is_it = |(seen, words): &(String, String)| {
                let seen = seen.strip_prefix("foreign ").unwrap_or(seen);
                qualified_name(seen, edition) == kind && fits(template, words)
            };
            exceptions(seen).iter().any(is_it)
        }
    }
}

/// The exceptions of an observation, by type and words: raised, chained, or told of in a value.
fn exceptions(seen: &Observation) -> Vec<(String, String)> {
    match seen {
        Observation::Exception(exception) => chain(exception),
        Observation::Value(value) => told_of(value),
        _ => Vec::new(),
    }
}

fn chain(exception: &Exception) -> Vec<(String, String)> {
    let links = [&exception.cause, &exception.context].into_iter().flatten().flat_map(|link| chain(link));
    std::iter::once((exception.kind.clone(), exception.message.clone())).chain(links).collect()
}

/// `Caught(type, words, ...)`, however deep in the value.
fn told_of(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Value::Made(kind, args) = value
        && let ("Caught", [Value::Str(kind), Value::Str(words), ..]) = (kind.as_str(), args.as_slice())
    {
        found.push((kind.escaped(), words.escaped()));
    }
    let inner: Vec<&Value> = match value {
        Value::Tuple(items) | Value::List(items) | Value::Made(_, items) => items.iter().collect(),
        Value::Dict(pairs) => pairs.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    found.extend(inner.into_iter().flat_map(told_of));
    found
}

/// Whether the words are the template's, from end to end.
fn fits(template: &str, words: &str) -> bool {
    let parts: Vec<_> = template.split("{}").collect();
    let [first, middle @ .., last] = parts.as_slice() else { return template == words };
    let Some(rest) = words.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    middle.iter().try_fold(rest, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
}

fn fits_within(template: &str, text: &str) -> bool {
    template.split("{}").try_fold(text, |rest, part| rest.split_once(part).map(|(_, after)| after)).is_some()
}

#[test]
fn every_message_is_shown_in_every_edition_that_has_it_or_a_reason_says_why_not() {
    let wrong = complaints(&parse(&catalogue()), &scenarios());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn most_messages_of_the_layer_are_shown() {
    let entries = parse(&catalogue());
    let shown = entries.iter().filter(|entry| matches!(entry.place, Place::Shown(_))).count();
    assert!(shown >= 80, "only {shown} are");
}

/// The catalogue with something replaced in it, judged: what is said of it.
#[track_caller]
fn said_of(from: &str, to: &str) -> String {
    let text = catalogue();
    assert!(text.contains(from), "the catalogue has `{from}`");
    complaints(&parse(&text.replacen(from, to, 1)), &scenarios()).join("\n")
}

#[test]
fn a_message_with_other_words_is_not_shown() {
    assert!(said_of("unrecognized interpreter ID", "unrecognised interpreter ID").contains("does not show it"));
}

#[test]
fn a_message_of_another_type_is_not_shown() {
    let said =
        said_of("2  interpreter ID must be an int, got {}\n    3.13-dev, 3.13, 3.14: TypeError", WITH_ANOTHER_TYPE);
    assert!(said.contains("does not show it"), "{said}");
}

const WITH_ANOTHER_TYPE: &str = "2  interpreter ID must be an int, got {}\n    3.13-dev, 3.13, 3.14: ValueError";

#[test]
fn a_number_that_is_there_twice_is_noticed() {
    assert!(said_of("\n4  int too big", "\n3  int too big").contains("the numbers are not"));
}

#[test]
fn a_scenario_that_is_not_there_is_noticed() {
    assert!(said_of("shown: interpreter/", "shown: interpreter/no-such-").contains("there is no scenario"));
}

#[test]
fn an_edition_that_is_left_out_is_noticed() {
    assert!(said_of("3.13-dev, 3.13, 3.14: ", "3.13, 3.14: ").contains("each edition is to be named once"));
}

#[test]
fn a_message_that_is_shown_is_not_unreachable() {
    let said = said_of("    shown: interpreter/unknown-ids", "    unreachable: nobody asks for those");
    assert!(said.contains("shows it"), "{said}");
}

#[test]
fn a_message_of_the_layer_is_not_outside_of_it() {
    let said = said_of("    shown: interpreter/unknown-ids", "    outside: others say it");
    assert!(said.contains("it belongs to the layer"), "{said}");
}

#[test]
fn holes_are_anything_and_words_are_themselves() {
    assert!(fits("a {} c", "a b b c") && fits("", "") && fits("{}x", "x"));
    assert!(!fits("a {} c", "a b") && !fits("", "a") && !fits("ab{}ba", "aba"));
}
