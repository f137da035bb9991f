//! The operations on values that cross: whether one can, what a capsule of it is, what comes out.
//!
//! Rules `capsule.get.lookup`, `capsule.get.failure`, `capsule.check`. The life of a payload is the layer's; here are
//! the types, the checks and the errors of a conversion, and the objects a scenario watches.

use super::Value;
use super::call::Call;
use super::error::Problem;
use super::layer::{CapsuleId, Layer, Limit, Parting, Payload, Release};
use super::namespace::is_converted_by_driver;
use super::outcome::Raised;
use super::player::{Answer, DONE, Player, Stop, Thing, not_modelled};
use super::pytext::{self, TextFailed};
use super::surface::like_3_14;
use crate::edition::Edition;
use crate::rule::Rule;

use crossinterp_objects::Int;

/// A capsule, or the memory for one.
pub(super) struct Capsule {
    /// What it stands for, while it was made from something.
    pub content: Option<Value>,
    /// Its payload, as the layer numbers it.
    pub payload: Option<CapsuleId>,
    /// The owner's id as the structure has it.
    pub owner: i64,
    /// Whether it has a function that rebuilds the object.
    pub rebuilds: bool,
    /// Which of data, object and free function its conversion sets.
    pub shape: (bool, bool, bool),
    /// The watched object behind it.
    pub kept: Option<usize>,
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn conversion(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("is_shareable", [value]) => Ok(Value::Bool(self.look_up(value)).into()),
            ("get_crossinterp_data", [value]) => self.capture(value),
            ("restore_crossinterp_data", [capsule]) => self.restore(call, capsule),
            ("drop", [thing]) => self.drop_thing(call, thing),
            ("keep", [value]) => Ok(self.keep(value)),
            ("references", [kept]) => self.reference_count(call, kept),
            ("resize", [kept]) => self.resize(call, kept),
            ("share", [id, kept, Value::Int(count)]) => self.share(call, id, kept, count),
            ("register", []) => {
                self.registered = true;
                DONE
            }
            _ => return None,
        })
    }

    /// The same as [`Player::is_registered`], by a call that asks nothing else.
    fn look_up(&mut self, value: &Value) -> bool {
        let found = self.is_registered(value);
        self.rule(if found { Rule::TypeFound } else { Rule::TypeMissing });
        found
    }

    /// Whether the registry knows the exact type; the value is not looked at. Rule `capsule.check`.
    pub(super) fn is_registered(&self, value: &Value) -> bool {
        match value {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) => true,
            Value::Str(_) | Value::Bytes(_) | Value::Tuple(_) => true,
            Value::Made(kind, _) if kind == "Registered" => self.registered,
            Value::Made(kind, _) if is_converted_by_driver(kind) => true,
            Value::Made(kind, _) => kind == "MemoryView" || kind == "ReleasedView",
            _ => false,
        }
    }

    /// The kind of payload that a value becomes, or why it cannot cross. Rule `capsule.get.failure`.
    pub(super) fn convertible(&self, value: &Value) -> Result<Payload, Stop> {
        if !self.is_registered(value) {
            return Err(self.not_shareable(value)?.into());
        }
        match self.payload_of(value) {
            Err(Stop::Raised(cause)) if like_3_14(self.edition) && !is_own_validation(value) => {
                Err(self.not_shareable(value)?.caused_by(*cause).into())
            }
            other => other,
        }
    }

    fn payload_of(&self, value: &Value) -> Result<Payload, Stop> {
        match value {
            Value::Int(number) if number.to_i64().is_none() => Err(Problem::IntTooBig.into()),
            Value::Float(_) => Ok(Payload::Copied),
            Value::Str(_) | Value::Bytes(_) => Ok(Payload::Borrowed),
            Value::Tuple(items) => {
                items.iter().try_for_each(|item| self.convertible(item).map(drop))?;
                Ok(Payload::Borrowed)
            }
            Value::Made(kind, _) if kind == "ReleasedView" => Err(Problem::ReleasedView.into()),
            Value::Made(kind, _) if kind == "MemoryView" => Ok(Payload::Buffer),
            Value::Made(kind, _) if is_converted_by_driver(kind) => Ok(Payload::Borrowed),
            // The conversion that a scenario registers leaves no way back. Rule `capsule.validate`.
            Value::Made(kind, _) if kind == "Registered" => Err(Problem::NoNewObject.into()),
            _ => Ok(Payload::Immediate),
        }
    }

    /// The error quotes the object, so the object's own code decides whether it is this error at all.
    fn not_shareable(&self, value: &Value) -> Result<Raised, Stop> {
        let text = if like_3_14(self.edition) { pytext::repr(value) } else { pytext::str(value) };
        match text {
            Ok(text) => Ok(Problem::NotShareable { text }.into()),
            Err(TextFailed(_)) if self.edition == Edition::Repaired => {
                let text = format!("<unprintable {} object>", pytext::type_name(value));
                Ok(Problem::NotShareable { text }.into())
            }
            Err(TextFailed(message)) => Err(Problem::TextRaised { message }.into()),
        }
    }

    fn capture(&mut self, value: &Value) -> Answer {
        let kept = self.kept_of(value);
        let value = match (kept, value) {
            (Some(kept), Value::Name(_)) => self.kept[kept].clone(),
            _ => value.clone(),
        };
        let capsule = self.new_capsule(&value, kept)?;
        self.capsules.push(capsule);
        Ok(Thing::Capsule(self.capsules.len() - 1))
    }

    pub(super) fn new_capsule(&mut self, value: &Value, kept: Option<usize>) -> Result<Capsule, Stop> {
        let payload = self.convertible(value)?;
        Ok(Capsule {
            content: Some(value.clone()),
            payload: Some(self.layer.convert(payload, self.current)?),
            owner: self.current,
            rebuilds: true,
            shape: self.shape(value, payload),
            kept,
        })
    }

    /// Which of data, object and free function a conversion sets.
    fn shape(&self, value: &Value, payload: Payload) -> (bool, bool, bool) {
        match payload {
            Payload::Immediate => (!is_nothing(value), false, false),
            Payload::Copied => (true, false, true),
            Payload::Borrowed => (true, true, true),
            Payload::Buffer => (true, false, like_3_14(self.edition)),
        }
    }

    fn restore(&mut self, call: &Call, capsule: &Value) -> Answer {
        let Some(Thing::Capsule(index)) = self.thing(capsule).cloned() else { return Err(not_modelled(call)) };
        self.rebuild(call, index)
    }

    /// The object that a capsule stands for, made in the current interpreter.
    pub(super) fn rebuild(&mut self, call: &Call, index: usize) -> Answer {
        let payload = self.capsules[index].payload.ok_or_else(|| not_modelled(call))?;
        self.layer.materialise(payload, self.current)?;
        self.capsules[index].content.clone().map(Thing::Value).ok_or_else(|| not_modelled(call))
    }

    /// What became of the payload, if there is one.
    pub(super) fn give_up(&mut self, index: usize, how: Parting) -> Result<Release, Stop> {
        match self.capsules[index].payload {
            Some(payload) => Ok(self.layer.release(payload, how, self.current)?),
            None => Ok(Release::Done),
        }
    }

    fn drop_thing(&mut self, call: &Call, thing: &Value) -> Answer {
        match self.thing(thing).cloned() {
            Some(Thing::Capsule(index)) => match self.give_up(index, Parting::RawFree)? {
                Release::Lost => Err(Limit::Queue.into()),
                _ => DONE,
            },
            _ => Err(not_modelled(call)),
        }
    }

    fn keep(&mut self, value: &Value) -> Thing {
        self.kept.push(value.clone());
        Thing::Kept(self.kept.len() - 1)
    }

    /// The watched object itself, or the one behind a view.
    pub(super) fn kept_of(&self, value: &Value) -> Option<usize> {
        match (value, self.thing(value)) {
            (_, Some(Thing::Kept(index))) => Some(*index),
            (Value::Made(_, args), _) => args.first().and_then(|arg| self.kept_of(arg)),
            _ => None,
        }
    }

    fn reference_count(&self, call: &Call, kept: &Value) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let holds = |capsule: &&Capsule| {
            capsule.kept == Some(index) && capsule.payload.is_some_and(|payload| self.layer.holds_payload(payload))
        };
        let held = self.capsules.iter().filter(holds).count();
        Ok(Value::int(held).into())
    }

    fn resize(&self, call: &Call, kept: &Value) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let exports = |capsule: &Capsule| {
            capsule.kept == Some(index) && capsule.payload.is_some_and(|payload| self.layer.holds_export(payload))
        };
        if self.capsules.iter().any(exports) { Err(Problem::ExportsExist.into()) } else { DONE }
    }

    /// Binds an object under many names elsewhere, and unbinds them. Each name is a capsule of its own, released where
    /// it was bound; back here, the releases that found room in the queue are carried out. What did not find room stays
    /// allocated, and is counted like every payload that is held. Rules `pending.add.full`, `pending.call.reported`.
    fn share(&mut self, call: &Call, id: &Value, kept: &Value, count: &Int) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let count = count.to_i64().and_then(|count| usize::try_from(count).ok()).ok_or_else(|| not_modelled(call))?;
        let id = self.id_of(id)?;
        self.convertible(&self.kept[index].clone())?;
        self.enter(id)?;
        for _ in 0..self.releases_to_play(count) {
            self.share_once(id, index)?;
        }
        self.layer.leave(id)?;
        self.layer.run_pending(self.current)?;
        DONE
    }

    /// The payload is freed by the queue of its owner, or by nobody: a world full of lost ones goes on.
    fn share_once(&mut self, id: i64, kept: usize) -> Result<(), Stop> {
        let capsule = self.new_capsule(&self.kept[kept].clone(), Some(kept))?;
        if let Some(payload) = capsule.payload {
            self.layer.materialise(payload, id)?;
            self.layer.release(payload, Parting::Item, id)?;
        }
        self.capsules.push(capsule);
        Ok(())
    }

    /// 3.14 frees a namespace as one call, 3.13.0 as one for each name.
    ///
    /// The queue below is a scaled one: it is shorter than the real one by some slots. So as many releases as that are
    /// left out, of those that find room in the real queue; what is beyond its capacity is beyond the scaled one's.
    fn releases_to_play(&self, names: usize) -> usize {
        if like_3_14(self.edition) {
            return names.min(1);
        }
        let scaled = self.layer.queue_capacity();
        let left_out = self.edition.pending_capacity() - scaled;
        names.saturating_sub(left_out).max(names.min(scaled))
    }
}

/// Only the validation after a conversion is reported as it is; inside a tuple it is an item's failure like any other.
fn is_own_validation(value: &Value) -> bool {
    matches!(value, Value::Made(kind, _) if kind == "Registered")
}

/// Whether what stands in the pointer is the null pointer itself.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::None | Value::Bool(false) => true,
        Value::Int(number) => number.is_zero(),
        _ => false,
    }
}
