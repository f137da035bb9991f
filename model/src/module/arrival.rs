//! What arrives of a value: the lookup, the converter that it finds, and the error when one of them fails.
//!
//! A converter is a function of its own, chosen by the registry and not by the value: a type may be registered with
//! that of another. Nothing here knows where a payload is kept.

use super::Value;
use super::error::Problem;
use super::layer::{Layer, Payload};
use super::outcome::Raised;
use super::player::{Player, Stop};
use super::pytext::{self, TextFailed};
use super::registry::Converter;
use super::surface::like_3_14;
use crate::edition::Edition;
use crate::rule::Rule;

/// How deep 3.13.0 follows tuples in tuples: its limit of nested C calls, less what is in use when a driver asks.
const NESTING_MAX: usize = 9998;

/// A conversion that succeeded: what is carried, and the object that it becomes.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub payload: Payload,
    pub value: Value,
}

impl Arrival {
    fn immediate(value: Value) -> Self {
        Arrival { payload: Payload::Immediate, value }
    }

    pub(super) fn borrowed(value: Value) -> Self {
        Arrival { payload: Payload::Borrowed, value }
    }
}

impl<L: Layer> Player<L> {
    /// What arrives of a value, or why it cannot cross. Rule `capsule.get.failure`;
    /// `_PyObject_GetCrossInterpreterData` in `crossinterp.c`.
    pub(super) fn arrival(&mut self, value: &Value, fallback: bool) -> Result<Arrival, Stop> {
        match self.registered_arrival(value, fallback) {
            // Whatever failed, the first error is the one that is raised. Rule `convert.fallback.order`.
            Err(Stop::Raised(first)) if fallback => self.fall_back(value).ok_or(Stop::Raised(first)),
            other => other,
        }
    }

