//! The program `xi`.
fn main() {}
