//! A child process that speaks in lines. It knows lines, deadlines and signals, not what the lines mean.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

/// The longest line that is read. A reply of this slice has a few hundred bytes; a megabyte is a runaway.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// What is kept of stderr, from its end: enough for a traceback.
const STDERR_LINES_MAX: usize = 50;
const STDERR_LINE_BYTES_MAX: usize = 1 << 12;
/// The longest request. The drivers of this repository read lines of any length; others may have a limit.
const REQUEST_BYTES_MAX: usize = LINE_BYTES_MAX;
/// Lines of the driver that wait to be looked at. One that prints more than it was asked for waits itself.
const LINES_WAITING_MAX: usize = 16;

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the handshake, for each reply and for the end of the process.
    pub request: Duration,
    /// For a reply that is expected never to come.
    pub hang: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { request: Duration::from_secs(30), hang: Duration::from_secs(3) }
    }
}

/// Why there is no reply.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The command could not be started: check the path and its permissions.
    #[error("cannot start {command}: {reason}")]
    NotStarted {
        /// The program.
        command: String,
        /// What the system said.
        reason: String,
    },
    /// The process died by a signal.
    #[error("died by {signal}")]
    Crash {
        /// The signal's name.
        signal: String,
    },
    /// The deadline passed.
    #[error("no answer in time")]
    Timeout,
    /// The journal of the run cannot be written: check the folder.
    #[error("cannot keep a journal in {}: {reason}", folder.display())]
    NoJournal {
        /// The folder.
        folder: std::path::PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The driver broke the rules of the conversation: see `specs/driver.md`.
    #[error("{what}")]
    Protocol {
        /// Which rule, and how.
        what: String,
    },
}

impl Failure {
    /// The same with the end of what the driver wrote to stderr, where that may say more.
    pub(super) fn with_last_words(self, stderr: &[String]) -> Failure {
        match self {
            Failure::Protocol { what } if !stderr.is_empty() => {
                let last = &stderr[stderr.len().saturating_sub(3)..];
                Failure::Protocol { what: format!("{what}; it said: {}", last.join(" | ")) }
            }
            other => other,
        }
    }

    pub(super) fn protocol(what: impl Into<String>) -> Failure {
        Failure::Protocol { what: what.into() }
    }
}

enum Event {
    Line(Vec<u8>),
    TooLong,
    Closed,
    Exited(io::Result<ExitStatus>),
}

/// The process, killed with everything it started when this is dropped.
pub(super) struct Process {
    group: u32,
    requests: Option<Sender<String>>,
    events: Receiver<Event>,
    stderr: Arc<Mutex<VecDeque<String>>>,
    exit: Option<Failure>,
}

impl Process {
    pub fn start(command: &[String]) -> Result<Process, Failure> {
        let mut child = spawn(command)?;
        let group = child.id();
        let (sender, events) = sync_channel(LINES_WAITING_MAX);
        let stderr = Arc::default();
        let requests = child.stdin.take().map(write_lines);
        if let Some(stdout) = child.stdout.take() {
            let sender = sender.clone();
            thread::spawn(move || read_lines(BufReader::new(stdout), &sender));
        }
        if let Some(output) = child.stderr.take() {
            let kept = Arc::clone(&stderr);
            thread::spawn(move || drain(BufReader::new(output), &kept));
        }
        thread::spawn(move || sender.send(Event::Exited(child.wait())));
        Ok(Process { group, requests, events, stderr, exit: None })
    }