    fn registered_arrival(&mut self, value: &Value, fallback: bool) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertExact);
        let Some(converter) = self.converter_of(&value.type_of()) else {
            self.rule(Rule::ConvertFailure);
            return Err(self.not_shareable(value)?.into());
        };
        match self.convert_with(converter, value, fallback) {
            // The validation after the conversion is reported as it is, and only at its own level.
            Err(Stop::Raised(cause)) if like_3_14(self.edition) && converter != Converter::Hollow => {
                self.rule(Rule::ConvertFailure);
                self.rule(Rule::ConvertCause);
                Err(self.not_shareable(value)?.caused_by(*cause).into())
            }
            other => other,
        }
    }

    fn convert_with(&mut self, converter: Converter, value: &Value, fallback: bool) -> Result<Arrival, Stop> {
        match converter {
            Converter::None => self.fired(Rule::ConvertNone, Arrival::immediate(Value::None)),
            Converter::Bool => {
                self.fired(Rule::ConvertBool, Arrival::immediate(Value::Bool(*value == Value::Bool(true))))
            }
            Converter::Int => self.int_shared(value),
            Converter::Bytes => self.bytes_shared(value),
            Converter::Str => match plain(value) {
                text @ Value::Str(_) => {
                    self.rule(Rule::ConvertStr);
                    self.fired(Rule::ConvertBorrowed, Arrival::borrowed(text.clone()))
                }
                other => Err(undefined(converter, other)),
            },
            Converter::Float => match plain(value) {
                float @ Value::Float(_) => {
                    let arrival = Arrival { payload: Payload::Copied, value: float.clone() };
                    self.fired(Rule::ConvertFloat, arrival)
                }
                other => Err(undefined(converter, other)),
            },
            Converter::Tuple => self.tuple_shared(value, fallback),
            Converter::View => self.view_shared(value),
            // Rule `capsule.validate`.
            Converter::Hollow => Err(Problem::NoNewObject.into()),
        }
    }

    fn fired(&mut self, rule: Rule, arrival: Arrival) -> Result<Arrival, Stop> {
        self.rule(rule);
        Ok(arrival)
    }

    /// Rules `convert.int`, `convert.int.bounds`; `_long_shared` in `crossinterp.c`.
    fn int_shared(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertInt);
        match plain(value) {
            Value::Int(number) if number.to_i64().is_none() => {
                self.rule(Rule::ConvertIntBounds);
                Err(Problem::IntTooBig.into())
            }
            number @ Value::Int(_) => Ok(Arrival::immediate(number.clone())),
            _ => Err(Problem::Foreign { kind: "TypeError", text: "an integer is required".to_owned() }.into()),
        }
    }

    /// Rule `convert.bytes`; `_bytes_shared` in `crossinterp.c`.
    fn bytes_shared(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertBytes);
        match plain(value) {
            bytes @ Value::Bytes(_) => self.fired(Rule::ConvertBorrowed, Arrival::borrowed(bytes.clone())),
            _ if like_3_14(self.edition) => Err(Problem::NotBytes { repr: self.repr_of(value)? }.into()),
            other => {
                let text = format!("expected bytes, {} found", pytext::type_name(other));
                Err(Problem::Foreign { kind: "TypeError", text }.into())
            }
        }
    }

    /// Item by item, the first failure ends it. Rules `convert.tuple`, `convert.tuple.bad-item`, `convert.tuple.depth`;
    /// `_tuple_shared` in `crossinterp.c`.
    fn tuple_shared(&mut self, value: &Value, fallback: bool) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertTuple);
        if let Some(depth) = value.nesting() {
            self.rule(Rule::ConvertTupleDepth);
            if depth > NESTING_MAX && !like_3_14(self.edition) {
                return Err(Problem::TooDeep.into());
            }
            return Ok(Arrival::borrowed(value.clone()));
        }
        let Some(items) = plain(value).items() else { return Err(undefined(Converter::Tuple, value)) };
        if fallback {
            self.rule(Rule::ConvertFallbackTuple);
        }
        let mut arrived = Vec::with_capacity(items.len());
        for item in items.iter() {
            match self.arrival(item, fallback) {
                Ok(arrival) => arrived.push(arrival.value),
                Err(stop) => {
                    self.rule(Rule::ConvertTupleItem);
                    return Err(stop);
                }
            }
        }
        Ok(Arrival::borrowed(Value::Tuple(arrived)))
    }

    /// Rule `convert.memoryview`.
    fn view_shared(&mut self, value: &Value) -> Result<Arrival, Stop> {
        self.rule(Rule::ConvertMemoryview);
        match value {
            Value::Made(kind, _) if kind == "ReleasedView" => Err(Problem::ReleasedView.into()),
            view => Ok(Arrival { payload: Payload::Buffer, value: view.clone() }),
        }
    }

    /// The error quotes the object, so the object's own code decides whether it is this error at all.
    /// Rule `convert.message`; `_set_xid_lookup_failure` in `crossinterp.c`.
    fn not_shareable(&mut self, value: &Value) -> Result<Raised, Stop> {
        self.rule(Rule::ConvertMessage);
        let text = if like_3_14(self.edition) { self.repr_of(value)? } else { text_or_raise(pytext::str(value))? };
        Ok(Problem::NotShareable { text }.into())
    }

    /// `repr()` for a message; where that is repaired, an object that cannot be shown is named by its type.
    pub(super) fn repr_of(&self, value: &Value) -> Result<String, Stop> {
        match pytext::repr(value) {
            Err(_) if self.edition == Edition::Repaired => {
                Ok(format!("<unprintable {} object>", pytext::type_name(value)))
            }
            text => text_or_raise(text),
        }
    }
}

fn text_or_raise(text: Result<String, TextFailed>) -> Result<String, Stop> {
    text.map_err(|TextFailed(message)| Problem::TextRaised { message }.into())
}

/// The value of a subclass, as C code sees it that only looks at the part of the base.
fn plain(value: &Value) -> &Value {
    match value {
        Value::Made(kind, args) if kind.ends_with("Subclass") || kind == "Level" => args.first().unwrap_or(value),
        other => other,
    }
}

/// These converters read the object's memory as that of their own type, whatever it is.
fn undefined(converter: Converter, value: &Value) -> Stop {
    Stop::NotModelled(format!("{value} read by the converter {converter:?}"))
}
