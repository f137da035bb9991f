//! The operations on values that cross: whether one can, what a capsule of it is, what comes out.
//!
//! Rules `capsule.get.lookup`, `capsule.get.failure`, `capsule.check`. The life of a payload is the layer's, and the
//! conversion itself that of `arrival`; here are the operations around them, and the objects a scenario watches.

use super::Value;
use super::arrival::Arrival;
use super::call::Call;
use super::error::Problem;
use super::layer::{CapsuleId, Layer, Limit, Parting, Payload, Release};
use super::namespace::bind;
use super::player::{Answer, DONE, Player, Stop, Thing, not_modelled};
use super::surface::like_3_14;
use crate::rule::Rule;

use crossinterp_objects::Int;

/// Names that one call shares: far more than any queue holds, and played in about a second.
const SHARED_MAX: usize = 10_000;

/// A capsule, or the memory for one.
#[derive(Clone)]
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
            ("is_shareable", [value]) => self.is_shareable(value),
            ("get_crossinterp_data", [value, mode @ ..]) => self.capture(call, value, mode),
            ("restore_crossinterp_data", [capsule]) => self.restore(call, capsule),
            ("drop", [thing]) => self.drop_thing(call, thing),
            ("keep", [value]) => Ok(self.keep(value)),
            ("references", [kept]) => self.reference_count(call, kept),
            ("resize", [kept]) => self.resize(call, kept),
            ("share", [id, kept, Value::Int(count)]) => self.share(call, id, kept, count),
            _ => return None,
        })
    }

    /// Whatever stands in the way, the answer is no.
    fn is_shareable(&mut self, value: &Value) -> Answer {
        match self.check(value) {
            Ok(()) => Ok(Value::Bool(true).into()),
            Err(Stop::Raised(_)) => Ok(Value::Bool(false).into()),
            Err(stop) => Err(stop),
        }
    }

    /// The kind of payload that a value becomes, or why it cannot cross. Rule `capsule.get.failure`.
    pub(super) fn convertible(&mut self, value: &Value) -> Result<Payload, Stop> {
        self.arrival(value, false).map(|arrival| arrival.payload)
    }

    fn capture(&mut self, call: &Call, value: &Value, mode: &[Value]) -> Answer {
        self.capture_as(call, value, mode).map(Thing::Capsule)
    }

    pub(super) fn new_capsule(&mut self, value: &Value, kept: Option<usize>) -> Result<Capsule, Stop> {
        let arrival = self.arrival(value, false)?;
        self.capsule_of(arrival, kept)
    }

    pub(super) fn capsule_of(&mut self, arrival: Arrival, kept: Option<usize>) -> Result<Capsule, Stop> {
        let Arrival { payload, value, shape } = arrival;
        Ok(Capsule {
            payload: Some(self.layer.convert(payload, self.current)?),
            owner: self.current,
            rebuilds: true,
            shape,
            content: Some(value),
            kept,
        })
    }

    fn restore(&mut self, call: &Call, capsule: &Value) -> Answer {
        let Some(Thing::Capsule(index)) = self.thing(capsule).cloned() else { return Err(not_modelled(call)) };
        self.rebuild(call, index)
    }

    /// The object that a capsule stands for, made in the current interpreter.
    pub(super) fn rebuild(&mut self, call: &Call, index: usize) -> Answer {
        let payload = self.capsules[index].payload.ok_or_else(|| not_modelled(call))?;
        let content = self.capsules[index].content.clone().ok_or_else(|| not_modelled(call))?;
        self.layer.materialise(payload, self.current)?;
        match self.unreadable(&content) {
            Some(stop) => Err(stop),
            None => Ok(Thing::Value(self.seen(&content))),
        }
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

    /// A payload refers to its object, and so does an export that was forgotten.
    fn reference_count(&self, call: &Call, kept: &Value) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let holds = |capsule: &&Capsule| {
            let holds = |payload| self.layer.holds_payload(payload) || self.layer.holds_export(payload);
            capsule.kept == Some(index) && capsule.payload.is_some_and(holds)
        };
        let held = self.capsules.iter().filter(holds).count();
        Ok(Value::int(held).into())
    }

    /// Memory grows by a zero, unless somebody was given sight of it.
    fn resize(&mut self, call: &Call, kept: &Value) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let exports = |capsule: &Capsule| {
            capsule.kept == Some(index) && capsule.payload.is_some_and(|payload| self.layer.holds_export(payload))
        };
        let exported = self.capsules.iter().any(exports);
        self.rule(Rule::ConvertMemoryviewExports);
        if exported {
            return Err(Problem::ExportsExist.into());
        }
        if let Some(bytes) = self.kept_bytes(kept) {
            bytes.push(0);
        }
        DONE
    }

    /// Binds an object under many names elsewhere. Each name is a capsule of its own, released where it was bound; back here, the releases that found room in the queue are carried out. What did not find room stays
    /// allocated, and is counted like every payload that is held. Rules `pending.add.full`, `pending.call.reported`.
    fn share(&mut self, call: &Call, id: &Value, kept: &Value, count: &Int) -> Answer {
        let index = self.kept_of(kept).ok_or_else(|| not_modelled(call))?;
        let count = count.to_i64().and_then(|count| usize::try_from(count).ok()).ok_or_else(|| not_modelled(call))?;
        if count > SHARED_MAX {
            return Err(not_modelled(call));
        }
        let id = self.id_of(id)?;
        self.convertible(&self.kept[index].clone())?;
        self.enter(id)?;
        for _ in 0..self.releases_to_play(count) {
            self.share_once(id, index)?;
        }
        self.layer.leave(id)?;
        self.layer.run_pending(self.current)?;
        let (value, names) = (self.kept[index].clone(), self.mains.entry(id).or_default());
        (0..count).for_each(|number| bind(names, Value::text(&format!("n{number}")), value.clone()));
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
