//! Whole crossings: a value is converted, rebuilt and released in one call, and what arrived is shown.
//!
//! They add nothing to the operations they are made of: the conversion is `arrival`'s or `shipping`'s, the payload the
//! layer's.

use super::Value;
use super::call::Call;
use super::callables;
use super::conversion::Capsule;
use super::layer::{Layer, Limit, Parting, Release};
use super::player::{Answer, DONE, Player, Stop, Thing, not_modelled};
use super::surface::like_3_14;
use super::view;
use crate::convert::Plan;
use crate::rule::Rule;

/// Ints that exist once in each interpreter.
const SMALL_INTS: std::ops::RangeInclusive<i64> = -5..=256;

/// What a program says that sends objects of its own class, twice, and has one sent back.
const WITH_A_FILE: [&str; 4] = [
    "run as <fake __main__>",
    "<fake __main__>",
    "<fake __main__>",
    "NotShareableError: object does not support cross-interpreter data",
];
const WITHOUT_A_FILE: [&str; 3] = [
    "NotShareableError: args not shareable",
    "NotShareableError: args not shareable",
    "NotShareableError: func not shareable",
];

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn crossing(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("cross", [value, mode @ ..]) => self.cross(call, value, mode).map(Into::into),
            ("cross_twice", [value, mode @ ..]) => {
                let once = self.cross(call, value, mode);
                once.and_then(|arrived| self.cross(call, &arrived, mode)).map(Into::into)
            }
            ("is_same", [value, mode @ ..]) => {
                self.cross(call, value, mode).map(|arrived| Value::Bool(exists_once(&arrived)).into())
            }
            ("code_crosses", [value, mode]) => {
                let arrived = self.cross(call, value, std::slice::from_ref(mode));
                arrived.map(|arrived| Value::Bool(arrived == *value).into())
            }
            ("summary", [value, mode @ ..]) => self.summary(call, value, mode),
            ("depth", [levels, mode @ ..]) => self.depth(call, levels, mode),
            ("function_crosses", [function]) => self.function_crosses(call, function),
            ("view_crosses", [value]) => self.view_crosses(call, value),
            ("write_through", [kept, index, byte]) => self.write_through(call, kept, index, byte),
            ("without_memory", [value, index]) => self.without_memory(call, value, index, false),
            ("read_without_memory", [value, index]) => self.without_memory(call, value, index, true),
            ("main_program", [Value::Bool(has_file)]) => Ok(self.main_program(*has_file).into()),
            ("poke", [name, index, byte]) => self.poke(call, name, index, byte),
            ("contents", [kept]) => self.kept_contents(call, kept),
            _ => return None,
        })
    }

    /// The capsule is gone when the call returns, whether an object could be made or not.
    fn cross(&mut self, call: &Call, value: &Value, mode: &[Value]) -> Result<Value, Stop> {
        let index = self.capture_as(call, value, mode)?;
        let arrived = self.rebuild(call, index);
        if matches!(self.capsules[index].content, Some(Value::Tuple(_))) {
            self.rule(Rule::ConvertTupleFree);
        }
        if self.give_up(index, Parting::RawFree)? == Release::Lost {
            return Err(Limit::Queue.into());
        }
        self.rule(Rule::ConvertRoundTrip);
        match arrived? {
            Thing::Value(value) => Ok(value),
            _ => Err(not_modelled(call)),
        }
    }

    /// A capsule made of the value in one of the ways there are; 3.13 has one.
    pub(super) fn capture_as(&mut self, call: &Call, value: &Value, mode: &[Value]) -> Result<usize, Stop> {
        let kept = self.kept_of(value);
        let value = match (kept, value) {
            (Some(kept), Value::Name(_)) => self.kept[kept].clone(),
            _ => value.clone(),
        };
        let capsule = match mode {
            [] => self.new_capsule(&value, kept)?,
            [Value::Str(mode)] if like_3_14(self.edition) => self.shipped(call, &value, &mode.escaped())?,
            [_] => return Err(Stop::NotModelled("the mode of get_crossinterp_data is missing".to_owned())),
            _ => return Err(not_modelled(call)),
        };
        self.capsules.push(capsule);
        Ok(self.capsules.len() - 1)
    }

    fn shipped(&mut self, call: &Call, value: &Value, mode: &str) -> Result<Capsule, Stop> {
        let arrival = self.ship(value, mode).ok_or_else(|| not_modelled(call))??;
        self.capsule_of(arrival, None)
    }

    fn summary(&mut self, call: &Call, value: &Value, mode: &[Value]) -> Answer {
        let value = repeated(value).ok_or_else(|| not_modelled(call))?;
        let arrived = self.cross(call, &value, mode)?;
        let length = match &arrived {
            Value::Str(text) => text.code_points().count(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Tuple(items) => items.len(),
            _ => return Err(not_modelled(call)),
        };
        let same = Value::Bool(arrived == value);
        Ok(Value::Tuple(vec![Value::text(arrived.type_of().name()), Value::int(length), same]).into())
    }

    fn depth(&mut self, call: &Call, levels: &Value, mode: &[Value]) -> Answer {
        let levels =
            levels.as_i64().and_then(|levels| usize::try_from(levels).ok()).ok_or_else(|| not_modelled(call))?;
        let arrived = self.cross(call, &Value::nested(levels), mode)?;
        let depth = arrived.nesting().ok_or_else(|| not_modelled(call))?;
        Ok(Value::int(depth).into())
    }

    /// All that is left of a function is in its code, and its globals are those of the one who asks.
    /// Rules `convert.function`, `convert.function.globals`.
    fn function_crosses(&mut self, call: &Call, function: &Value) -> Answer {
        let arrived = self.cross(call, function, &[Value::text("func")])?;
        let Value::Made(_, args) = &arrived else { return Err(not_modelled(call)) };
        let [name @ Value::Str(text)] = args.as_slice() else { return Err(not_modelled(call)) };
        let documentation = callables::documentation(&text.escaped()).map_or(Value::None, Value::text);
        let empty = || Value::Dict(Vec::new());
        let left = vec![name.clone(), documentation, Value::None, empty(), empty(), Value::Bool(true)];
        Ok(Value::Tuple(left).into())
    }

    /// The main program's file is run once in the reader, as something else than main; so nothing of it goes back.
    /// Rule `convert.pickle.main`; `_PyPickle_LoadFromXIData` in `crossinterp.c`.
    fn main_program(&mut self, has_file: bool) -> Value {
        self.rule(Rule::ConvertPickleMain);
        let said: &[&str] = if has_file { &WITH_A_FILE } else { &WITHOUT_A_FILE };
        Value::Tuple(said.iter().map(|line| Value::text(line)).collect())
    }

    fn view_crosses(&mut self, call: &Call, value: &Value) -> Answer {
        self.cross(call, value, &[])?;
        let shown = self.look(value).ok_or_else(|| not_modelled(call))?;
        let strides = Value::Tuple(shown.strides.iter().map(|&stride| Value::int(stride)).collect());
        let seen = vec![
            Value::text(&shown.format),
            view::sizes(&shown.shape),
            strides,
            Value::Bool(shown.read_only),
            Value::Bytes(shown.bytes),
            Value::text("CrossInterpreterBufferView"),
        ];
        Ok(Value::Tuple(seen).into())
    }

    /// What is written into a view that arrived is there for everybody who sees the memory.
    fn write_through(&mut self, call: &Call, kept: &Value, index: &Value, byte: &Value) -> Answer {
        self.cross(call, &Value::made("MemoryView", vec![kept.clone()]), &[])?;
        self.write(call, kept, index, byte)?;
        self.kept_contents(call, kept)
    }

    /// The allocation of that number fails, in the conversion or in the making of the object.
    /// Rules `convert.no-memory`, `convert.arrive.no-memory`.
    fn without_memory(&mut self, call: &Call, value: &Value, index: &Value, reading: bool) -> Answer {
        let index = index.as_i64().and_then(|index| u32::try_from(index).ok()).ok_or_else(|| not_modelled(call))?;
        let value = match self.thing(value) {
            Some(Thing::Kept(kept)) => self.kept[*kept].clone(),
            _ => value.clone(),
        };
        let plan = Plan::At(index);
        self.with_engine(|conversion| {
            conversion.ledger_mut().begin(if reading { Plan::Never } else { plan });
            let xi = conversion.convert(&value)?;
            conversion.ledger_mut().begin(if reading { plan } else { Plan::Never });
            conversion.materialise(xi).map(drop)
        })?;
        DONE
    }

    fn poke(&mut self, call: &Call, name: &Value, index: &Value, byte: &Value) -> Answer {
        let name = name.as_str().unwrap_or_default().to_owned();
        let view = self.bound_in(self.current, &name).cloned().ok_or_else(|| not_modelled(call))?;
        self.write(call, &view, index, byte)?;
        DONE
    }

    fn write(&mut self, call: &Call, kept: &Value, index: &Value, byte: &Value) -> Result<(), Stop> {
        let place = index.as_i64().and_then(|index| usize::try_from(index).ok());
        let byte = byte.as_i64().and_then(|byte| u8::try_from(byte).ok());
        let (Some(place), Some(byte), Some(bytes)) = (place, byte, self.kept_bytes(kept)) else {
            return Err(not_modelled(call));
        };
        *bytes.get_mut(place).ok_or_else(|| not_modelled(call))? = byte;
        Ok(())
    }

    /// The bytes of a buffer, or a dict as it is.
    fn kept_contents(&mut self, call: &Call, kept: &Value) -> Answer {
        if let Some(Value::Dict(pairs)) = self.kept_of(kept).map(|index| &self.kept[index]) {
            let pairs = pairs.iter().map(|(name, value)| (name.clone(), self.seen(value)));
            return Ok(Value::Dict(pairs.collect()).into());
        }
        let bytes = self.kept_bytes(kept).cloned().ok_or_else(|| not_modelled(call))?;
        Ok(Value::Bytes(bytes).into())
    }
}

