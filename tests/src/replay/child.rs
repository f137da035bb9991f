//! One script in a process group of its own: its output, or why there is none. It knows bytes and deadlines, not what they mean.

use std::io::{BufReader, Read};
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::said::Broken;
use crate::driver::process::{drain, kill_group, signal_name, spawn};

/// The most that a script may print. Thirty lines is much; a megabyte is a runaway.
pub const OUTPUT_BYTES_MAX: usize = 1 << 16;

enum Event {
    Output(Vec<u8>),
    Exited(std::io::Result<ExitStatus>),
}

/// The group is killed when this is dropped, whatever became of the script.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        kill_group(self.0);
    }
}

/// Runs the command to its end, and gives back what it printed.
pub fn run(command: &[String], deadline: Duration) -> Result<String, Broken> {
    let until = Instant::now() + deadline;
    let mut child = spawn(command).map_err(|failure| Broken::NotStarted { reason: failure.to_string() })?;
    let group = Group(child.id());
    let (sender, events) = channel();
    drop(child.stdin.take());
    if let Some(output) = child.stdout.take() {
        let sender = sender.clone();
        thread::spawn(move || read(output, &sender));
    }
    let stderr = Arc::default();
    if let Some(output) = child.stderr.take() {
        let kept = Arc::clone(&stderr);
        thread::spawn(move || drain(BufReader::new(output), &kept));
    }
    thread::spawn(move || sender.send(Event::Exited(child.wait())));
    let (output, status) = await_both(&events, until, group)?;
    if status.success() { text(output) } else { Err(died(status, &stderr)) }
}

/// The end and all of the output, in whichever order they come. What the script has left behind keeps its output open, and is
/// killed when the script itself is over.
fn await_both(events: &Receiver<Event>, until: Instant, group: Group) -> Result<(Vec<u8>, ExitStatus), Broken> {
    let (mut output, mut status, mut group) = (None, None, Some(group));
    while output.is_none() || status.is_none() {
        let left = until.saturating_duration_since(Instant::now());
        match events.recv_timeout(left) {
            Ok(Event::Output(bytes)) if bytes.len() > OUTPUT_BYTES_MAX => return Err(Broken::TooMuch),
            Ok(Event::Output(bytes)) => output = Some(bytes),
            Ok(Event::Exited(Ok(exit))) => {
                drop(group.take());
                status = Some(exit);
            }
            Ok(Event::Exited(Err(error))) => return Err(Broken::NotStarted { reason: error.to_string() }),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(Broken::TimedOut),
        }
    }
    output.zip(status).ok_or(Broken::TimedOut)
}

fn read(output: impl Read, sender: &Sender<Event>) {
    let mut bytes = Vec::new();
    // What was read before an error is judged as it is.
    let read = output.take(OUTPUT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes);
    drop(read);
    // Nobody listens any more once the deadline has passed.
    let sent = sender.send(Event::Output(bytes));
    drop(sent);
}

fn text(output: Vec<u8>) -> Result<String, Broken> {
    String::from_utf8(output).map_err(|_| Broken::Garbage { line: "bytes that are no UTF-8".to_owned() })
}

fn died(status: ExitStatus, stderr: &Mutex<std::collections::VecDeque<String>>) -> Broken {
    use std::os::unix::process::ExitStatusExt;
    let words = stderr.lock().ok().and_then(|lines| lines.back().cloned()).unwrap_or_default();
    match status.signal() {
        Some(signal) => Broken::Died { signal: signal_name(signal) },
        None => Broken::Failed { code: status.code().unwrap_or(-1), words },
    }
}
