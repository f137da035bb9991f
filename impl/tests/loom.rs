//! Every schedule of a few short programs: what can come out is exactly what may, and each bug made on purpose is found.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p crossinterp --release`

#![cfg(loom)]

mod schedules;

use std::sync::Arc;

use crossinterp::sabotage::Sabotage;
use crossinterp::simple::{Ledger, Simple, Value};
use crossinterp::{Capsule, Interpreter, Runtime, probe};
use loom::thread;
use schedules::{expect, gets_stuck, is_found};

/// What one program starts from: an idle owner with a capsule out, and a reader.
struct Scene {
    runtime: Runtime<Simple>,
    owner: Interpreter<Simple>,
    reader: Interpreter<Simple>,
    capsule: Arc<Capsule<Simple>>,
    ledger: Ledger,
}

impl schedules::Scene for Scene {
    fn new(sabotage: Option<Sabotage>) -> Self {
        let host = Simple::new();
        let ledger = host.ledger();
        let builder = Runtime::builder(host);
        let runtime = match sabotage {
            Some(sabotage) => builder.sabotage(sabotage).build(),
            None => builder.build(),
        };
        let (owner, reader) = (runtime.create().expect("ids are left"), runtime.create().expect("ids are left"));
        let capsule = Arc::new(
            owner.enter().expect("nothing is in the way").convert(&Value::from("text")).expect("a text can leave"),
        );
        Scene { runtime, owner, reader, capsule, ledger }
    }
}

impl Scene {
    /// The outcome of a program, with what the ledger has against it once the owner is gone.
    fn verdict(self, outcome: String) -> String {
        drop(self.capsule);
        let _ = self.runtime.end(self.owner.id());
        let totals = self.ledger.totals();
        if totals.is_settled() { outcome } else { format!("{outcome}, but {totals:?}") }
    }
}

/// A result in one word.
fn word<T, E: std::fmt::Debug>(result: Result<T, E>, ok: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => ok(value),
        Err(error) => format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
    }
}

fn ok<T>(_: T) -> String {
    "Ok".to_owned()
}

/// Two threads give the same capsule back.
fn two_releases(scene: Scene) -> String {
    let capsule = Arc::clone(&scene.capsule);
    let other = thread::spawn(move || word(capsule.release(), |release| format!("{release:?}")));
    let mine = word(scene.capsule.release(), |release| format!("{release:?}"));
    let mut both = [mine, other.join().expect("no thread panics")];
    both.sort();
    scene.verdict(both.join(" "))
}

/// One thread gives a capsule back while another ends its owner.
fn release_and_end(scene: Scene) -> String {
    let capsule = Arc::clone(&scene.capsule);
    let other = thread::spawn(move || word(capsule.release(), |release| format!("{release:?}")));
    let end = word(scene.runtime.end(scene.owner.id()), ok);
    let release = other.join().expect("no thread panics");
    scene.verdict(format!("release {release}, end {end}"))
}

/// One thread reads while another ends the owner.
fn read_and_end(scene: Scene) -> String {
    let (reader, capsule) = (scene.reader.clone(), Arc::clone(&scene.capsule));
    let other = thread::spawn(move || word(reader.enter().expect("nobody is in it").materialise(&capsule), ok));
    let end = word(scene.runtime.end(scene.owner.id()), ok);
    let read = other.join().expect("no thread panics");
    scene.verdict(format!("read {read}, end {end}"))
}

/// As [`read_and_end`], with a second payload for the end to take while the first is being read.
fn read_one_of_two_and_end(scene: Scene) -> String {
    let second = scene.owner.enter().expect("nobody is in it").convert(&Value::from("more")).expect("a text can leave");
    let outcome = read_and_end(scene);
    drop(second);
    outcome
}

/// One thread gives a capsule back while the owner leaves. Nothing may be left to wait for a next time.
fn release_and_leave(scene: Scene) -> String {
    let inside = scene.owner.enter().expect("nobody is in it");
    let capsule = Arc::clone(&scene.capsule);
    let other = thread::spawn(move || word(capsule.release(), |release| format!("{release:?}")));
    drop(inside);
    let release = other.join().expect("no thread panics");
    let live = scene.ledger.totals().live;
    scene.verdict(format!("release {release}, live {live}"))
}

