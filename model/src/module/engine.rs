//! The bridge to the exact conversions: the operations ask, [`crate::convert`] answers, and its symbols become theirs.
//!
//! It knows neither what a conversion does nor how a message is worded.

use crossinterp_objects::Type;

use super::Value;
use super::error::Problem;
use super::layer::{Layer, Payload};
use super::outcome::Raised;
use super::player::{Player, Stop};
use crate::convert::{Conversion, Converter, Data, Failure, Registry, Shipped};

/// What became of a value.
#[derive(Clone, Debug)]
pub(super) struct Converted {
    /// The kind of payload, as the layer has it.
    pub payload: Payload,
    /// What arrives of it.
    pub value: Value,
    /// Which of data, object and free function are set.
    pub shape: (bool, bool, bool),
}

/// The registries as the current interpreter sees them.
struct Known<'p, L>(&'p Player<L>);

impl<L: Layer> Registry for Known<'_, L> {
    fn converter_of(&self, exact: &Type) -> Option<Converter> {
        self.0.converter_of(exact)
    }

    fn fall_back(&self, object: &Value) -> Option<Shipped> {
        self.0.shipped_by_fallback(object)
    }
}

impl<L: Layer> Player<L> {
    /// A capsule's contents, or why there are none. Rules `capsule.get.failure`, `convert.failure`.
    pub(super) fn convert_exactly(&mut self, value: &Value, fallback: bool) -> Result<Converted, Stop> {
        let known = Known(self);
        let mut conversion = Conversion::new(self.edition, &known, self.current).with_fallback(fallback);
        let converted = conversion.convert(value).map(|xi| {
            let data = conversion.data(xi);
            let (payload, shape) = (payload_of(&data.data), data.shape());
            // One that somebody else's function makes is as that one says; nobody here knows better.
            let arrived = conversion.materialise(xi).map_or_else(|_| value.clone(), |arrival| arrival.value);
            Converted { payload, value: arrived, shape }
        });
        let rules = conversion.rules();
        rules.iter().for_each(|rule| self.rule(rule));
        converted.map_err(stop)
    }

    /// What is said of a value without converting it. Rule `capsule.check`.
    pub(super) fn check_exactly(&mut self, value: &Value) -> Result<(), Stop> {
        let known = Known(self);
        let mut conversion = Conversion::new(self.edition, &known, self.current);
        let answer = conversion.check(value);
        let rules = conversion.rules();
        rules.iter().for_each(|rule| self.rule(rule));
        answer.map_err(stop)
    }
}

/// What the layer has to keep for it.
fn payload_of(data: &Data) -> Payload {
    match data {
        Data::Null | Data::Word(_) => Payload::Immediate,
        Data::Double(..) | Data::Foreign(_) => Payload::Copied,
        Data::Borrowed(..) | Data::Items(_) | Data::Shipped(..) => Payload::Borrowed,
        Data::View(_) => Payload::Buffer,
    }
}

/// What the caller sees. A process without memory is no matter of scenarios.
pub(super) fn stop(failure: Failure) -> Stop {
    match raised(&failure) {
        Some(raised) => raised.into(),
        None => Stop::NotModelled(failure.to_string()),
    }
}

fn raised(failure: &Failure) -> Option<Raised> {
    let problem = match failure {
        Failure::NotShareable { text, cause } => {
            let refused = Raised::from(Problem::NotShareable { text: text.escaped() });
            return match cause {
                Some(cause) => Some(refused.caused_by(raised(cause)?)),
                None => Some(refused),
            };
        }
        Failure::Overflow => Problem::IntTooBig,
        Failure::Recursion => Problem::TooDeep,
        Failure::ReleasedView => Problem::ReleasedView,
        Failure::NoNewObject => Problem::NoNewObject,
        Failure::NoNewObjectForBytes => Problem::NoNewObjectForBytes,
        Failure::NotBytes { text } => Problem::NotBytes { repr: text.escaped() },
        Failure::TooSmall { size } => Problem::BytesSize { size: *size },
        Failure::Raised { kind, message } => Problem::Foreign { kind, text: message.escaped() },
        Failure::NoMemory | Failure::NoException | Failure::Consumed | Failure::Undefined { .. } => return None,
    };
    Some(problem.into())
}
