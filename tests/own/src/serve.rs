//! The conversation: a handshake, then one reply to each request, until there are no more.
//!
//! It sits on top of everything. It decides nothing about a call.

use std::io::{self, BufRead, Write};

use serde_json::{Value as Json, json};

use crate::driver::Driver;
use crate::outcome;
use crate::request::{BadRequest, Request};

/// The version of the conversation.
const PROTOCOL: u64 = 2;
/// The edition whose surface this runtime has.
const EDITION: &str = "3.14";
/// A line longer than this is no request, and there is no need to read it.
const LINE_BYTES_MAX: u64 = (1 << 20) + 1;

/// What is there, beyond what every runtime of a profile has. What is not, and why, is said at the top of the crate.
const CAPABILITIES: [&str; 15] = [
    "idrefs",
    "programs",
    "threads",
    "objects",
    "converters",
    "references",
    "arguments",
    "values",
    "buffers",
    "classes",
    "capsules",
    "internals",
    "snapshots",
    "excinfo",
    "sessions",
];

/// Why a conversation broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Nothing can be read or written any more. Nobody is left to talk to.
    #[error("the conversation broke off: {0}")]
    Io(#[from] io::Error),
    /// A request that is none. The runner is wrong; look at what it sent.
    #[error("request {number}: {reason}")]
    BadRequest {
        /// Which line it was, from 1.
        number: u64,
        /// What is wrong with it.
        reason: BadRequest,
    },
    /// A line that is longer than any request.
    #[error("request {number} is longer than {LINE_BYTES_MAX} bytes")]
    TooLong {
        /// Which line it was, from 1.
        number: u64,
    },
    /// The implementation could not make its first interpreter.
    #[error("there is no main interpreter: {0}")]
    NoMain(String),
}

/// Serves one scenario: a handshake, then a reply to each request, until the requests end.
///
/// # Errors
///
/// [`ServeError`] when the conversation breaks off, or a line is no request.
pub fn serve(input: impl BufRead, mut output: impl Write) -> Result<(), ServeError> {
    say(&mut output, &handshake())?;
    Driver::with_main(|driver| converse(driver, input, output))?
}

fn converse(
    driver: &mut dyn FnMut(&Request) -> outcome::Answer,
    input: impl BufRead,
    mut output: impl Write,
) -> Result<(), ServeError> {
    let mut input = input;
    for number in 1.. {
        let Some(line) = line(&mut input, number)? else { break };
        let request = Request::parse(&line).map_err(|reason| ServeError::BadRequest { number, reason })?;
        let answer = driver(&request);
        say(&mut output, &json!({ "seq": request.seq, "outcome": outcome::to_json(&answer) }))?;
    }
    Ok(())
}

fn line(input: &mut impl BufRead, number: u64) -> Result<Option<String>, ServeError> {
    let mut line = String::new();
    let read = io::Read::take(&mut *input, LINE_BYTES_MAX).read_line(&mut line)?;
    if read as u64 == LINE_BYTES_MAX {
        return Err(ServeError::TooLong { number });
    }
    Ok((read > 0).then_some(line))
}

fn say(output: &mut impl Write, line: &Json) -> io::Result<()> {
    writeln!(output, "{line}")?;
    output.flush()
}

fn handshake() -> Json {
    json!({
        "protocol": PROTOCOL,
        "name": "crossinterp",
        "version": env!("CARGO_PKG_VERSION"),
        "edition": EDITION,
        "profiles": ["observable", "registry", "core"],
        "capabilities": CAPABILITIES,
    })
}
