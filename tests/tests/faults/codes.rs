//! What is told when nothing is refused and something is wrong all the same: each part of an exception that cannot be told,
//! each value that cannot be carried in each place, each code that a body asks for.
//!
//! The words are written down here, by hand, from the rules; both sides are held to them.

use crossinterp_model::convert::Plan;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::scarcity::{Operation, Reading, Task, Word, play as on_the_model, tasks};
use crossinterp_suite::faults::play;

/// What the rules demand when nothing is refused.
fn demanded(task: &Task) -> Word {
    let sample = task.sample.as_str();
    let code = |code| Word::Code(code);
    match task.operation {
        Operation::Check | Operation::Convert if sample.contains("too deep") => Word::TooDeep,
        Operation::Check | Operation::Convert | Operation::FillNamespace if is_unshareable(sample) => {
            Word::NotShareable
        }
        Operation::FillNamespace if sample.contains("NUL") => Word::BadName,
        Operation::FillNamespace if sample.contains("too deep") => Word::TooDeep,
        Operation::Register if sample.contains("another converter") => Word::Conflict,
        Operation::Unregister if sample.contains("not registered") => Word::NotRegistered,
        Operation::LookUp => Word::NotRegistered,
        Operation::Enter => entering(sample),
        Operation::Preserve if sample.contains("NUL") => code(ErrorCode::PreserveFailure),
        Operation::Exit if sample.ends_with("raised") => code(ErrorCode::UncaughtException),
        Operation::Exit if sample.contains("too deep") => code(ErrorCode::PreserveFailure),
        Operation::Exit if is_unshareable(sample) => code(ErrorCode::NotShareable),
        Operation::Capture => captured(sample),
        Operation::Session | Operation::NestedSession | Operation::SessionHere => ending(sample),
        _ => Word::Done,
    }
}

fn is_unshareable(sample: &str) -> bool {
    ["list", "too big", "converter that raises"].iter().any(|what| sample.contains(what))
}

/// Rules `session.enter.convert` and `error.code.already-running`.
fn entering(sample: &str) -> Word {
    match sample {
        "an interpreter that runs" => Word::Code(ErrorCode::AlreadyRunning),
        _ if sample.contains("NUL") => Word::Code(ErrorCode::ApplyNamespaceFailure),
        _ if sample.contains("too deep") => Word::Code(ErrorCode::UncaughtException),
        _ if is_unshareable(sample) => Word::Code(ErrorCode::NotShareable),
        _ => Word::Done,
    }
}

/// Rules `excinfo.capture.failure`, `excinfo.display.optional`, `error.override` and `error.code.no-error`.
fn captured(sample: &str) -> Word {
    let asked = ErrorCode::ALL.into_iter().find(|code| sample.starts_with(code.name()));
    Word::Code(match asked {
        Some(ErrorCode::NoError | ErrorCode::UncaughtException) => ErrorCode::UncaughtException,
        Some(code) => code,
        None if sample == "a MemoryError" => ErrorCode::NoMemory,
        None if sample == "a panic" => ErrorCode::Other,
        None if sample.starts_with("its ") && !sample.contains("traceback") => ErrorCode::ExceptionPropagationFailure,
        None => ErrorCode::UncaughtException,
    })
}

fn ending(sample: &str) -> Word {
    let code = match sample {
        "whose body raises" | "the outer one raises" => ErrorCode::UncaughtException,
        // The outer body fails with the code that the inner session told.
        "the inner one raises" => ErrorCode::Other,
        "whose body panics" | "the inner one panics" => ErrorCode::Other,
        "whose body finds no memory" => ErrorCode::NoMemory,
        "back home, which runs" => ErrorCode::AlreadyRunning,
        _ => return Word::Done,
    };
    Word::Code(code)
}

#[test]
fn both_sides_tell_what_the_rules_demand() {
    for task in tasks() {
        let demanded = demanded(&task);
        let model = on_the_model(&task, Reading::default(), Plan::Never).told;
        let implementation = play(&task, Plan::Never, None).told;
        assert_eq!((model.word, implementation.word), (demanded, demanded), "{task}");
    }
}

/// Rules `excinfo.capture.failure` and `excinfo.display.optional`: with a part missing there is no snapshot, but for the
/// traceback, without which there is one.
#[test]
fn an_exception_is_told_whole_or_not_at_all_but_for_its_traceback() {
    let broken =
        tasks().into_iter().filter(|task| task.operation == Operation::Capture && task.sample.starts_with("its "));
    let mut seen = 0;
    for task in broken {
        let told = play(&task, Plan::Never, None).told;
        assert_eq!(told.snapshot, task.sample.contains("traceback"), "{task}");
        assert!(!told.display, "{task}");
        seen += 1;
    }
    assert_eq!(seen, 5 * 3, "each part for each reason");
}

#[test]
fn a_value_that_cannot_be_carried_is_told_in_every_place_and_keeps_the_others_back() {
    for task in tasks().into_iter().filter(|task| task.sample.contains(", item ")) {
        let told = play(&task, Plan::Never, None).told;
        assert_ne!(told.word, Word::Done, "{task}");
        assert_eq!((told.bound, told.kept), (0, 0), "{task}");
    }
}
