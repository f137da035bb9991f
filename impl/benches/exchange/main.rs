//! What an exchange costs, beside the floors it stands on. `cargo bench -p crossinterp`
//!
//! The tables are divan's, with its medians; the ratios after them put the best of many runs of each operation beside its floor,
//! measured in the same run. The second are lower: what a shared machine adds is left out.

mod ratios;
mod stage;

use divan::{Bencher, black_box};
use stage::{Stage, values};

fn main() {
    divan::main();
    if std::env::args().any(|arg| arg == "--bench") {
        ratios::print();
    }
}

const KINDS: [&str; 5] = ["int", "float", "short str", "1 KiB bytes", "8-tuple"];

#[divan::bench]
fn floor_allocate_and_free(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| drop(black_box(Box::new(black_box([0_u64; 8])))));
}

#[divan::bench]
fn floor_copy_1_kib(bencher: Bencher<'_, '_>) {
    let bytes = vec![7_u8; 1024];
    bencher.bench_local(|| drop(black_box(black_box(&bytes).clone())));
}

#[divan::bench]
fn floor_lock_and_unlock(bencher: Bencher<'_, '_>) {
    let lock = std::sync::Mutex::new(0_u64);
    bencher.bench_local(|| *black_box(&lock).lock().expect("nobody panics") += 1);
}

#[divan::bench(args = KINDS)]
fn convert_and_release(bencher: Bencher<'_, '_>, kind: &str) {
    let (stage, value) = (Stage::new(), values(kind));
    let inside = stage.here.enter().expect("nobody is in it");
    bencher.bench_local(|| inside.release(&inside.convert(black_box(&value)).expect("it can leave")));
}

#[divan::bench(args = KINDS)]
fn materialise(bencher: Bencher<'_, '_>, kind: &str) {
    let stage = Stage::new();
    let inside = stage.here.enter().expect("nobody is in it");
    let capsule = inside.convert(&values(kind)).expect("it can leave");
    bencher.bench_local(|| inside.materialise(black_box(&capsule)).expect("it can arrive"));
}

#[divan::bench(args = KINDS)]
fn release(bencher: Bencher<'_, '_>, kind: &str) {
    let (stage, value) = (Stage::new(), values(kind));
    let inside = stage.here.enter().expect("nobody is in it");
    let capsules = || inside.convert(&value).expect("it can leave");
    bencher.with_inputs(capsules).bench_local_values(|capsule| inside.release(&capsule));
}

#[divan::bench(args = ["newest", "oldest", "missing", "heap"])]
fn look_up(bencher: Bencher<'_, '_>, which: &str) {
    let stage = Stage::new();
    let inside = stage.here.enter().expect("nobody is in it");
    let ty = stage.register(&inside, which);
    bencher.bench_local(|| inside.lookup(black_box(&ty)));
}

#[divan::bench]
fn namespace_of_8_names(bencher: Bencher<'_, '_>) {
    let stage = Stage::new();
    let (inside, pairs) = (stage.here.enter().expect("nobody is in it"), stage::pairs());
    let there = stage.there.enter().expect("nobody is in it");
    bencher.bench_local(|| stage::carry(&inside, &there, black_box(&pairs)));
}
