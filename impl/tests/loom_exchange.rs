//! Every schedule of a few short programs over registries and namespaces: what can come out is exactly what may.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p crossinterp --release`

#![cfg(loom)]

mod schedules;

use crossinterp::sabotage::Sabotage;
use crossinterp::simple::{Converter, Ledger, Simple, Type, Value};
use crossinterp::{Current, Interpreter, Memory, Namespace, Runtime};
use loom::thread;
use schedules::{expect, is_found};

const LIST: Type = Type::built_in("list");

/// What one program starts from: two idle interpreters.
struct Scene {
    runtime: Runtime<Simple>,
    first: Interpreter<Simple>,
    second: Interpreter<Simple>,
    ledger: Ledger,
    memory: Memory,
}

impl schedules::Scene for Scene {
    fn new(sabotage: Option<Sabotage>) -> Self {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let builder = Runtime::builder(host);
        let runtime = sabotage.into_iter().fold(builder, |builder, sabotage| builder.sabotage(sabotage)).build();
        let (first, second) = (runtime.create().expect("ids are left"), runtime.create().expect("ids are left"));
        Scene { runtime, first, second, ledger, memory }
    }
}

impl Scene {
    /// The outcome of a program, with what can be said against it once everything is gone.
    fn verdict(self, outcome: String) -> String {
        let Scene { runtime, first, second, ledger, memory } = self;
        drop((runtime, first, second));
        let totals = ledger.totals();
        match (totals.is_settled(), memory.live()) {
            (true, 0) => outcome,
            (_, live) => format!("{outcome}, but {totals:?} and {live} allocations"),
        }
    }

