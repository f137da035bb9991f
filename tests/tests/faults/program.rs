//! What people see of the sweeps: the program is run.

use std::process::{Command, Output};

fn xi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("the program runs")
}

fn printed(arguments: &[&str]) -> String {
    let output = xi(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_table_has_every_operation_and_its_sums() {
    insta::assert_snapshot!(printed(&["faults"]));
}

#[test]
fn the_same_is_told_to_programs_in_every_run() {
    let text = printed(&["faults", "--json"]);
    assert_eq!(text, printed(&["faults", "--json"]));
    let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let operations = told["operations"].as_array().expect("a list");
    assert_eq!(operations.len(), crossinterp_model::scarcity::Operation::ALL.len());
    assert!(operations.iter().all(|row| row["leaks"] == 0 && row["without_error"] == 0 && row["disagreements"] == 0));
    assert!(told["differences"].as_array().is_some_and(|differences| !differences.is_empty()));
}