/// One thread gives a capsule back while the owner is entered.
fn release_and_enter(scene: Scene) -> String {
    let capsule = Arc::clone(&scene.capsule);
    let other = thread::spawn(move || word(capsule.release(), |release| format!("{release:?}")));
    let enter = word(scene.owner.enter(), ok);
    let release = other.join().expect("no thread panics");
    let live = scene.ledger.totals().live;
    scene.verdict(format!("release {release}, enter {enter}, live {live}"))
}

/// One thread reads while another gives the capsule back.
fn read_and_release(scene: Scene) -> String {
    let (reader, capsule) = (scene.reader.clone(), Arc::clone(&scene.capsule));
    let other = thread::spawn(move || word(reader.enter().expect("nobody is in it").materialise(&capsule), ok));
    let release = word(scene.capsule.release(), |release| format!("{release:?}"));
    let read = other.join().expect("no thread panics");
    let live = scene.ledger.totals().live;
    scene.verdict(format!("read {read}, release {release}, live {live}"))
}

#[test]
fn of_two_releases_one_counts() {
    expect(two_releases, &["AlreadyReleased Done"]);
}

#[test]
fn a_release_and_the_end_of_its_owner_free_once() {
    let releases = ["release Done, end Ok", "release Queued, end Ok", "release OwnerEnded, end Ok"];
    expect(release_and_end, &releases);
}

#[test]
fn a_reader_and_the_end_of_its_owner_do_not_meet() {
    expect(read_and_end, &["read Ok, end Ok", "read OwnerEnded, end Ok"]);
}

#[test]
fn an_end_that_waits_for_one_reader_notices_when_it_is_done() {
    expect(read_one_of_two_and_end, &["read Ok, end Ok", "read OwnerEnded, end Ok"]);
}

#[test]
fn a_release_to_a_leaving_owner_is_not_forgotten() {
    expect(release_and_leave, &["release Done, live 0", "release Queued, live 0"]);
}

#[test]
fn a_release_does_not_keep_anybody_from_entering() {
    expect(release_and_enter, &["release Done, enter Ok, live 0", "release Queued, enter Ok, live 0"]);
}

#[test]
fn a_reader_and_a_release_free_once() {
    let outcomes =
        ["read Ok, release Done, live 0", "read Ok, release Queued, live 0", "read Released, release Done, live 0"];
    expect(read_and_release, &outcomes);
}

#[test]
fn a_release_that_is_left_to_a_flush_that_is_over_is_found() {
    assert!(is_found(Sabotage::EnqueueAfterFlush, release_and_end));
}

#[test]
fn a_leave_in_two_steps_is_found() {
    assert!(is_found(Sabotage::DrainWithoutRecheck, release_and_leave));
}

#[test]
fn an_end_that_does_not_wait_for_readers_is_found() {
    assert!(is_found(Sabotage::ReclaimPinned, read_and_end));
}

#[test]
fn a_claim_that_comes_last_is_found() {
    assert!(is_found(Sabotage::ClaimAfterPush, two_releases));
}

#[test]
fn a_drainer_that_wakes_nobody_is_found() {
    assert!(gets_stuck(Sabotage::SilentDrainer, release_and_enter));
}

#[test]
fn the_probe_tells_who_took_which_step() {
    loom::model(|| {
        let _ = probe::take();
        let scene = <Scene as schedules::Scene>::new(None);
        let _ = probe::take();
        let capsule = Arc::clone(&scene.capsule);
        let other = thread::spawn(move || {
            probe::enter_thread(1);
            capsule.release().unwrap()
        });
        other.join().expect("no thread panics");
        let events: Vec<_> =
            probe::take().into_iter().map(|event| (event.thread, event.step, event.interpreter)).collect();
        let steps = ["release.claim", "release.mark", "drain.next", "drain.next"];
        assert_eq!(events, steps.map(|step| (1, step, 0)));
    });
}
