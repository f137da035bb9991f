//! Runtimes are found where they are, in the version that is wanted, and nowhere else: on machines that are made up, with
//! programs that are honest, old, silent, or something else altogether.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossinterp_suite::runtimes::{Found, KNOWN, Machine, Missing, NotProvided, Problem, find, provide};

/// Long enough for an honest answer on a busy machine; what hangs costs its test this much.
const PATIENCE: Duration = Duration::from_secs(5);

/// A machine of its own for a test, without any program.
fn machine(test: &str) -> Machine {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("runtimes").join(test);
    if root.exists() {
        fs::remove_dir_all(&root).expect("a folder of this test can be removed");
    }
    fs::create_dir_all(root.join("bin")).expect("a folder can be made");
    Machine {
        cache: root.join("cache"),
        drivers: PathBuf::from("drivers"),
        path: vec![root.join("nowhere"), root.join("bin")],
        pyenv: Some(root.join("pyenv")),
        own: root.join("xi"),
        variables: [].into(),
        patience: PATIENCE,
    }
}

fn program(path: PathBuf, body: &str) -> String {
    fs::create_dir_all(path.parent().expect("a program is in a folder")).expect("a folder can be made");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a program can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program can be made one");
    path.display().to_string()
}

fn on_path(machine: &Machine, name: &str, body: &str) -> String {
    program(machine.path[1].join(name), body)
}

const CPYTHON_313: &str = "echo 'cpython 3.13.0 (main, Oct  7 2024) [GCC]'";

/// What is wrong with the programs that were looked at, but for those that are not there.
fn problems(missing: Missing) -> Vec<Problem> {
    let Missing::NotHere { tried, .. } = missing else { panic!("{missing}") };
    tried.into_iter().map(|tried| tried.problem).filter(|problem| *problem != Problem::NotThere).collect()
}

fn problem_of(test: &str, body: &str) -> Problem {
    let machine = machine(test);
    on_path(&machine, "python3.13", body);
    let [problem] = &problems(find("cpython-3.13", &machine).expect_err("it is another program"))[..] else {
        panic!("one program")
    };
    problem.clone()
}

#[test]
fn a_python_on_the_path_is_driven_by_the_driver_of_this_repository() {
    let machine = machine("path");
    let python = on_path(&machine, "python3.13", CPYTHON_313);
    let command = vec![python, "drivers/cpython.py".to_owned()];
    let found = Found { name: "cpython-3.13".to_owned(), version: "3.13.0".to_owned(), command };
    assert_eq!(find("cpython-3.13", &machine), Ok(found));
}

#[test]
fn the_cache_comes_before_the_path_and_the_path_before_pyenv() {
    let machine = machine("order");
    let pyenv = program(machine.pyenv.clone().unwrap().join("versions/3.13.0/bin/python3.13"), CPYTHON_313);
    assert_eq!(find("cpython-3.13", &machine).unwrap().command[0], pyenv);
    let path = on_path(&machine, "python3.13", CPYTHON_313);
    assert_eq!(find("cpython-3.13", &machine).unwrap().command[0], path);
    let cache = program(machine.cache.join("cpython-3.13/bin/python3.13"), CPYTHON_313);
    assert_eq!(find("cpython-3.13", &machine).unwrap().command[0], cache);
}

#[test]
fn a_program_of_another_version_is_passed_over() {
    let machine = machine("passed-over");
    on_path(&machine, "python3.13", "echo 'cpython 3.13.7 (main) [GCC]'");
    let pyenv = program(machine.pyenv.clone().unwrap().join("versions/3.13.0/bin/python3.13"), CPYTHON_313);
    assert_eq!(find("cpython-3.13", &machine).unwrap().command[0], pyenv);
}

#[test]
fn a_variable_names_the_only_place() {
    let mut machine = machine("variable");
    on_path(&machine, "python3.13", CPYTHON_313);
    let other = program(machine.cache.join("other"), "echo 'cpython 3.12.1 (main)'");
    machine.variables.insert("XI_CPYTHON_313".to_owned(), other.into());
    let wrong = Problem::WrongVersion { version: "3.12.1".to_owned(), wanted: "3.13.0" };
    assert_eq!(problems(find("cpython-3.13", &machine).unwrap_err()), [wrong]);
}

#[test]
fn any_version_of_3_14_will_do() {
    let machine = machine("any");
    program(machine.cache.join("cpython-3.14/python3.14"), "echo 'cpython 3.14.10 (main)'");
    assert_eq!(find("cpython-3.14", &machine).unwrap().version, "3.14.10");
}

#[test]
fn rustpython_says_two_versions_and_its_own_counts() {
    let machine = machine("rustpython");
    on_path(
        &machine,
        "rustpython",
        "echo 'rustpython 3.14.0.alpha (heads)'; echo '[RustPython 0.6.0 with rustc 1.95.0]'",
    );
    assert_eq!(find("rustpython-0.6", &machine).unwrap().version, "0.6.0");
}

