//! The conversation with a driver: a handshake, then one request and one reply at a time, in step by number.

use std::collections::BTreeMap;
use std::time::Duration;

use crossinterp_model::module::{Call, Observation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::message::{Hello, PROTOCOL, Reply, WireOutcome, WireValue};
use super::offer::{Capability, Needs, Profile};
use super::process::{Failure, Limits, Process};
use super::wire;

/// What a driver says of the runtime it drives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// The name of the runtime, as in `cpython`.
    pub name: String,
    /// Its version, as in `3.13.0`.
    pub version: String,
    /// The edition whose surface it has, as in `3.13`.
    pub edition: String,
    /// The layers that it claims.
    pub profiles: Vec<Profile>,
    /// The optional features that it claims.
    pub capabilities: Vec<Capability>,
}

impl Runtime {
    /// The first thing that a scenario needs and this runtime does not claim.
    pub fn lacks(&self, needs: &Needs) -> Option<String> {
        needs.missing(&self.profiles, &self.capabilities)
    }
}

/// A driver process in which calls can be performed.
pub struct Driver {
    process: Process,
    limits: Limits,
    runtime: Runtime,
    seq: u64,
    named: BTreeMap<String, WireValue>,
}

impl Driver {
    /// Starts the command and shakes hands.
    pub fn start(command: &[String], limits: Limits) -> Result<Driver, Failure> {
        let mut process = Process::start(command)?;
        let hello = process.receive(limits.request).and_then(|line| handshake(&line));
        let runtime = hello.map_err(|failure| failure.with_last_words(&process.stderr()))?;
        Ok(Driver { process, limits, runtime, seq: 0, named: BTreeMap::new() })
    }

    /// The runtime, as it introduced itself.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Performs a call and says what was observed: a crash or a hang is an observation too.
    ///
    /// `patience` is how long to wait, where that is not the ordinary limit. The result gets the name, if there is one.
    pub fn perform(
        &mut self,
        call: &Call,
        name: Option<&str>,
        patience: Option<Duration>,
    ) -> Result<Observation, Failure> {
        self.process.unasked()?;
        self.seq += 1;
        let request = wire::request(self.seq, call, &self.named).map_err(Failure::protocol)?;
        let line = serde_json::to_string(&request).map_err(|error| Failure::protocol(error.to_string()))?;
        self.process.send(&line)?;
        match self.process.receive(patience.unwrap_or(self.limits.request)) {
            Ok(line) => self.reply(&line, name),
            Err(Failure::Crash { signal }) => Ok(Observation::Crash(signal)),
            Err(Failure::Timeout) => Ok(Observation::Hang),
            Err(other) => Err(other),
        }
    }

    /// Says goodbye: the driver ends by itself, having said nothing more.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.process.finish(self.limits.request)
    }

    /// The last lines of the driver's stderr.
    pub fn stderr(&self) -> Vec<String> {
        self.process.stderr()
    }

    fn reply(&mut self, line: &str, name: Option<&str>) -> Result<Observation, Failure> {
        let reply: Json = json_of(line)?;
        if reply["seq"].as_u64() != Some(self.seq) {
            return Err(Failure::protocol(format!("the reply's seq is {}, not {}", reply["seq"], self.seq)));
        }
        let Reply { outcome, .. } = message(reply, "reply")?;
        if let (Some(name), WireOutcome::Value(value)) = (name, &outcome) {
            self.named.insert(name.to_owned(), value.clone());
        }
        wire::observation(&outcome).map_err(Failure::protocol)
    }
}

fn handshake(line: &str) -> Result<Runtime, Failure> {
    let greeting = json_of(line)?;
    if greeting["protocol"] != json!(PROTOCOL) {
        let what = format!("the driver speaks protocol {}, this program {PROTOCOL}", greeting["protocol"]);
        return Err(Failure::protocol(what));
    }
    let Hello { name, version, edition, profiles, capabilities, .. } = message(greeting, "handshake")?;
    Ok(Runtime { name, version, edition, profiles, capabilities })
}

fn json_of(line: &str) -> Result<Json, Failure> {
    serde_json::from_str(line).map_err(|error| Failure::protocol(format!("the driver's line is not JSON: {error}")))
}

/// The longest piece of a wrong line that is shown.
const SHOWN_CHARS_MAX: usize = 200;

fn message<T: DeserializeOwned>(json: Json, what: &str) -> Result<T, Failure> {
    let shown = json.to_string();
    serde_json::from_value(json).map_err(|error| {
        let shown: String = shown.chars().take(SHOWN_CHARS_MAX).collect();
        Failure::protocol(format!("that is no {what} ({error}): {shown}"))
    })
}
