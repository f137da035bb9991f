//! Progress on the terminal, for whatever takes longer than a moment. Nothing is shown where nobody looks.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Runs something that says what it is at.
pub fn spin<T>(run: impl FnOnce(&(dyn Fn(&str) + Sync)) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let done = run(&|what: &str| bar.set_message(what.to_owned()));
    bar.finish_and_clear();
    done
}

/// Runs something that says how much of it is done, of so much.
pub fn bar<T>(all: usize, what: &str, run: impl FnOnce(&(dyn Fn(usize) + Sync)) -> T) -> T {
    let bar = ProgressBar::new(all as u64).with_message(what.to_owned());
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let done = run(&|count| bar.set_position(count as u64));
    bar.finish_and_clear();
    done
}
