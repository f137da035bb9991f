//! Each operation beside its floor, as one line each: the best of many short runs, because a shared machine only ever adds.

use std::hint::black_box;
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use crossinterp::Interpreter;
use crossinterp::simple::Simple;

use crate::stage::{self, Stage, values};

const RUNS: u32 = 60;
const CALLS: u32 = 20_000;

/// Nanoseconds for one call, at best.
fn best<R>(mut call: impl FnMut() -> R) -> f64 {
    let mut run = || {
        let begin = Instant::now();
        (0..CALLS).for_each(|_| drop(black_box(call())));
        begin.elapsed()
    };
    nanoseconds((0..RUNS).map(|_| run()).min())
}

fn nanoseconds(best: Option<Duration>) -> f64 {
    best.unwrap_or_default().as_secs_f64() * 1e9 / f64::from(CALLS)
}

pub fn print() {
    let allocation = best(|| Box::new(black_box([0_u64; 8])));
    let bytes = vec![7_u8; 1024];
    let copy = best(|| black_box(&bytes).clone());
    let mutex = Mutex::new(0_u64);
    let lock = best(|| *black_box(&mutex).lock().expect("nobody panics") += 1);
    println!("\nfloors: allocate and free {allocation:.1} ns, copy 1 KiB {copy:.1} ns, lock and unlock {lock:.1} ns");
    values_beside(allocation, copy);
    lookups_beside(lock);
    threads_beside();
    namespace_beside(allocation);
}

fn line(what: &str, took: f64, floor_name: &str, floor: f64) {
    println!("{what:40} {took:8.1} ns  = {:5.2} x {floor_name}", took / floor);
}

fn values_beside(allocation: f64, copy: f64) {
    let stage = Stage::new();
    let inside = stage.here.enter().expect("nobody is in it");
    for kind in crate::KINDS {
        let (name, floor) = if kind.contains("KiB") { ("copy 1 KiB", copy) } else { ("allocate and free", allocation) };
        let value = values(kind);
        let out = || inside.convert(black_box(&value)).expect("it can leave");
        line(&format!("convert and release, {kind}"), best(|| inside.release(&out())), name, floor);
        let capsule = out();
        let arrive = || inside.materialise(black_box(&capsule));
        line(&format!("materialise, {kind}"), best(arrive), name, floor);
    }
}

fn lookups_beside(lock: f64) {
    for which in ["newest", "oldest", "missing", "heap"] {
        let stage = Stage::new();
        let inside = stage.here.enter().expect("nobody is in it");
        let ty = stage.register(&inside, which);
        let took = best(|| inside.lookup(black_box(&ty)));
        line(&format!("look up, {which}"), took, "lock and unlock", lock);
    }
}

/// The same lookups in one thread and in two: nothing is shared but what nobody writes.
fn threads_beside() {
    let alone = lookups_in(1);
    line("look up, 2 threads at once, each", lookups_in(2), "1 thread", alone);
}

fn lookups_in(threads: usize) -> f64 {
    let (stage, begin) = (Stage::new(), Barrier::new(threads));
    let measure = |home: &Interpreter<Simple>| {
        let inside = home.enter().expect("nobody is in it");
        let ty = stage.register(&inside, "newest");
        begin.wait();
        best(|| inside.lookup(black_box(&ty)))
    };
    let homes = &[&stage.here, &stage.there][..threads];
    std::thread::scope(|scope| {
        let running: Vec<_> = homes.iter().map(|home| scope.spawn(|| measure(home))).collect();
        running.into_iter().map(|thread| thread.join().expect("nobody panics")).fold(0.0, f64::max)
    })
}

fn namespace_beside(allocation: f64) {
    let (stage, pairs) = (Stage::new(), stage::pairs());
    let here = stage.here.enter().expect("nobody is in it");
    let there = stage.there.enter().expect("nobody is in it");
    let took = best(|| stage::carry(&here, &there, black_box(&pairs)));
    line("a namespace of 8 names, there and gone", took, "allocate and free", allocation);
}