/// Whether there is one object of this value only, so that what arrives is what was sent.
fn exists_once(value: &Value) -> bool {
    match value {
        Value::None | Value::Bool(_) => true,
        Value::Int(number) => number.to_i64().is_some_and(|number| SMALL_INTS.contains(&number)),
        Value::Tuple(items) => items.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Str(text) => text.is_empty(),
        // By reference: found where they say they are.
        Value::Made(kind, _) => matches!(kind.as_str(), "Builtin" | "Class" | "Imported"),
        _ => false,
    }
}

/// Items or characters of a value that is written out: more is not modelled, and nobody's memory is at stake.
pub(super) const REPEATED_MAX: usize = 4_000_000;

/// `Repeated(value, count)`, written out.
pub(super) fn repeated(value: &Value) -> Option<Value> {
    let Value::Made(kind, args) = value else { return Some(value.clone()) };
    let [of, count] = args.as_slice() else { return None };
    let count = count.as_i64().and_then(|count| usize::try_from(count).ok()).filter(|_| kind == "Repeated")?;
    let length = match of {
        Value::Str(text) => text.code_points().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Tuple(items) => items.len(),
        _ => return None,
    };
    if length.checked_mul(count).is_none_or(|whole| whole > REPEATED_MAX) {
        return None;
    }
    Some(match of {
        Value::Str(text) => {
            let mut whole = crossinterp_objects::Text::default();
            (0..count).for_each(|_| whole.append(text));
            Value::Str(whole)
        }
        Value::Bytes(bytes) => Value::Bytes(bytes.repeat(count)),
        Value::Tuple(items) => Value::Tuple(vec![items.clone(); count].concat()),
        _ => return None,
    })
}
