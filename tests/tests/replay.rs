//! Replays: the collection is whole and true to the catalogue, and no script can make the runner wait, lie to it or drown it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossinterp_model::defect::{Defect, Origin};
use crossinterp_model::edition::Edition;
use crossinterp_suite::replay::{
    Broken, Collection, DEADLINE, Expectation, OUTPUT_BYTES_MAX, ReplayError, Report, Seen, replay, run,
};

/// What a fake is given that must not come to an end by itself; an honest one is given all the time it wants.
const SHORT: Duration = Duration::from_millis(300);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers/repro")
}

fn collection() -> Collection {
    Collection::load(&folder()).unwrap_or_else(|error| panic!("{error}"))
}

/// The defects that scenarios play, as they name them.
fn played() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).expect("a folder of scenarios can be read");
        for path in entries.map(|entry| entry.expect("and each entry").path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(path).expect("a scenario can be read");
            found.extend(text.lines().filter_map(|line| Some(line.split_once("# defect: ")?.1.trim().to_owned())));
        }
    }
    found
}

#[test]
fn the_table_covers_every_script_and_nothing_else() {
    let collection = collection();
    let scripts: Vec<_> = collection.scripts.iter().map(|script| &script.name).collect();
    assert_eq!(scripts, collection.expected.keys().collect::<Vec<_>>());
    assert_eq!(collection.versions, ["3.13.0", "3.14.10"]);
    assert!(scripts.len() >= 32);
}

#[test]
fn every_script_names_its_defect_and_the_versions_that_it_is_about() {
    for script in &collection().scripts {
        assert!(Defect::from_name(&script.name).is_some(), "{} is no defect", script.name);
        let text = fs::read_to_string(&script.path).unwrap();
        let header = text.split("\"\"\"").nth(1).unwrap_or_default();
        assert!(header.starts_with(&format!("Shows the defect {}: ", script.name)), "{}", script.name);
        assert!(header.contains("3.13.0") && header.contains("3.14.10"), "{}", script.name);
    }
}

#[test]
fn a_script_is_expected_to_show_only_what_the_edition_has() {
    let hidden = [("failed-creation-not-undone", Edition::V313)];
    let collection = collection();
    for (name, row) in &collection.expected {
        let defect = Defect::from_name(name).unwrap();
        for (edition, expectation) in [Edition::V313, Edition::V314].into_iter().zip(row) {
            let has = edition.defects().contains(defect) && !hidden.contains(&(name.as_str(), edition));
            assert_eq!(*expectation != Expectation::No, has, "{name} in {edition}");
        }
    }
}

#[test]
fn every_defect_of_the_c_code_has_a_script_a_scenario_or_a_reason() {
    let (collection, played) = (collection(), played());
    assert!(played.len() > 20);
    for &defect in Defect::ALL.iter().filter(|defect| defect.origin() != Origin::Mutant) {
        let (name, found) = (defect.name(), defect.origin() == Origin::Found);
        let shown = collection.expected.contains_key(name) || played.contains(name) && !found;
        let excused = collection.unreachable.contains_key(name);
        assert!(shown || excused, "{name} has no script, and unreachable.txt does not say why");
        assert!(!(shown && excused), "{name} is shown, and unreachable.txt says that it is not");
    }
    for name in collection.unreachable.keys() {
        assert!(Defect::from_name(name).is_some(), "{name} is no defect");
    }
}

#[test]
fn the_readme_has_the_table() {
    let readme = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows: Vec<_> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let collection = collection();
    let expected: Vec<_> =
        collection.expected.iter().map(|(name, row)| format!("| `{name}` | {} | {} |", row[0], row[1])).collect();
    assert_eq!(rows, expected);
}

/// A file of a test's own.
fn write(test: &str, name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay").join(test);
    fs::create_dir_all(&folder).expect("a test has a folder");
    let path = folder.join(name);
    fs::write(&path, text).expect("and writes to it");
    path
}

