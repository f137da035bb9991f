//! What arrives of a value: the operations ask, [`crate::convert`] answers, and its symbols become theirs.
//!
//! It knows neither what a conversion does nor how a message is worded, nor where a payload is kept.

use crossinterp_objects::{Type, has_own_text};

use super::Value;
use super::error::Problem;
use super::layer::{Layer, Payload};
use super::namespace::is_converted_by_driver;
use super::outcome::Raised;
use super::player::{Player, Stop};
use super::pytext::{self, TextFailed};
use crate::convert::{Conversion, Converter, Data, Failure, Registry, XiData};
use crate::defect::Defect;
use crate::rule::{Rule, RuleSet};

/// A conversion that succeeded: what is carried, the object that it becomes, and what the structure shows of it.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    /// The kind of payload, as the layer has it.
    pub payload: Payload,
    /// What arrives.
    pub value: Value,
    /// Which of data, object and free function are set.
    pub shape: (bool, bool, bool),
}

impl Arrival {
    /// What is carried as bytes that the capsule keeps alive.
    pub(super) fn borrowed(value: Value) -> Self {
        Arrival { payload: Payload::Borrowed, value, shape: (true, true, true) }
    }
}

/// The registries as the current interpreter sees them, and what else there is for what they do not know.
impl<L: Layer> Registry for Player<L> {
    fn converter_of(&mut self, exact: &Type) -> Option<Converter> {
        // The driver registers a class when it makes the first object of it, and that object is then asked about.
        if exact.is_heap() && is_converted_by_driver(exact.name()) {
            return Some(Converter::Foreign { rebuilds: true, holds: true });
        }
        self.registered_converter(exact)
    }

    fn fall_back(&mut self, object: &Value) -> Option<Value> {
        self.shipped_by_fallback(object).map(|arrival| arrival.value)
    }
}

impl<L: Layer> Player<L> {
    /// What arrives of a value, or why it cannot cross. Rules `capsule.get.failure`, `convert.failure`.
    pub(super) fn arrival(&mut self, value: &Value, fallback: bool) -> Result<Arrival, Stop> {
        self.with_engine(|conversion| {
            let xi = conversion.fall_back_if(fallback).convert(value)?;
            let data = conversion.data(xi);
            let (payload, shape) = (payload_of(data), data.shape());
            // One that somebody else's function makes is as that one says; nobody here knows better.
            let arrived = conversion.materialise(xi).map_or_else(|_| value.clone(), |arrival| arrival.value);
            Ok(Arrival { payload, value: arrived, shape })
        })
    }

    /// What is said of a value without converting it. Rule `capsule.check`.
    pub(super) fn check(&mut self, value: &Value) -> Result<(), Stop> {
        self.with_engine(|conversion| conversion.check(value))
    }

    /// Asks the engine, in the interpreter that is current.
    pub(super) fn with_engine<T>(
        &mut self,
        work: impl FnOnce(&mut Conversion<'_>) -> Result<T, Failure>,
    ) -> Result<T, Stop> {
        let (edition, here) = (self.edition, self.current);
        let mut conversion = Conversion::new(edition, self, here);
        let result = work(&mut conversion);
        let rules: RuleSet = conversion.rules();
        rules.iter().for_each(|rule| self.rule(rule));
        if result.is_err() {
            self.rule(Rule::CapsuleGetFailure);
        }
        result.map_err(stop)
    }

    /// `repr()` for a message; in the safe reading an object with code of its own for it is named by its type.
    pub(super) fn repr_of(&self, value: &Value) -> Result<String, Stop> {
        if !self.has_defect(Defect::MessageRunsUserCode) && has_own_text(value) {
            return Ok(format!("<unprintable {} object>", pytext::type_name(value)));
        }
        pytext::repr(value).map_err(|TextFailed(message)| Problem::TextRaised { message }.into())
    }
}

/// What the layer has to keep for it.
fn payload_of(filled: &XiData) -> Payload {
    match filled.data {
        Data::Null | Data::Word(_) => Payload::Immediate,
        Data::Foreign(_) if filled.obj.is_some() => Payload::Borrowed,
        Data::Double(..) | Data::Foreign(_) => Payload::Copied,
        Data::Borrowed(..) | Data::Items(_) | Data::Shipped(..) => Payload::Borrowed,
        Data::View(_) => Payload::Buffer,
    }
}

/// What the caller sees, unless C leaves that open.
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
        Failure::NoMemory => Problem::NoMemory,
        Failure::NoException => Problem::NoException,
        Failure::Consumed | Failure::Undefined { .. } => return None,
    };
    Some(problem.into())
}
