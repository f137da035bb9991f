//! From the text of a file to a scenario: headers, calls, expectations, and the checks that need the whole file.

use std::collections::BTreeSet;
use std::path::Path;

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::module::{Exception, Observation, Value};
use crossinterp_objects::notation::{Cursor, Trouble};

use super::error::ParseError;
use super::needs::need_list;
use super::notation::{link, more_observations, named_call, observations};
use super::threads;
use super::{Expectation, Scenario, Step};

/// Defects of the layer that the catalogue of the model has no step for; scenarios may name them too.
const DEFECTS_ELSEWHERE: [&str; 3] =
    ["unpickle-attributeerror-null-strncmp", "lingering-thread-fatal", "config-surrogate-strncpy-null"];

/// Reads a scenario. The path is only for messages.
pub fn parse(name: &str, path: &Path, text: &str) -> Result<Scenario, ParseError> {
    let scenario = Scenario {
        name: name.to_owned(),
        path: path.to_owned(),
        title: String::new(),
        rules: Vec::new(),
        needs: Vec::new(),
        editions: Edition::ALL.to_vec(),
        steps: Vec::new(),
    };
    let mut reader = Reader { scenario, names: BTreeSet::new() };
    for (index, line) in text.lines().enumerate() {
        let place = |trouble| place(path, index + 1, line, trouble);
        reader.line(index + 1, line).map_err(place)?;
    }
    reader.finish(path, text)
}

fn place(path: &Path, line: usize, text: &str, trouble: Trouble) -> ParseError {
    let Trouble { column, what, help } = trouble;
    ParseError { path: path.to_owned(), line, column, text: text.to_owned(), what, help }
}

