//! What one call or one process shows, with nobody else running: a part of the main job, and of `xi trace`.

use crossinterp_model::defect::Defect;
use crossinterp_model::edition::Edition;
use crossinterp_model::{module::refute, runtime};
use crossinterp_suite::story::paragraph;
use serde::Serialize;

use crate::{Exit, say, say_json};

/// A defect as a story without threads.
#[derive(Serialize)]
struct Alone {
    defect: &'static str,
    title: &'static str,
    source: &'static str,
    /// The call, or what is done to a process.
    what: String,
    steps: Vec<String>,
    broken: Vec<String>,
    rule: &'static str,
}

impl Alone {
    fn of(defect: Defect) -> Option<Alone> {
        let story = |what, steps, broken, rule| Alone {
            defect: defect.name(),
            title: defect.title(),
            source: defect.source(),
            what,
            steps,
            broken,
            rule,
        };
        if runtime::SEQUENTIAL_DEFECTS.contains(&defect) {
            let refuted = runtime::refute(defect)?;
            let outcome = refuted.outcome;
            let broken = outcome.broken.iter().map(ToString::to_string).collect();
            return Some(story(outcome.heading(), outcome.trace, broken, refuted.rule.id()));
        }
        let refuted = refute::refute(defect)?;
        let shown = refuted.outcome.render(Edition::Repaired).to_string();
        Some(story(refuted.call.to_string(), Vec::new(), vec![shown], refuted.rule.id()))
    }

    fn tell(&self) -> String {
        let title = paragraph("  ", &format!("{}.", self.title));
        let mut text = format!("{}\n{title}{}  {}\n", self.defect, paragraph("  in ", self.source), self.what);
        self.steps.iter().for_each(|step| text += &format!("    {step}\n"));
        self.broken.iter().for_each(|broken| text += &format!("    => {broken}\n"));
        text + &format!("     rule: {}\n\n", self.rule)
    }
}

fn all() -> impl Iterator<Item = Defect> {
    refute::SEQUENTIAL_DEFECTS.into_iter().chain(runtime::SEQUENTIAL_DEFECTS)
}

/// Every defect that neither a search nor a conversion shows.
pub fn tell_all() {
    all().filter_map(Alone::of).for_each(|story| say(&story.tell()));
}

/// Whether the defect is one of these.
pub fn is_shown_here(defect: Defect) -> bool {
    all().any(|here| here == defect)
}

/// A defect that one call or one process shows.
pub fn tell(defect: Defect, json: bool) -> Result<Exit, String> {
    let Some(story) = Alone::of(defect) else { return Err(format!("no call and no process shows {defect}")) };
    if json {
        return say_json(&story).map(|()| Exit::Fine);
    }
    say(&format!("In repaired + {defect}:\n\n{}", story.tell()));
    Ok(Exit::Fine)
}
