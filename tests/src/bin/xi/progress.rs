//! Progress on the terminal, for whatever takes longer than a moment. Nothing is shown where nobody looks.

use std::time::Duration;

use indicatif::ProgressBar;

/// Runs something that says what it is at.
pub fn spin<T>(run: impl FnOnce(&(dyn Fn(&str) + Sync)) -> T) -> T {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let done = run(&|what: &str| bar.set_message(what.to_owned()));
    bar.finish_and_clear();
    done
}