#[test]
fn a_runtime_that_greets_says_its_version_in_its_greeting() {
    let machine = machine("greeting");
    let version = env!("CARGO_PKG_VERSION");
    let body =
        format!("[ \"$1\" = serve ] && echo '{{\"protocol\":2,\"name\":\"crossinterp\",\"version\":\"{version}\"}}'");
    let own = program(machine.own.clone(), &body);
    assert_eq!(find("crossinterp", &machine).unwrap().command, [own, "serve".to_owned()]);
    let node = on_path(&machine, "node", "read line; echo '{\"protocol\":2,\"name\":\"toy\",\"version\":\"9\"}'");
    assert_eq!(find("toy", &machine).unwrap().command, [node, "drivers/toy/toy.js".to_owned()]);
}

#[test]
fn a_program_that_hangs_is_given_up_and_killed() {
    assert_eq!(problem_of("hangs", "echo 'cpython 3.13.0'; exec tail -f /dev/null"), Problem::Hangs);
}

#[test]
fn what_a_program_leaves_behind_keeps_nobody_waiting() {
    let machine = machine("leaves");
    on_path(&machine, "python3.13", &format!("tail -f /dev/null & {CPYTHON_313}"));
    assert_eq!(find("cpython-3.13", &machine).unwrap().version, "3.13.0");
}

#[test]
fn a_program_that_says_something_else_is_not_the_runtime() {
    let garbage = |said: &str| Problem::Garbage { said: said.to_owned() };
    assert_eq!(problem_of("garbage", "echo 'hello'; echo 'more'"), garbage("hello"));
    assert_eq!(problem_of("half", "echo 'cpython unknown'"), garbage("cpython unknown"));
    assert_eq!(problem_of("silent", "exit 0"), garbage(""));
}

#[test]
fn a_program_that_dies_is_told_with_its_last_words() {
    let ended = |end: &str, said: &str| Problem::Ended { end: end.to_owned(), said: said.to_owned() };
    assert_eq!(problem_of("fails", "echo a >&2; echo 'no module' >&2; exit 3"), ended("code 3", "no module"));
    assert_eq!(problem_of("killed", "kill -SEGV $$"), ended("SIGSEGV", ""));
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let machine = machine("missing");
    for known in KNOWN {
        let missing = find(known.name, &machine).unwrap_err();
        let told = missing.to_string();
        assert!(told.contains("is not here") && told.contains(known.variable), "{told}");
    }
    let unknown = find("pypy", &machine).unwrap_err();
    assert!(matches!(&unknown, Missing::Unknown { names, .. } if names.contains("rustpython-0.6")), "{unknown}");
}

#[test]
fn a_build_appears_in_its_place_when_it_is_finished() {
    let machine = machine("built");
    let body = "while [ $# -gt 0 ]; do [ \"$1\" = --root ] && root=$2; shift; done; mkdir -p \"$root/bin\"
echo '   Compiling one v1' >&2; echo '   Compiling two v2' >&2
printf '#!/bin/sh\\necho \"[RustPython 0.6.0 with rustc\"\\n' >\"$root/bin/rustpython\"; chmod +x \"$root/bin/rustpython\"";
    on_path(&machine, "cargo", body);
    let steps = std::cell::RefCell::new(Vec::new());
    let step = |done: u64, all: Option<u64>, line: &str| steps.borrow_mut().push((done, all, line.to_owned()));
    provide("rustpython-0.6", &machine, &step).unwrap();
    let packages = Some(262);
    let seen = [(1, packages, "Compiling one v1".to_owned()), (2, packages, "Compiling two v2".to_owned())];
    assert_eq!(steps.into_inner(), seen);
    assert_eq!(find("rustpython-0.6", &machine).unwrap().version, "0.6.0");
    assert!(!machine.cache.join("rustpython-0.6.part").exists());
}

#[test]
fn a_build_that_fails_leaves_nothing_in_its_place_and_says_why() {
    let machine = machine("not-built");
    on_path(&machine, "cargo", "echo 'error: no such crate' >&2; exit 101");
    let failed = provide("rustpython-0.6", &machine, &|_, _, _| ()).unwrap_err();
    assert!(failed.to_string().contains("error: no such crate"), "{failed}");
    assert!(!machine.cache.join("rustpython-0.6").exists());
}

#[test]
fn without_the_program_that_brings_a_runtime_it_is_said_which() {
    let machine = machine("bare");
    let needs = |name: &str| provide(name, &machine, &|_, _, _| ()).unwrap_err();
    assert!(matches!(needs("cpython-3.13"), NotProvided::NeedsProgram { program: "pyenv", .. }));
    assert!(matches!(needs("rustpython-0.6"), NotProvided::NeedsProgram { .. }));
    assert!(matches!(needs("toy"), NotProvided::ByHand { .. }));
    assert!(matches!(needs("pypy"), NotProvided::Unknown(_)));
}