    /// Runs both in threads of their own, each inside its interpreter, and gives what they say.
    fn both(
        &self,
        first: fn(&Current<'_, Simple>) -> String,
        second: fn(&Current<'_, Simple>) -> String,
    ) -> (String, String) {
        let home = self.second.clone();
        let other = thread::spawn(move || second(&home.enter().expect("nobody is in it")));
        let said = first(&self.first.enter().expect("nobody is in it"));
        (said, other.join().expect("no thread panics"))
    }
}

fn register(here: &Current<'_, Simple>, converter: Converter) -> String {
    here.register(&LIST, &converter).map_or_else(|error| format!("{error:?}"), |registered| format!("{registered:?}"))
}

fn look_up(here: &Current<'_, Simple>) -> String {
    here.lookup(&LIST).map_or("-".to_owned(), |converter| format!("{converter:?}"))
}

fn unregister(here: &Current<'_, Simple>) -> String {
    format!("{:?}", here.unregister(&LIST).expect("it is no builtin"))
}

/// One thread registers, another looks up twice.
fn register_and_look_up_twice(scene: Scene) -> String {
    let (_, seen) =
        scene.both(|here| register(here, Converter::None), |here| format!("{} {}", look_up(here), look_up(here)));
    scene.verdict(seen)
}

/// One thread registers and unregisters, another looks up twice.
fn come_and_go(scene: Scene) -> String {
    let (_, seen) = scene.both(
        |here| register(here, Converter::None) + &unregister(here),
        |here| format!("{} {}", look_up(here), look_up(here)),
    );
    scene.verdict(seen)
}

/// Both register in the same way, and then the count is asked for.
fn two_registrations(scene: Scene) -> String {
    let (first, second) = scene.both(|here| register(here, Converter::None), |here| register(here, Converter::None));
    let left = unregister(&scene.first.enter().expect("nobody is in it"));
    scene.verdict(format!("{first}, {second}, then {left}"))
}

/// Both register, in different ways. What is registered is the winner's.
fn two_ways(scene: Scene) -> String {
    let (first, second) = scene.both(|here| register(here, Converter::None), |here| register(here, Converter::Bool));
    let left = look_up(&scene.first.enter().expect("nobody is in it"));
    scene.verdict(format!("{first}, {second}, then {left}"))
}

/// One registers, the other unregisters and looks up.
fn register_and_unregister(scene: Scene) -> String {
    let (_, second) =
        scene.both(|here| register(here, Converter::None), |here| format!("{}, {}", unregister(here), look_up(here)));
    let left = look_up(&scene.first.enter().expect("nobody is in it"));
    scene.verdict(format!("{second}, then {left}"))
}

/// Each registers, and then looks for what the other registered: at least one of them is the later one.
fn two_types(scene: Scene) -> String {
    let seen = scene.both(
        |here| {
            here.register(&LIST, &Converter::None).expect("there is memory");
            here.lookup(&Type::built_in("dict")).map_or("-", |_| "+").to_owned()
        },
        |here| {
            here.register(&Type::built_in("dict"), &Converter::None).expect("there is memory");
            here.lookup(&LIST).map_or("-", |_| "+").to_owned()
        },
    );
    scene.verdict(format!("{}{}", seen.0, seen.1))
}

/// A guard that has looked once looks again after another thread has registered, and has said so.
fn look_again(scene: Scene) -> String {
    let inside = scene.first.enter().expect("nobody is in it");
    let before = look_up(&inside);
    let home = scene.second.clone();
    let other = thread::spawn(move || register(&home.enter().expect("nobody is in it"), Converter::None));
    other.join().expect("no thread panics");
    let after = look_up(&inside);
    drop(inside);
    scene.verdict(format!("{before} {after}"))
}

/// A heap type dies, told from outside, while its interpreter looks it up; another interpreter does not know it.
fn death_and_lookup(scene: Scene) -> String {
    let heap = || Type::heap("Plain");
    let inside = scene.first.enter().expect("nobody is in it");
    inside.register(&heap(), &Converter::None).expect("there is memory");
    let home = scene.first.clone();
    let other = thread::spawn(move || home.type_died(&heap()));
    let seen = [inside.lookup(&heap()), inside.lookup(&heap())].map(|seen| seen.map_or("-", |_| "+"));
    let was_registered = other.join().expect("no thread panics");
    let left = inside.lookup(&heap()).is_some();
    drop(inside);
    scene.verdict(format!("{}, {was_registered} {left}", seen.concat()))
}

/// A heap type dies while its interpreter ends: one of the two removes the entry.
fn death_and_end(scene: Scene) -> String {
    let heap = || Type::heap("Plain");
    let inside = scene.first.enter().expect("nobody is in it");
    inside.register(&heap(), &Converter::None).expect("there is memory");
    drop(inside);
    let home = scene.first.clone();
    let other = thread::spawn(move || home.type_died(&heap()));
    let ended = scene.runtime.end(scene.first.id()).is_ok();
    let was_registered = other.join().expect("no thread panics");
    scene.verdict(format!("end {ended}, {was_registered}"))
}

/// One interpreter ends while another looks up a type that all share.
fn end_and_lookup(scene: Scene) -> String {
    let first = scene.first.enter().expect("nobody is in it");
    let registered = register(&first, Converter::None);
    drop(first);
    let home = scene.second.clone();
    let other = thread::spawn(move || look_up(&home.enter().expect("nobody is in it")));
    let ended = scene.runtime.end(scene.first.id()).is_ok();
    let seen = other.join().expect("no thread panics");
    scene.verdict(format!("{registered}, end {ended}, {seen}"))
}

fn filled(scene: &Scene) -> Namespace<Simple> {
    let inside = scene.first.enter().expect("nobody is in it");
    let pairs = [("a", Value::from("text")), ("b", Value::int(1))];
    Namespace::from_pairs(&inside, &pairs).expect("these values can leave")
}

/// A namespace is applied while the interpreter that filled it ends: all names, or none.
fn apply_and_end(scene: Scene) -> String {
    let namespace = filled(&scene);
    let home = scene.second.clone();
    let other = thread::spawn(move || {
        let mut bound = String::new();
        let inside = home.enter().expect("nobody is in it");
        let applied = namespace.apply(&inside, |name, _| bound.push_str(name)).is_ok();
        format!("{applied} {bound}")
    });
    let ended = scene.runtime.end(scene.first.id()).is_ok();
    let applied = other.join().expect("no thread panics");
    scene.verdict(format!("end {ended}, applied {applied}"))
}

/// A namespace is freed elsewhere while the interpreter that filled it ends.
fn free_and_end(scene: Scene) -> String {
    let namespace = filled(&scene);
    let other = thread::spawn(move || namespace.free());
    let ended = scene.runtime.end(scene.first.id()).is_ok();
    let freed = other.join().expect("no thread panics");
    let all = freed.done + freed.queued + freed.nothing + freed.owner_ended;
    scene.verdict(format!("end {ended}, {all} items, {} without payload", freed.nothing))
}

#[test]
fn what_was_registered_stays_registered() {
    expect(register_and_look_up_twice, &["- -", "- None", "None None"]);
}

#[test]
fn a_type_that_comes_and_goes_is_seen_in_order() {
    expect(come_and_go, &["- -", "- None", "None -", "None None"]);
}

#[test]
fn two_registrations_count_two() {
    expect(two_registrations, &["First, Again(2), then Counted(1)", "Again(2), First, then Counted(1)"]);
}

#[test]
fn of_two_ways_the_first_counts() {
    expect(two_ways, &["First, Conflict, then None", "Conflict, First, then Bool"]);
}

#[test]
fn a_registration_and_an_unregistration_come_one_after_the_other() {
    let outcomes = ["NotRegistered, -, then None", "NotRegistered, None, then None", "Removed, -, then -"];
    expect(register_and_unregister, &outcomes);
}

#[test]
fn of_two_that_register_one_sees_the_other() {
    expect(two_types, &["++", "+-", "-+"]);
}

#[test]
fn a_lookup_after_a_registration_finds_it() {
    expect(look_again, &["- None"]);
}

#[test]
fn a_dead_type_is_not_found_again() {
    expect(death_and_lookup, &["++, true false", "+-, true false", "--, true false"]);
}

#[test]
fn a_types_death_and_its_interpreters_end_remove_it_once() {
    expect(death_and_end, &["end true, true", "end true, false"]);
}

#[test]
fn what_all_share_outlives_one() {
    expect(end_and_lookup, &["First, end true, None"]);
}

#[test]
fn a_namespace_is_applied_as_a_whole_or_not_at_all() {
    expect(apply_and_end, &["end true, applied true ab", "end true, applied false "]);
}

#[test]
fn a_namespace_that_is_freed_while_its_owner_ends_is_freed_once() {
    expect(free_and_end, &["end true, 2 items, 1 without payload"]);
}

#[test]
fn a_version_that_does_not_rise_is_found() {
    assert!(is_found(Sabotage::StaleLookup, look_again));
}

#[test]
fn a_registration_that_does_not_look_again_is_found() {
    assert!(is_found(Sabotage::LostCount, two_registrations));
}
