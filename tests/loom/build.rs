//! Compiles the implementation's own sources with `--cfg loom`, for this package only.

fn main() {
    println!("cargo::rustc-cfg=loom");
    println!("cargo::rerun-if-changed=build.rs");
}