/// What the runner makes of a fake script, which is one of the shell.
fn seen(test: &str, text: &str, deadline: Duration) -> Seen {
    run("sh", &write(test, "script", text), deadline)
}

fn broken(test: &str, text: &str, deadline: Duration) -> Broken {
    match seen(test, text, deadline) {
        Seen::Broken { broken } => broken,
        other => panic!("not broken: {other}"),
    }
}

#[test]
fn an_honest_script_is_read_to_its_last_line() {
    let yes = seen("honest", "echo 'a case: what: it saw'\necho 'shown: yes (SIGSEGV (of all things))'", DEADLINE);
    let cases = vec![("a case".to_owned(), "what: it saw".to_owned())];
    assert_eq!(yes, Seen::Yes { why: "SIGSEGV (of all things)".to_owned(), cases });
    let no = seen("honest-no", "echo 'shown: no (refused)'", DEADLINE);
    assert_eq!(no, Seen::No { why: "refused".to_owned(), cases: vec![] });
    let untried = seen("honest-untried", "echo 'shown: untried (needs a compiler)'", DEADLINE);
    assert_eq!(untried, Seen::Untried { why: "needs a compiler".to_owned() });
}

#[test]
fn a_script_that_hangs_is_given_up() {
    assert_eq!(broken("hangs", "echo 'a: b'\nexec sleep 1000", SHORT), Broken::TimedOut);
}

#[test]
fn a_script_that_hangs_behind_a_closed_output_is_given_up() {
    assert_eq!(broken("closes", "echo 'shown: yes (so)'\nexec >&- 2>&-\nexec sleep 1000", SHORT), Broken::TimedOut);
}

#[test]
fn what_a_script_leaves_behind_is_not_waited_for() {
    let seen = seen("leaves", "sleep 1000 &\necho 'shown: yes (so)'", DEADLINE);
    assert!(matches!(seen, Seen::Yes { .. }), "{seen}");
}

#[test]
fn a_script_that_dies_did_not_show_anything() {
    let died = broken("dies", "echo 'shown: yes (so)'\nkill -SEGV $$", DEADLINE);
    assert_eq!(died, Broken::Died { signal: "SIGSEGV".to_owned() });
}

#[test]
fn a_script_that_fails_is_quoted() {
    let failed = broken("fails", "echo 'shown: yes (so)'\necho 'ImportError: no module' >&2\nexit 3", DEADLINE);
    assert_eq!(failed, Broken::Failed { code: 3, words: "ImportError: no module".to_owned() });
}

#[test]
fn a_script_that_prints_megabytes_is_cut_off() {
    assert_eq!(broken("floods", "yes 'a: b'", DEADLINE), Broken::TooMuch);
    let lines = format!("head -c {} /dev/zero | tr '\\0' x", OUTPUT_BYTES_MAX + 1);
    assert_eq!(broken("floods-once", &lines, DEADLINE), Broken::TooMuch);
}

#[test]
fn a_flood_on_stderr_does_not_stop_a_script() {
    let seen = seen("complains", "head -c 3000000 /dev/zero >&2\necho 'shown: no (so)'", DEADLINE);
    assert!(matches!(seen, Seen::No { .. }), "{seen}");
}

#[test]
fn a_script_that_says_something_else_is_no_script() {
    let garbage = |line: &str| Broken::Garbage { line: line.to_owned() };
    assert_eq!(broken("talks", "echo hello\necho 'shown: yes (so)'", DEADLINE), garbage("hello"));
    assert_eq!(broken("doubts", "echo 'shown: perhaps (so)'", DEADLINE), garbage("shown: perhaps (so)"));
    assert_eq!(broken("curt", "echo 'shown: yes'", DEADLINE), garbage("shown: yes"));
    let twice = "echo 'shown: no (so)'\necho 'shown: yes (so)'";
    assert_eq!(broken("twice", twice, DEADLINE), garbage("shown: no (so)"));
    assert_eq!(broken("silent", "exit 0", DEADLINE), Broken::NoEnd);
    assert_eq!(broken("half", "echo 'a: b'", DEADLINE), Broken::NoEnd);
    assert!(matches!(broken("bytes", r"printf '\377\n'", DEADLINE), Broken::Garbage { .. }));
}

