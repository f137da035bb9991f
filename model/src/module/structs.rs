//! The operations on a capsule's structure, as C code has them: make, fill, look at, rebuild, release, free.
//!
//! Rules `capsule.get.not-cleared`, `capsule.validate`. What a conversion is, `conversion` knows.

use super::Value;
use super::arrival;
use super::call::Call;
use super::conversion::Capsule;
use super::error::Problem;
use super::layer::{Layer, Limit, Parting, Release};
use super::player::{Answer, DONE, Player, Stop, Thing, not_modelled};
use super::surface::like_3_14;
use crate::convert::bytes_data;
use crate::rule::Rule;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn structs(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("xid_new", []) => Ok(self.struct_new()),
            ("bytes_capsule", args) => self.bytes_capsule(call, args),
            ("xid_check", [value]) => self.struct_check(value),
            (verb, [first, rest @ ..]) if verb.starts_with("xid_") => match self.thing(first) {
                Some(Thing::Struct(index)) => self.on_struct(call, *index, rest),
                _ => Err(not_modelled(call)),
            },
            _ => return None,
        })
    }

    fn on_struct(&mut self, call: &Call, index: usize, args: &[Value]) -> Answer {
        match (call.verb.as_str(), args) {
            ("xid_init", [owner]) => self.struct_init(index, owner),
            ("xid_get", [value]) => self.struct_get(index, value),
            ("xid_get", [value, Value::Int(fallback)]) if fallback.is_zero() => self.struct_get(index, value),
            ("xid_get", [_, Value::Int(_)]) if like_3_14(self.edition) => {
                self.rule(Rule::ConvertFallbackFlag);
                Err(Problem::BadFallback.into())
            }
            ("xid_fields", []) => Ok(self.struct_fields(index)),
            ("xid_new_object", []) => self.rebuild(call, index),
            ("xid_release", []) => self.struct_release(index, Parting::Release),
            ("xid_free", []) => self.struct_release(index, Parting::Free),
            _ => Err(not_modelled(call)),
        }
    }

    /// 3.13 hands out memory as it comes; nobody may look at it before it is filled.
    fn struct_new(&mut self) -> Thing {
        let empty = Capsule {
            content: None,
            payload: None,
            owner: 0,
            rebuilds: false,
            shape: (false, false, false),
            kept: None,
        };
        self.capsules.push(empty);
        Thing::Struct(self.capsules.len() - 1)
    }

    fn struct_init(&mut self, index: usize, owner: &Value) -> Answer {
        let owner = match owner {
            Value::None => -1,
            owner => self.lookup(owner)?.id,
        };
        let shape = (false, false, false);
        self.capsules[index] = Capsule { content: None, payload: None, owner, rebuilds: true, shape, kept: None };
        DONE
    }

    fn struct_get(&mut self, index: usize, value: &Value) -> Answer {
        let (data, object, ..) = self.contents(index);
        self.rule(Rule::CapsuleGetNotCleared);
        if like_3_14(self.edition) && (data || object) {
            return Err(Problem::NotCleared.into());
        }
        if !like_3_14(self.edition) {
            self.forget(index);
        }
        self.capsules[index] = self.new_capsule(value, None)?;
        DONE
    }

    /// Up to 3.13.0 the structure is overwritten first: what it held is forgotten, not released.
    fn forget(&mut self, index: usize) {
        let shape = (false, false, false);
        self.capsules[index] = Capsule { content: None, payload: None, owner: -1, rebuilds: false, shape, kept: None };
    }

    fn contents(&self, index: usize) -> (bool, bool, bool) {
        let capsule = &self.capsules[index];
        let held = capsule.payload.is_some_and(|payload| self.layer.holds_payload(payload));
        let (data, object, free) = capsule.shape;
        (data && held, object && held, free)
    }

    fn struct_fields(&self, index: usize) -> Thing {
        let (data, object, free) = self.contents(index);
        let capsule = &self.capsules[index];
        let fields = [
            Value::Bool(data),
            Value::Bool(object),
            Value::int(capsule.owner),
            Value::Bool(capsule.rebuilds),
            Value::Bool(free),
        ];
        Value::Tuple(fields.to_vec()).into()
    }

    fn struct_release(&mut self, index: usize, how: Parting) -> Answer {
        match self.give_up(index, how)? {
            Release::Done | Release::Queued => DONE,
            Release::Lost => Err(Limit::Queue.into()),
            Release::OwnerGone => Err(Problem::IdUnknown { id: self.capsules[index].owner }.into()),
        }
    }

    /// Rule `capsule.check`: the registry is asked, nothing is converted.
    fn struct_check(&mut self, value: &Value) -> Answer {
        self.check(value).and(DONE)
    }

    /// 3.14's helper for types that are carried as bytes.
    fn bytes_capsule(&mut self, call: &Call, args: &[Value]) -> Answer {
        self.rule(Rule::ConvertBytesHelper);
        if !like_3_14(self.edition) {
            return Err(Stop::NotModelled("_PyBytes_GetXIDataWrapped is missing".to_owned()));
        }
        let (value, size, rebuildable) = match args {
            [value] => (value, Some(0), true),
            [value, Value::Int(size)] => (value, size.to_i128(), true),
            [value, Value::Int(size), Value::Bool(flag)] => (value, size.to_i128(), *flag),
            _ => return Err(not_modelled(call)),
        };
        let size = size.ok_or_else(|| not_modelled(call))?;
        self.rule(Rule::ConvertBytesHelper);
        bytes_data(value, size, rebuildable).map_err(arrival::stop)?;
        Ok(Value::Bool(true).into())
    }
}
