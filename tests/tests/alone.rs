//! What people see of a defect that one call or one process shows, and of the symbols of the C code: the program is run.

use std::process::{Command, Output};

use crossinterp_suite::book;

/// Columns of a terminal that everybody has.
const WIDTH: usize = 80;

fn xi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xi")).args(arguments).output().expect("the program runs")
}

fn told(arguments: &[&str]) -> String {
    let output = xi(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_defect_of_one_call_is_told_by_it() {
    insta::assert_snapshot!(told(&["trace", "config-surrogate-strncpy-null"]), @r#"
    In repaired + config-surrogate-strncpy-null:

    config-surrogate-strncpy-null
      An option whose text cannot be encoded is copied through a null pointer.
      in interpconfig.c, _config_dict_copy_str
      new_config("isolated", gil="\ud800")
        => crash SIGSEGV
         rule: interpreter.create.config
    "#);
}

#[test]
fn a_defect_of_one_process_is_told_by_its_steps() {
    insta::assert_snapshot!(told(&["trace", "creation-without-memory-fatal"]), @r"
    In repaired + creation-without-memory-fatal:

    creation-without-memory-fatal
      When there is no memory for a new interpreter the whole process exits.
      in pystate.c, PyInterpreterState_New
      an interpreter is made, and a step fails: Structure
        no thread state is current
        take id 1
        Structure fails
        the caller's thread state is current again
        => the process exits
         rule: runtime.new-interpreter.failure
    ");
}

#[test]
fn a_conversion_tells_of_code_that_takes_an_object_away() {
    let story = told(&["trace", "failed-conversion-prints-freed-object"]);
    assert!(story.contains("code of the object takes the caller's reference away"), "{story}");
    assert!(story.contains("memory is read after it was freed"), "{story}");
    let story = told(&["trace", "tuple-depth-unguarded"]);
    assert!(story.contains("the stack is too small"), "{story}");
}

#[test]
fn each_of_these_can_be_told_to_a_program() {
    for defect in ["unpickle-attributeerror-null-strncmp", "failed-creation-not-undone", "tuple-depth-unguarded"] {
        let json = told(&["trace", defect, "--json"]);
        let story: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
        assert_eq!(story["defect"], defect);
        assert!(story["broken"].as_array().is_some_and(|broken| !broken.is_empty()), "{defect}");
    }
}

#[test]
fn every_symbol_has_a_row_that_fits_a_narrow_terminal() {
    let output = xi(&["rules", "--seeds"]);
    let text = String::from_utf8(output.stdout).expect("text");
    let too_long: Vec<_> = text.lines().filter(|line| line.chars().count() > WIDTH).collect();
    assert!(too_long.is_empty(), "{too_long:#?}");
    let book = book::read().unwrap_or_else(|error| panic!("{error}"));
    let missing: Vec<_> = book.symbols.iter().filter(|symbol| !text.contains(&symbol.name)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_symbol_with_neither_rule_nor_reason_is_wrong_by_the_exit_code() {
    let output = xi(&["rules", "--seeds", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let unanswered = |row: &&serde_json::Value| row["rules"] == serde_json::json!([]) && row["outside"].is_null();
    let wrong = rows.iter().filter(unanswered).count() > 0;
    assert_eq!(output.status.code(), Some(i32::from(wrong)));
    assert!(rows.len() > 200, "only {} symbols", rows.len());
}