struct Reader {
    scenario: Scenario,
    names: BTreeSet<String>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), Trouble> {
        let mut cursor = Cursor::new(line);
        if cursor.at_end() {
            return Ok(());
        }
        if self.scenario.steps.is_empty() && self.header(number, &mut cursor)? {
            return Ok(());
        }
        if cursor.take("<-") {
            return self.continuation(number, &mut cursor);
        }
        if cursor.peek() == Some('|') {
            return self.alternatives(number, &mut cursor);
        }
        match expectation_start(&mut cursor)? {
            Some(editions) => self.expectation(number, editions, &mut cursor),
            None => self.step(number, &mut cursor),
        }
    }

    fn header(&mut self, number: usize, cursor: &mut Cursor<'_>) -> Result<bool, Trouble> {
        for key in ["title", "rules", "needs", "editions"] {
            if !cursor.take(&format!("{key}:")) {
                continue;
            }
            let (column, rest) = (cursor.column(), cursor.rest().trim());
            match key {
                "title" => self.scenario.title = rest.to_owned(),
                "rules" => self.scenario.rules.extend(rest.split_whitespace().map(|id| (id.to_owned(), number))),
                "needs" => {
                    let needs = need_list(rest, column)?;
                    self.scenario.needs.extend(needs.into_iter().map(|name| (name, number)));
                }
                _ => self.scenario.editions = edition_list(rest, column)?,
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn step(&mut self, number: usize, cursor: &mut Cursor<'_>) -> Result<(), Trouble> {
        let start = cursor.clone();
        let (name, call) = named_call(cursor)?;
        let used = call.args.iter().chain(call.kwargs.iter().map(|(_, value)| value)).chain(call.place.as_ref());
        if let Some(unknown) = used.filter_map(|value| self.unknown_name(value)).next() {
            let help = "give an earlier result that name, as in `a = create()`";
            return Err(start.trouble(&format!("nothing is called `{unknown}` yet"), help));
        }
        self.names.extend(name.clone());
        let step = Step { line: number, last_line: number, call, name, expectations: Vec::new() };
        self.scenario.steps.push(step);
        if cursor.take("->") {
            return self.expectation(number, Vec::new(), cursor);
        }
        end_of_line(cursor).map(drop)
    }

    fn unknown_name(&self, value: &Value) -> Option<String> {
        match value {
            Value::Name(name) => (!self.names.contains(name)).then(|| name.clone()),
            Value::Tuple(items) | Value::List(items) | Value::Made(_, items) => {
                items.iter().find_map(|item| self.unknown_name(item))
            }
            Value::Dict(pairs) => {
                pairs.iter().find_map(|(key, value)| self.unknown_name(key).or_else(|| self.unknown_name(value)))
            }
            _ => None,
        }
    }

    fn expectation(&mut self, number: usize, editions: Vec<Edition>, cursor: &mut Cursor<'_>) -> Result<(), Trouble> {
        let start = cursor.clone();
        let observations = observations(cursor)?;
        let defect = end_of_line(cursor)?;
        let Some(step) = self.scenario.steps.last_mut() else {
            return Err(start.trouble("an expectation without a call", "write the call on a line before it"));
        };
        let repeated = |old: &Expectation| {
            old.editions.iter().any(|edition| editions.contains(edition)) || old.editions == editions
        };
        if step.expectations.iter().any(repeated) {
            return Err(start.trouble("the edition has an expectation already", "keep one of the two"));
        }
        step.expectations.push(Expectation { editions, observations, defect, line: number });
        step.last_line = number;
        Ok(())
    }

    /// More outcomes of the expectation above.
    fn alternatives(&mut self, number: usize, cursor: &mut Cursor<'_>) -> Result<(), Trouble> {
        let start = cursor.clone();
        let step = self.scenario.steps.last_mut();
        let Some((step_end, last)) = step.and_then(|step| Some((&mut step.last_line, step.expectations.last_mut()?)))
        else {
            return Err(start.trouble("an alternative to nothing", "write the first outcome on the line above"));
        };
        *step_end = number;
        more_observations(cursor, &mut last.observations)?;
        last.defect = end_of_line(cursor)?.or(last.defect.take());
        Ok(())
    }

    /// An exception that the one above was chained to.
    fn continuation(&mut self, number: usize, cursor: &mut Cursor<'_>) -> Result<(), Trouble> {
        let start = cursor.clone();
        let step = self.scenario.steps.last_mut();
        let Some((step, exception)) = step.and_then(|step| {
            let last = step.expectations.last_mut()?;
            let Some(Observation::Exception(exception)) = last.observations.last_mut() else { return None };
            step.last_line = number;
            Some((&mut last.defect, exception))
        }) else {
            return Err(start.trouble("nothing to chain to", "write the exception on the line above"));
        };
        link(cursor, innermost(exception))?;
        let defect = end_of_line(cursor)?;
        if defect.is_some() {
            *step = defect;
        }
        Ok(())
    }

    fn finish(self, path: &Path, text: &str) -> Result<Scenario, ParseError> {
        let scenario = self.scenario;
        let complain = |line: usize, what: String, help: &str| {
            let trouble = Trouble { column: 1, what, help: help.to_owned() };
            place(path, line, text.lines().nth(line - 1).unwrap_or(""), trouble)
        };
        if scenario.title.is_empty() || scenario.rules.is_empty() || scenario.steps.is_empty() {
            let help = "begin with `title: ...` and `rules: ...`, then list calls";
            return Err(complain(1, "a title, rules or calls are missing".to_owned(), help));
        }
        if let Some((line, complaint)) = threads::complaint(&scenario.steps) {
            return Err(complain(line, complaint.what, complaint.help));
        }
        for &edition in &Edition::ALL {
            if let Some(expectation) = first_unreachable(&scenario, edition) {
                let what =
                    format!("{edition} never gets here: an earlier call ends its process, or the header leaves it out");
                return Err(complain(expectation.line, what, "remove the expectation"));
            }
        }
        for &edition in &scenario.editions {
            if let Some(step) = first_without_expectation(&scenario, edition) {
                let what = format!("nothing is expected of this call in {edition}");
                return Err(complain(step.line, what, "add `-> outcome`, or `3.13 -> outcome` on a line of its own"));
            }
        }
        Ok(scenario)
    }
}

/// Every call of an edition needs an expectation, up to the one that ends the process.
fn first_without_expectation(scenario: &Scenario, edition: Edition) -> Option<&Step> {
    for step in &scenario.steps {
        match step.expected(edition) {
            None => return Some(step),
            Some(expectation) if expectation.is_final() => return None,
            Some(_) => {}
        }
    }
    None
}

/// An expectation for an edition that is gone by then would never be looked at.
fn first_unreachable(scenario: &Scenario, edition: Edition) -> Option<&Expectation> {
    let mut gone = !scenario.editions.contains(&edition);
    for step in &scenario.steps {
        if gone && let Some(found) = step.expectations.iter().find(|each| each.editions.contains(&edition)) {
            return Some(found);
        }
        gone |= step.expected(edition).is_some_and(|expectation| expectation.is_final());
    }
    None
}

fn innermost(mut exception: &mut Exception) -> &mut Exception {
    while exception.cause.is_some() || exception.context.is_some() {
        let Exception { cause, context, .. } = exception;
        exception = cause.as_deref_mut().or(context.as_deref_mut()).expect("one of them is there");
    }
    exception
}

/// The editions before an arrow, if the line is an expectation at all. Takes the arrow.
fn expectation_start(cursor: &mut Cursor<'_>) -> Result<Option<Vec<Edition>>, Trouble> {
    let Some(arrow) = cursor.rest().find("->") else { return Ok(None) };
    let list = cursor.rest()[..arrow].trim();
    let looks_like_edition = |name: &str| name.starts_with(|c: char| c.is_ascii_digit()) || name == "repaired";
    if !list.split([',', ' ']).filter(|name| !name.is_empty()).all(looks_like_edition) {
        return Ok(None);
    }
    let editions = edition_list(list, cursor.column())?;
    while !cursor.take("->") {
        cursor.advance();
    }
    Ok(Some(editions))
}

fn edition_list(text: &str, column: usize) -> Result<Vec<Edition>, Trouble> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let unknown = |name: &str| Trouble {
        column,
        what: format!("`{name}` is no edition"),
        help: "the editions are 3.13-dev, 3.13, 3.14 and repaired".to_owned(),
    };
    names.map(|name| name.parse().map_err(|_| unknown(name))).collect()
}

/// The end of a line; a comment may say which known defect explains it.
fn end_of_line(cursor: &mut Cursor<'_>) -> Result<Option<String>, Trouble> {
    if !cursor.at_end() {
        return Err(cursor.trouble("expected the end of the line", "put each call on a line of its own"));
    }
    let Some(defect) = cursor.rest().trim_start_matches('#').trim().strip_prefix("defect:") else { return Ok(None) };
    let defect = defect.trim();
    if Defect::from_name(defect).is_none() && !DEFECTS_ELSEWHERE.contains(&defect) {
        return Err(cursor.trouble(&format!("no defect is called `{defect}`"), "`xi defects` lists the names"));
    }
    Ok(Some(defect.to_owned()))
}