    /// Sends a line. A driver that is gone, or does not read, is noticed when its reply is waited for.
    pub fn send(&mut self, line: &str) -> Result<(), Failure> {
        if line.len() > REQUEST_BYTES_MAX {
            return Err(Failure::protocol(format!("a request of {} bytes; {REQUEST_BYTES_MAX} fit", line.len())));
        }
        if let Some(requests) = &self.requests {
            requests.send(format!("{line}\n")).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits for the next line.
    pub fn receive(&mut self, limit: Duration) -> Result<String, Failure> {
        let deadline = Instant::now() + limit;
        match self.event(deadline)? {
            Event::Line(bytes) => text(bytes),
            Event::TooLong => Err(too_long()),
            Event::Closed => Err(self.end(deadline, "the driver closed its output in the middle")),
            Event::Exited(status) => self.last_words(deadline, status),
        }
    }

    /// A line that nobody asked for, if one has come.
    pub fn unasked(&mut self) -> Result<(), Failure> {
        match self.events.try_recv() {
            Ok(Event::Line(_)) => Err(Failure::protocol("the driver spoke without being asked")),
            Ok(Event::TooLong) => Err(too_long()),
            Ok(Event::Exited(status)) => {
                self.exit = Some(ended(&status));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Closes the driver's input, and waits for it to end in peace: the process is gone and its output is read to the end.
    pub fn finish(&mut self, limit: Duration) -> Result<(), Failure> {
        self.requests = None;
        let deadline = Instant::now() + limit;
        let (mut closed, mut exited) = (false, false);
        while !(closed && exited) {
            match self.event(deadline) {
                // Something that the driver started may hold its output open; the driver itself has done its part.
                Err(Failure::Timeout) if exited => return Ok(()),
                event => self.finish_with(event?, &mut closed, &mut exited)?,
            }
        }
        Ok(())
    }

    fn finish_with(&self, event: Event, closed: &mut bool, exited: &mut bool) -> Result<(), Failure> {
        match event {
            Event::Closed => *closed = true,
            Event::Exited(Ok(status)) if status.success() => *exited = true,
            Event::Exited(status) => return Err(ended(&status)),
            Event::Line(_) => return Err(Failure::protocol("the driver spoke without being asked")),
            Event::TooLong => return Err(too_long()),
        }
        Ok(())
    }

    /// The last lines of stderr.
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.lock().map(|lines| lines.iter().cloned().collect()).unwrap_or_default()
    }

    fn event(&mut self, deadline: Instant) -> Result<Event, Failure> {
        if let Some(exit) = &self.exit {
            return Err(exit.clone());
        }
        let left = deadline.saturating_duration_since(Instant::now());
        self.events.recv_timeout(left).map_err(|error| match error {
            RecvTimeoutError::Timeout => Failure::Timeout,
            RecvTimeoutError::Disconnected => Failure::protocol("the driver is gone"),
        })
    }

    /// The process has ended; a line it wrote before may still be on its way.
    fn last_words(&mut self, deadline: Instant, status: io::Result<ExitStatus>) -> Result<String, Failure> {
        let exit = ended(&status);
        let said = match self.event(deadline) {
            Ok(Event::Line(bytes)) => text(bytes),
            Ok(Event::TooLong) => Err(too_long()),
            _ => Err(exit.clone()),
        };
        self.exit = Some(exit);
        said
    }

    /// The output is closed: how the process ends says why.
    fn end(&mut self, deadline: Instant, otherwise: &str) -> Failure {
        match self.event(deadline) {
            Ok(Event::Exited(status)) => ended(&status),
            _ => Failure::protocol(otherwise),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill_group(self.group);
    }
}

/// Kills a process that was started here with everything it started: the shell's own `kill` knows groups everywhere.
pub(crate) fn kill_group(group: u32) {
    let kill = format!("kill -KILL -{group}");
    let killed = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
    // A group that is gone already is what was wanted.
    drop(killed);
}

/// Starts a process in a group of its own, with pipes to it.
pub(crate) fn spawn(command: &[String]) -> Result<Child, Failure> {
    let not_started = |reason: String| Failure::NotStarted { command: command.join(" "), reason };
    let Some((program, arguments)) = command.split_first() else { return Err(not_started("no command".to_owned())) };
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| not_started(error.to_string()))
}

/// Writes in a thread of its own: a driver that does not read keeps nobody else waiting.
fn write_lines(mut stdin: ChildStdin) -> Sender<String> {
    let (sender, lines) = channel::<String>();
    thread::spawn(move || {
        for line in lines {
            if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
                return;
            }
        }
    });
    sender
}

fn read_lines(mut output: impl BufRead, sender: &SyncSender<Event>) {
    loop {
        let mut line = Vec::new();
        let read = output.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
        let event = match read {
            Ok(0) | Err(_) => Event::Closed,
            Ok(_) if line.last() == Some(&b'\n') => Event::Line(line),
            Ok(LINE_BYTES_MAX) => Event::TooLong,
            Ok(_) => Event::Line(line),
        };
        let last = matches!(event, Event::Closed | Event::TooLong);
        if sender.send(event).is_err() || last {
            return;
        }
    }
}

/// Reads to the end, and keeps the last lines.
pub(crate) fn drain(mut output: impl BufRead, kept: &Mutex<VecDeque<String>>) {
    let mut line = Vec::new();
    while output.by_ref().take(STDERR_LINE_BYTES_MAX as u64).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let Ok(mut lines) = kept.lock() else { return };
        lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        if lines.len() > STDERR_LINES_MAX {
            lines.pop_front();
        }
        line.clear();
    }
}

fn text(line: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(line).map_err(|_| Failure::protocol("the driver's line is not UTF-8"))
}

fn too_long() -> Failure {
    Failure::protocol(format!("the driver's line is longer than {LINE_BYTES_MAX} bytes"))
}

fn ended(status: &io::Result<ExitStatus>) -> Failure {
    match status {
        Err(error) => Failure::protocol(format!("the driver's end could not be observed: {error}")),
        Ok(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => Failure::Crash { signal: signal_name(signal) },
            (None, code) => {
                Failure::protocol(format!("the driver exited with code {} in the middle", code.unwrap_or(0)))
            }
        },
    }
}

/// `SIGSEGV` rather than 11.
pub(crate) fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        other => return format!("SIG{other}"),
    };
    name.to_owned()
}
