//! Layering, as absences: who does not depend on whom, and what is named in one place only.

use super::files::File;
use super::{Complaints, assert_caught, check};

/// The one file of the implementation that names what loom stands in for.
const SHIM: &str = "impl/src/sync.rs";

/// Code of a line, without a comment that takes up the whole of it.
fn code(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line }
}

/// Whether the line names that module of the standard library, in either form of import.
fn names_std(line: &str, module: &str) -> bool {
    let line = code(line);
    line.contains(&format!("std::{module}")) || line.contains("std::{") && line.contains(&format!("{module}::"))
}

fn model_has_effects(file: &File) -> Complaints {
    if !file.path.starts_with("model/src/") {
        return Vec::new();
    }
    let may_have_workers = file.path.starts_with("model/src/explore/");
    file.complain_by_line(|line| {
        let workers = names_std(line, "thread") || names_std(line, "sync");
        let effects = ["time", "fs", "net", "process", "env"].iter().any(|module| names_std(line, module));
        let random = code(line).contains("rand::");
        (effects || random || workers && !may_have_workers)
            .then(|| "the model has no threads, clock, files or randomness".to_owned())
    })
}

#[test]
fn the_model_has_no_effects_and_only_the_explorer_has_workers() {
    check(model_has_effects);
    assert_caught(1, "model/src/step.rs", "use std::thread;\n", model_has_effects);
    assert_caught(1, "model/src/step.rs", "use std::{fmt, sync::Mutex};\n", model_has_effects);
    assert_caught(1, "model/src/explore/engine.rs", "use std::time::Instant;\n", model_has_effects);
    assert_caught(1, "model/src/step.rs", "let x = rand::random();\n", model_has_effects);
    assert_caught(0, "model/src/explore/engine.rs", "use std::thread;\n// std::fs\n", model_has_effects);
}

fn impl_bypasses_the_shim(file: &File) -> Complaints {
    if !file.path.starts_with("impl/src/") || file.path == SHIM {
        return Vec::new();
    }
    file.complain_by_line(|line| {
        let names = names_std(line, "sync") || names_std(line, "thread") || code(line).contains("atomic::");
        names.then(|| format!("only {SHIM} names locks, atomics and threads"))
    })
}

#[test]
fn the_implementation_names_locks_and_threads_in_its_shim_only() {
    check(impl_bypasses_the_shim);
    assert_caught(1, "impl/src/core.rs", "use std::sync::Mutex;\n", impl_bypasses_the_shim);
    assert_caught(1, "impl/src/core.rs", "    std::thread::spawn(f);\n", impl_bypasses_the_shim);
    assert_caught(1, "impl/src/core.rs", "use core::sync::atomic::AtomicU8;\n", impl_bypasses_the_shim);
    assert_caught(0, SHIM, "use std::sync::Mutex;\n", impl_bypasses_the_shim);
}

/// Dependencies of any kind, by name, each with its line.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut listed = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            listed = section.ends_with("dependencies");
            if let Some((_, name)) = section.split_once("dependencies.") {
                found.push((index + 1, name.to_owned()));
            }
        } else if listed && !line.is_empty() && !line.starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            found.push((index + 1, name.trim_matches('"').to_owned()));
        }
    }
    found
}

/// The crates of this workspace, all of which stand above the one of objects.
const OURS: &str = "crossinterp";

fn objects_know_somebody(file: &File) -> Complaints {
    if file.path != "objects/Cargo.toml" {
        return Vec::new();
    }
    let known = dependencies(&file.text).into_iter().filter(|(_, name)| name.starts_with(OURS));
    known.map(|(line, name)| file.complaint(line, &format!("objects know none of our crates: not {name}"))).collect()
}

#[test]
fn objects_know_no_other_crate_of_ours() {
    check(objects_know_somebody);
    let path = "objects/Cargo.toml";
    assert_caught(1, path, "[dependencies]\ncrossinterp.workspace = true\n", objects_know_somebody);
    assert_caught(1, path, "[dev-dependencies.crossinterp-model]\npath = \"../model\"\n", objects_know_somebody);
    assert_caught(0, path, "[dependencies]\nthiserror.workspace = true\n", objects_know_somebody);
    assert_caught(0, "tests/Cargo.toml", "[dependencies]\ncrossinterp.workspace = true\n", objects_know_somebody);
}

fn rooms_meet_outside_the_suite(file: &File) -> Complaints {
    let forbidden = match file.path.as_str() {
        "impl/Cargo.toml" | "tests/loom/Cargo.toml" | "tests/own/Cargo.toml" => {
            ["crossinterp-model", "crossinterp-suite"]
        }
        "model/Cargo.toml" => ["crossinterp", "crossinterp-suite"],
        _ => return Vec::new(),
    };
    let met = dependencies(&file.text).into_iter().filter(|(_, name)| forbidden.contains(&name.as_str()));
    met.map(|(line, name)| file.complaint(line, &format!("model and implementation meet in the suite: not {name}")))
        .collect()
}

#[test]
fn model_and_implementation_know_nothing_of_each_other() {
    check(rooms_meet_outside_the_suite);
    let dev = "[dev-dependencies]\ncrossinterp-model = { path = \"../model\" }\n";
    assert_caught(1, "impl/Cargo.toml", dev, rooms_meet_outside_the_suite);
    assert_caught(
        1,
        "model/Cargo.toml",
        "[dependencies]\ncrossinterp.workspace = true\n",
        rooms_meet_outside_the_suite,
    );
    assert_caught(
        1,
        "model/Cargo.toml",
        "[dependencies.crossinterp]\npath = \"../impl\"\n",
        rooms_meet_outside_the_suite,
    );
    assert_caught(0, "impl/Cargo.toml", "[package]\nname = \"crossinterp-model\"\n", rooms_meet_outside_the_suite);
}
