//! A program is asked for its version. It may hang, die or say anything: each is a typed answer, and the deadline holds.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::missing::Problem;
use crate::driver::process::{kill_group, signal_name, spawn};

/// The most that is read: a version has a line or two, and a greeting less than a kilobyte.
const OUTPUT_BYTES_MAX: u64 = 1 << 14;
/// Of what a program says, as much as fits a line.
const SAID_LETTERS_MAX: usize = 120;

/// The version that a Python names behind the marker: both its own kind and its version are in one line or two.
pub fn python(program: &Path, marker: &str, patience: Duration) -> Result<String, Problem> {
    let script = "import sys; print(sys.implementation.name, sys.version)";
    let command = [&program.display().to_string(), "-c", script].map(str::to_owned);
    let output = run(&command, patience)?;
    let version = output.split_once(marker).and_then(|(_, rest)| rest.split_whitespace().next());
    let is_version = |version: &&str| version.starts_with(|first: char| first.is_ascii_digit());
    version.filter(is_version).map(str::to_owned).ok_or_else(|| garbage(&output))
}

/// A driver's greeting, as far as it is needed here.
#[derive(Deserialize)]
struct Greeting {
    version: String,
}

/// The version that a driver says in its greeting. Its input is closed at once, so that it ends by itself.
pub fn handshake(command: &[String], patience: Duration) -> Result<String, Problem> {
    let output = run(command, patience)?;
    let greeting = output.lines().next().and_then(|line| serde_json::from_str::<Greeting>(line).ok());
    greeting.map(|greeting| greeting.version).ok_or_else(|| garbage(&output))
}

fn garbage(output: &str) -> Problem {
    Problem::Garbage { said: first_line(output) }
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(SAID_LETTERS_MAX).collect()
}

fn last_line(text: &str) -> String {
    text.trim().lines().last().unwrap_or_default().chars().take(SAID_LETTERS_MAX).collect()
}

enum Event {
    Output(String),
    Errors(String),
    Exited(std::io::Result<ExitStatus>),
}

/// Kills everything that was started, whatever came of it.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        kill_group(self.0);
    }
}

/// Runs the command without any input to its end, and gives back what it printed.
fn run(command: &[String], patience: Duration) -> Result<String, Problem> {
    let until = Instant::now() + patience;
    let mut child = spawn(command).map_err(|failure| Problem::NotStarted { reason: failure.to_string() })?;
    let group = Group(child.id());
    drop(child.stdin.take());
    let (sender, events) = channel();
    if let Some(output) = child.stdout.take() {
        listen(output, sender.clone(), Event::Output);
    }
    if let Some(errors) = child.stderr.take() {
        listen(errors, sender.clone(), Event::Errors);
    }
    // Nobody listens any more once the deadline has passed.
    thread::spawn(move || sender.send(Event::Exited(child.wait())).unwrap_or_default());
    gather(&events, until, group)
}

fn listen(pipe: impl Read + Send + 'static, sender: Sender<Event>, event: fn(String) -> Event) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is judged as it is.
        pipe.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes).unwrap_or_default();
        sender.send(event(String::from_utf8_lossy(&bytes).into_owned())).unwrap_or_default();
    });
}

/// Waits for the end and all that was said. What the program leaves behind is killed when the program itself is over.
fn gather(events: &Receiver<Event>, until: Instant, group: Group) -> Result<String, Problem> {
    let (mut output, mut errors): (Option<String>, Option<String>) = (None, None);
    let (mut status, mut group) = (None, Some(group));
    loop {
        if let (Some(output), Some(errors), Some(status)) = (&output, &errors, &status) {
            return judge(output, errors, *status);
        }
        match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Event::Output(text)) => output = Some(text),
            Ok(Event::Errors(text)) => errors = Some(text),
            Ok(Event::Exited(Ok(exit))) => {
                drop(group.take());
                status = Some(exit);
            }
            Ok(Event::Exited(Err(error))) => return Err(Problem::NotStarted { reason: error.to_string() }),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(Problem::Hangs),
        }
    }
}

fn judge(output: &str, errors: &str, status: ExitStatus) -> Result<String, Problem> {
    if status.success() {
        return Ok(output.to_owned());
    }
    let end = match (status.signal(), status.code()) {
        (Some(signal), _) => signal_name(signal),
        (None, code) => format!("code {}", code.unwrap_or(-1)),
    };
    Err(Problem::Ended { end, said: last_line(errors) })
}
