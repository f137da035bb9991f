//! The model against what real runtimes showed, from recordings: no Python is needed to run this.

use std::path::{Path, PathBuf};

use crossinterp_model::edition::Edition;
use crossinterp_suite::conform::{Recording, check_recordings};
use crossinterp_suite::scenario::{Scenario, load_all};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn scenarios() -> Vec<Scenario> {
    load_all(&folder("scenarios")).unwrap_or_else(|error| panic!("{error}"))
}

fn recordings() -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(folder("recordings")).expect("the folder is in the repository");
    let paths = files.map(|file| file.expect("the folder can be listed").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    paths.sort();
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(path).expect("a recording is text"));
    paths.into_iter().map(read).collect()
}

#[test]
fn both_editions_with_a_runtime_have_a_recording() {
    let editions: Vec<_> =
        recordings().iter().map(|(_, text)| Recording::from_json(text).unwrap().runtime.edition).collect();
    assert_eq!(editions, ["3.13", "3.14"]);
}

#[test]
fn the_model_and_the_expectations_agree_with_every_recorded_step() {
    let scenarios = scenarios();
    for (path, text) in recordings() {
        let recording = Recording::from_json(&text).unwrap();
        let edition: Edition = recording.runtime.edition.parse().unwrap();
        let complaints = check_recordings(&recording, &scenarios, edition);
        assert!(complaints.is_empty(), "{}:\n{}", path.display(), complaints.join("\n"));
    }
}

#[test]
fn recordings_are_as_the_recorder_writes_them() {
    for (path, text) in recordings() {
        let recording = Recording::from_json(&text).unwrap();
        assert_eq!(recording.to_json().unwrap(), text, "{}: record it again", path.display());
        let version = recording.runtime.version;
        assert!(path.ends_with(format!("cpython-{version}.json")), "{} is of {version}", path.display());
    }
}

#[test]
fn a_scenario_without_a_recording_and_a_recording_without_a_scenario_are_complaints() {
    let (_, text) = &recordings()[0];
    let mut recording = Recording::from_json(text).unwrap();
    let seen = recording.scenarios.remove("interpreter/whence").unwrap();
    recording.scenarios.insert("interpreter/spam".to_owned(), seen);
    let complaints = check_recordings(&recording, &scenarios(), Edition::V313);
    assert_eq!(
        complaints,
        ["interpreter/spam: a recording without a scenario", "interpreter/whence: a scenario without a recording"]
    );
}

#[test]
fn a_step_that_shows_something_else_is_a_complaint() {
    let (_, text) = &recordings()[0];
    let mut recording = Recording::from_json(text).unwrap();
    recording.scenarios.get_mut("interpreter/id-of-nothing").unwrap()[0].seen = "None".to_owned();
    let complaints = check_recordings(&recording, &scenarios(), Edition::V313);
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    interpreter/id-of-nothing.txt:4 in 3.13: id_of_nothing() -> seen None, predicted builtins.RuntimeError "no interpreter provided"
    interpreter/id-of-nothing.txt:4 in 3.13: id_of_nothing() -> seen None, expected builtins.RuntimeError "no interpreter provided"
    "#);
}
