//! Weighing a change of your own: a small file that says what the change does, and asks what comes of it.
//!
//! `cargo run --release -p crossinterp-suite --example weigh_a_patch`
//!
//! The change: before an interpreter is unlinked, its end waits for whoever has looked it up and is on the way to its
//! queue. No step is new; one that was there waits, so the patch says of each step whether it may be taken.

use crossinterp_model::catalogue::{QUEUE, RELEASE, REUSE};
use crossinterp_model::edition::Edition;
use crossinterp_model::patch::Patch;
use crossinterp_model::step::{Pc, Step};
use crossinterp_model::world::World;
use crossinterp_suite::weigh::{Change, Options, Scales, legend, matrix};

#[derive(Debug)]
struct WaitBeforeUnlinking;

impl Patch for WaitBeforeUnlinking {
    fn name(&self) -> &'static str {
        "wait-before-unlinking"
    }

    fn lets(&self, world: &World, step: Step) -> bool {
        if step.pc() != Pc::EndUnlink {
            return true;
        }
        let ending = world.threads[usize::from(step.thread())].reg_slot;
        let on_the_way = |pc| matches!(pc, Pc::ReleaseHandOver | Pc::CallHandOver);
        !world.threads.iter().any(|thread| on_the_way(thread.pc()) && thread.reg_slot == ending)
    }
}

fn main() {
    let scopes = [RELEASE, QUEUE, REUSE];
    let options = Options { scopes: &scopes, ..Options::default() };
    let mut scales = Scales::new(options, &|what| eprintln!("{what}"));
    let weighed = [scales.weigh(Change::patch(&WaitBeforeUnlinking), Edition::V314)];
    println!("{}\n\n{}", matrix(&weighed), legend(&weighed));
    for (rule, cell) in &weighed[0].cells {
        let finding = cell.trace().filter(|_| rule.id() == "pending.add.finalizing");
        if let Some(finding) = finding {
            println!("still refuted, {}:\n\n{}", rule.id(), finding.story().tell());
        }
    }
}