/// A folder of fakes for a fake Python, whose version is 3.13.0.
fn replayed(test: &str, scripts: &[(&str, &str)], expected: &str) -> Result<Report, ReplayError> {
    for (name, text) in scripts {
        write(test, &format!("{name}.py"), text);
    }
    write(test, "unreachable.txt", "");
    let table = write(test, "expected.txt", expected);
    let python = write(test, "python", "#!/bin/sh\nif [ \"$1\" = -c ]; then echo 3.13.0; else exec sh \"$1\"; fi\n");
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("the fake can be run");
    let collection = Collection::load(table.parent().expect("a file is in a folder"))?;
    replay(&python.display().to_string(), &collection, None, DEADLINE)
}

const TABLE: &str =
    "# a comment\ndefect 3.13.0 3.14.10\nbroken no no\ncrash SIGSEGV/SIGBUS yes\nfine yes no\nlies no no\n";
const FAKES: [(&str, &str); 4] = [
    ("broken", "exit 0"),
    ("crash", "echo 'shown: yes (SIGBUS)'"),
    ("fine", "echo 'one: two'\necho 'shown: untried (needs a compiler)'"),
    ("lies", "echo 'shown: yes (so)'"),
];

#[test]
fn the_report_says_who_agrees() {
    let report = replayed("report", &FAKES, TABLE).unwrap();
    insta::assert_snapshot!(report.to_string());
    insta::assert_json_snapshot!(report);
    assert!(!report.is_as_expected());
}

#[test]
fn a_version_without_a_column_is_not_judged() {
    let report = replayed("no-column", &FAKES[1..], "defect 3.14.10\ncrash no\nfine no\nlies no\n").unwrap();
    assert!(report.rows.iter().all(|row| row.expected.is_none() && row.agrees.is_none()));
    assert!(report.is_as_expected());
}

#[test]
fn a_reason_that_names_something_else_disagrees() {
    let yes = Seen::Yes { why: "SIGABRT".to_owned(), cases: vec![] };
    let by = |word: &str| Expectation::YesBy { words: vec![word.to_owned()] };
    assert_eq!(by("SIGSEGV").agrees(&yes), Some(false));
    assert_eq!(by("SIGABRT").agrees(&yes), Some(true));
    assert_eq!(Expectation::No.agrees(&yes), Some(false));
    assert_eq!(Expectation::Yes.agrees(&Seen::Untried { why: String::new() }), None);
}

#[test]
fn what_is_wrong_with_a_table_is_said_with_its_line() {
    let wrong = |table: &str| replayed("table", &[], table).unwrap_err().to_string();
    assert!(wrong("defect 3.13.0\na yes no\n").ends_with("expected.txt:2: 2 cells for 1 versions"));
    assert!(wrong("defect 3.13.0\na yes\na no\n").ends_with("expected.txt:3: a has a line already"));
    let missing = Collection::load(Path::new("no/such/folder")).unwrap_err().to_string();
    assert!(missing.starts_with("cannot read no/such/folder: "), "{missing}");
}

#[test]
fn a_command_that_is_no_python_is_refused() {
    let refused = |python: &str| replay(python, &Collection::default(), None, DEADLINE).unwrap_err().to_string();
    assert!(refused("./no-such-python").starts_with("./no-such-python is no Python: not started: "));
    assert!(refused("true").starts_with("true is no Python: asked for its version it said ''"));
    assert!(refused("false").starts_with("false is no Python: exited with code 1"));
}

#[test]
fn a_script_that_is_not_there_is_named_beside_those_that_are() {
    let refused = replay("sh", &collection(), Some("no-such-defect"), DEADLINE).unwrap_err().to_string();
    assert!(refused.starts_with("no script 'no-such-defect': use one of already-running-race, "), "{refused}");
}
