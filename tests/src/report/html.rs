//! The report for people: one page of HTML that needs nothing else, neither a server nor a network.
//!
//! The page is made of the files in `page/`, which do all of the showing, and of the data as JSON. This module only puts
//! them together, and draws the failures.

use serde::Serialize;

use super::data::{Data, Runtime, Verdict};
use super::text::{escape, json_in_markup};
use super::{ReportError, trace};

const PAGE: &str = include_str!("page/page.html");
const STYLES: [&str; 2] = [include_str!("page/page.css"), include_str!("page/trace.css")];
/// In the order in which they build on each other.
const SCRIPTS: [&str; 7] = [
    include_str!("page/dom.js"),
    include_str!("page/difference.js"),
    include_str!("page/rows.js"),
    include_str!("page/summary.js"),
    include_str!("page/views.js"),
    include_str!("page/detail.js"),
    include_str!("page/page.js"),
];

/// What the page reads: the data, and what is drawn of it already.
#[derive(Serialize)]
struct Embedded<'d> {
    #[serde(flatten)]
    data: &'d Data,
    labels: Vec<String>,
    words: [&'static str; Verdict::WORDS.len()],
    counts: Vec<[usize; Verdict::WORDS.len()]>,
    /// For each runtime, the pictures of its failures by the number of their scenarios.
    pictures: Vec<Vec<(usize, String)>>,
}

/// The report as a page.
pub fn html(data: &Data) -> Result<String, ReportError> {
    data.check()?;
    let json = json_in_markup(&serde_json::to_string(&Embedded::of(data))?);
    let title = escape(&data.suite);
    let parts = [
        ("{{title}}", title.as_str()),
        ("{{style}}", &STYLES.concat()),
        ("{{script}}", &SCRIPTS.concat()),
        ("{{data}}", &json),
    ];
    Ok(filled(PAGE, &parts))
}

/// The page with its places filled, in the order in which they stand there. What is filled in is not looked at again.
fn filled(page: &str, parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((at, (place, part))) =
        parts.iter().filter_map(|part| Some((rest.find(part.0)?, *part))).min_by_key(|(at, _)| *at)
    {
        text += &rest[..at];
        text += part;
        rest = &rest[at + place.len()..];
    }
    text + rest
}

impl<'d> Embedded<'d> {
    fn of(data: &'d Data) -> Embedded<'d> {
        Embedded {
            data,
            labels: data.labels(),
            words: Verdict::WORDS,
            counts: data.runtimes.iter().map(Runtime::counts).collect(),
            pictures: data.runtimes.iter().map(pictures).collect(),
        }
    }
}

fn pictures(runtime: &Runtime) -> Vec<(usize, String)> {
    let failures = runtime.verdicts.iter().enumerate().filter_map(|(index, verdict)| Some((index, verdict.failure()?)));
    failures
        .filter(|(_, failure)| !failure.trace.is_empty())
        .map(|(index, failure)| (index, trace::picture(failure)))
        .collect()
}
