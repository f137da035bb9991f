//! Reports: every scenario and every verdict is in them, nothing in a text is taken for markup, and the bytes are the same.
//!
//! The sample is left in the folder for temporary files of the build, where the test in a browser finds it.

mod sample;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crossinterp_suite::report::{Coverage, Data, DataError, ReportError, Verdict, html, junit, trace_svg};
use serde_json::Value;

/// What the page holds as its data.
fn embedded(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").expect("the page holds its data");
    let (json, _) = rest.split_once("</script>").expect("the page holds its data");
    serde_json::from_str(json).expect("the page holds its data")
}

/// The sample with a few scenarios only.
fn few() -> Data {
    let mut data = sample::data();
    let one = sample::made_up(1);
    data.runtimes.truncate(1);
    data.runtimes[0].coverage = vec![Coverage { what: "rules".to_owned(), covered: 3, all: 4 }];
    let failure = || Box::new(sample::differs(&one));
    let text = |text: &str| text.to_owned();
    let verdicts = vec![
        Verdict::Skipped { reason: text("not about it") },
        Verdict::Pass { defects: vec![text("a-defect")] },
        Verdict::Repaired { defects: vec![text("a-defect")] },
        Verdict::NotImplemented { what: text("capability `threads`") },
        Verdict::Expected { reason: text("known"), failure: Some(failure()) },
        Verdict::Unexpected { reason: text("known") },
        Verdict::Fail { failure: failure() },
        Verdict::Protocol { failure: failure() },
        Verdict::Timeout { failure: failure() },
        Verdict::Crash { signal: text("SIGABRT"), failure: failure() },
    ];
    let names = verdicts.iter().map(|verdict| format!("capsule/{}", verdict.word()));
    data.scenarios = names.map(|name| crossinterp_suite::report::Scenario { name, ..one.clone() }).collect();
    data.runtimes[0].verdicts = verdicts;
    data
}

#[test]
fn the_page_holds_every_scenario_rule_and_verdict() {
    let data = sample::data();
    let held = embedded(&html(&data).unwrap());
    let names = |value: &Value, key: &str| -> Vec<String> {
        value.as_array().unwrap().iter().map(|each| each[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&held["scenarios"], "name"), data.scenarios.iter().map(|s| s.name.clone()).collect::<Vec<_>>());
    assert_eq!(names(&held["rules"], "id"), data.rules.iter().map(|r| r.id.clone()).collect::<Vec<_>>());
    for (runtime, played) in held["runtimes"].as_array().unwrap().iter().zip(&data.runtimes) {
        let words: Vec<_> = played.verdicts.iter().map(Verdict::word).collect();
        assert_eq!(names(&runtime["verdicts"], "verdict"), words);
    }
}

#[test]
fn the_sample_has_every_verdict() {
    let data = sample::data();
    let seen: BTreeSet<_> = data.runtimes.iter().flat_map(|r| &r.verdicts).map(Verdict::word).collect();
    assert_eq!(seen, BTreeSet::from(Verdict::WORDS));
    assert!(data.scenarios.len() >= 400 && data.runtimes.len() == 5);
}

#[test]
fn nothing_in_a_text_ends_the_script_that_holds_it() {
    let page = html(&sample::data()).unwrap();
    assert_eq!(page.matches("</script>").count(), 2, "the data's own, and the program's");
    assert!(!page.contains("<img"));
    let title = embedded(&page)["scenarios"].as_array().unwrap().last().unwrap()["title"].as_str().unwrap().to_owned();
    assert!(title.ends_with(sample::HOSTILE));
}

#[test]
fn the_page_fetches_nothing() {
    let mut data = sample::data();
    data.rules.iter_mut().for_each(|rule| rule.title.clear());
    data.scenarios.iter_mut().for_each(|scenario| scenario.text.clear());
    let page = html(&data).unwrap();
    for place in ["src=", "@import", "url(", "fetch(", "XMLHttpRequest", "https://"] {
        let found = page.matches(place).count();
        let in_hostile = if place == "src=" { page.matches("img src=").count() } else { 0 };
        assert_eq!(found, in_hostile, "{place}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_same_data_makes_the_same_bytes_and_is_left_for_the_browser() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (page, xml) = (html(&sample::data()).unwrap(), junit(&sample::data()).unwrap());
    assert_eq!(page, html(&sample::data()).unwrap());
    assert_eq!(xml, junit(&sample::data()).unwrap());
    fs::write(folder.join("report.html"), page).unwrap();
    fs::write(folder.join("report.xml"), xml).unwrap();
}

#[test]
fn machines_are_told_each_verdict() {
    insta::assert_snapshot!(junit(&few()).unwrap());
}

/// A picture without its colours, an element to a line.
fn drawn(failure: &crossinterp_suite::report::Failure) -> String {
    let svg = trace_svg(failure);
    let (head, rest) = svg.split_once("<style>").expect("a picture has its colours");
    let (_, body) = rest.split_once("</style>").expect("a picture has its colours");
    format!("{head}{body}").replace("><", ">\n<")
}

#[test]
fn a_trace_is_a_picture_with_a_lane_for_each_thread_and_interpreter() {
    insta::assert_snapshot!(drawn(&sample::waiting(&sample::made_up(1))));
}

#[test]
fn a_picture_takes_no_text_for_markup_and_shows_the_ends_of_a_long_trace() {
    let mut failure = sample::differs(&sample::data().scenarios[0]);
    let first = sample::call(sample::HOSTILE, sample::HOSTILE, Some("<a>"), Some("'b'"));
    let many = (1..=90).map(|number| sample::call(&format!("call({number})"), "None", None, None));
    failure.trace = [first].into_iter().chain(many).collect();
    let svg = trace_svg(&failure);
    assert!(!svg.contains("<img") && !svg.contains("</script>") && svg.contains("&lt;a&gt;"));
    assert!(svg.contains("51 calls that showed what they must"));
    assert!(svg.contains(">call(90)<") && !svg.contains(">call(30)<"));
}

#[test]
fn data_that_does_not_hold_together_is_refused() {
    let mut data = few();
    data.runtimes[0].verdicts.pop();
    let refused = html(&data);
    assert!(matches!(refused, Err(ReportError::Data(DataError::Verdicts { verdicts: 9, scenarios: 10, .. }))));
    let mut data = few();
    data.scenarios[1].name = data.scenarios[0].name.clone();
    assert!(matches!(junit(&data), Err(ReportError::Data(DataError::Twice { kind: "scenario", .. }))));
}

#[test]
fn two_versions_of_a_runtime_are_told_apart() {
    let labels = ["cpython-3.13.0", "cpython-3.14.10", "rustpython", "crossinterp", "toy"];
    assert_eq!(sample::data().labels(), labels);
    let mut data = few();
    data.runtimes.push(data.runtimes[0].clone());
    assert!(matches!(html(&data), Err(ReportError::Data(DataError::Twice { kind: "runtime", .. }))));
}

#[test]
fn counts_are_in_the_order_of_the_words() {
    assert_eq!(few().runtimes[0].counts(), [1; 10]);
}
