//! Each scenario file is a test of its own: the model plays it in every edition that it is written for, and everything that a
//! step may show is what the file says, no more and no less. `cargo test --test each_scenario NAME` plays one.

use std::path::Path;
use std::process::ExitCode;

use crossinterp_model::edition::Edition;
use crossinterp_suite::conform::{Foreseen, foresee};
use crossinterp_suite::scenario::{ALTERNATIVE, Scenario, Step, agrees, load_all};
use libtest_mimic::{Arguments, Failed, Trial, run};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let trials = match load_all(&root) {
        Ok(scenarios) => scenarios.into_iter().map(trial).collect(),
        Err(error) => vec![Trial::test("the_scenarios_can_be_read", move || Err(error.to_string().into()))],
    };
    run(&Arguments::from_args(), trials).exit_code()
}

fn trial(scenario: Scenario) -> Trial {
    Trial::test(scenario.name.clone(), move || {
        scenario.editions.iter().try_for_each(|&edition| play(&scenario, edition)).map_err(Failed::from)
    })
}

fn play(scenario: &Scenario, edition: Edition) -> Result<(), String> {
    let foreseen = foresee(scenario, edition);
    scenario.steps.iter().zip(&foreseen).try_for_each(|(step, foreseen)| {
        compare(step, edition, foreseen).map_err(|complaint| {
            format!("{}:{} in {edition}: {}: {complaint}", scenario.path.display(), step.line, foreseen.call)
        })
    })
}

fn compare(step: &Step, edition: Edition, foreseen: &Foreseen) -> Result<(), String> {
    let texts: Vec<_> = foreseen.observations.iter().map(ToString::to_string).collect();
    if !agrees(step, edition, &foreseen.observations) {
        let expected = step.expected(edition).map(|expected| expected.text(edition)).unwrap_or_default();
        return Err(format!("foreseen is {}, expected {expected}", texts.join(ALTERNATIVE)));
    }
    let defects: Vec<_> = foreseen.defects.iter().map(|defect| defect.name()).collect();
    let named = step.expected(edition).and_then(|expected| expected.defect.as_deref());
    match named {
        _ if defects.is_empty() => Ok(()),
        Some(named) if defects.contains(&named) => Ok(()),
        _ => Err(format!("what is undefined comes of {}: write `# defect: {}`", defects.join(", "), defects[0])),
    }
}
