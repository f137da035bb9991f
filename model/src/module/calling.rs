//! The operation that calls something in another interpreter, and brings back what it returns.
//!
//! Up to 3.13 it runs a function's code as a script. Since 3.14 the callable and its arguments are packed here, unpacked
//! there, called, and the result is preserved by the session and made again here. How each crosses, `shipping` knows.

use super::Value;
use super::call::Call;
use super::error::{Label, Problem};
use super::layer::{Layer, Parting};
use super::outcome::Raised;
use super::player::{Answer, Player, Stop, Thing, not_modelled};
use super::running::{self, plain_code};
use super::session::NoMain;
use super::surface::like_3_14;
use super::thrown::Thrown;
use crate::defect::Defect;
use crate::rule::Rule;

/// What is called and with what, each in a capsule of the caller's.
struct Packed {
    func: usize,
    args: Option<usize>,
    kwargs: Option<usize>,
}

impl Packed {
    fn capsules(&self) -> impl Iterator<Item = usize> {
        [Some(self.func), self.args, self.kwargs].into_iter().flatten()
    }
}

/// What arrived.
struct Unpacked {
    func: Value,
    args: Vec<Value>,
    kwargs: Vec<(Value, Value)>,
}

/// How a call in another interpreter ended, before its session is left.
enum Ended {
    /// It returned, and the result is in a capsule of that interpreter.
    Returned(usize),
    /// It raised.
    Raised(Thrown),
    /// Something went wrong around it, and the session says so.
    Failed(Raised),
    /// Something went wrong around it, and nobody says so.
    Swallowed,
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is this one.
    pub(super) fn calling(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("call", [id, callable, rest @ ..]) => {
                let places = [rest.first(), rest.get(1)];
                let given = [places[0].or(call.keyword("args")), places[1].or(call.keyword("kwargs"))];
                self.call_in(call, id, callable, given.map(Option::<&Value>::cloned))
            }
            _ => return None,
        })
    }

    /// Rule `module.call`; `interp_call` in `_interpretersmodule.c`.
    fn call_in(&mut self, call: &Call, id: &Value, callable: &Value, given: [Option<Value>; 2]) -> Answer {
        self.rule(Rule::ModuleCall);
        let entry = self.resolve(Label::Call, id, call.flag("restrict"), true)?;
        if !like_3_14(self.edition) {
            return self.call_plainly(call, entry.id, callable, &given);
        }
        let packed = self.pack(callable, &given)?;
        if !self.layer.enter(entry.id)? {
            self.clear(&packed)?;
            return Err(Problem::AlreadyRunning.into());
        }
        let ended = self.being_in(entry.id, |player| player.call_there(call, &packed));
        let answer = ended.and_then(|ended| self.come_back(entry.id, ended));
        self.clear(&packed)?;
        answer
    }

    /// Up to 3.13: no arguments, and no result. Rule `module.call`.
    fn call_plainly(&mut self, call: &Call, id: i64, callable: &Value, given: &[Option<Value>; 2]) -> Answer {
        for (what, given) in ["args", "kwargs"].iter().zip(given) {
            if given.is_some() {
                return Err(Problem::Foreign { kind: "ValueError", text: format!("got unexpected {what}") }.into());
            }
        }
        let (function, expected) = running::CALL;
        let name = plain_code(function, expected, callable)?;
        self.enter(id)?;
        let ran = self.being_in(id, |player| player.run_named(call, &name, &Default::default()));
        self.layer.leave(id)?;
        self.wake(self.current)?;
        self.told(ran?)
    }

    /// A function crosses as a stateless one, anything else that can be called by pickle; what is said is said of the
    /// first. Arguments have every way across. Rule `module.call.pack`; `_interp_call_pack` in `_interpretersmodule.c`.
    fn pack(&mut self, callable: &Value, given: &[Option<Value>; 2]) -> Result<Packed, Stop> {
        self.rule(Rule::ModuleCallPack);
        if !is_callable(callable) {
            let text = format!("expected a callable, got {}", self.repr_of(callable)?);
            return Err(Problem::Arguments { text }.into());
        }
        let arrival = match self.ship(callable, "func") {
            Some(Ok(arrival)) => Ok(arrival),
            Some(Err(first)) => self.ship(callable, "pickle").and_then(Result::ok).ok_or(first),
            None => Err(Stop::NotModelled("a way across".to_owned())),
        }?;
        let func = self.capsule_of(arrival, None)?;
        let mut packed = Packed { func: self.hold_capsule(func), args: None, kwargs: None };
        let filled = self.pack_arguments(&mut packed, given);
        if filled.is_err() {
            self.clear(&packed)?;
        }
        filled.map(|()| packed)
    }

    fn pack_arguments(&mut self, packed: &mut Packed, given: &[Option<Value>; 2]) -> Result<(), Stop> {
        let given = given.each_ref().map(|given| given.as_ref().filter(|given| !is_empty(given)));
        for (place, given) in [&mut packed.args, &mut packed.kwargs].into_iter().zip(given) {
            let Some(given) = given else { continue };
            let arrival = self.arrival(given, true)?;
            let capsule = self.capsule_of(arrival, None)?;
            *place = Some(self.hold_capsule(capsule));
        }
        Ok(())
    }

    fn hold_capsule(&mut self, capsule: super::conversion::Capsule) -> usize {
        self.capsules.push(capsule);
        self.capsules.len() - 1
    }

    /// The caller owns what it packed, and clears it itself. `_interp_call_clear` in `_interpretersmodule.c`.
    fn clear(&mut self, packed: &Packed) -> Result<(), Stop> {
        for capsule in packed.capsules() {
            self.give_up(capsule, Parting::Free)?;
        }
        Ok(())
    }

    /// Unpacks, calls, and preserves what comes of it. `_make_call` in `_interpretersmodule.c`, `_PyXI_Exit` in
    /// `crossinterp.c` up to the switch.
    fn call_there(&mut self, call: &Call, packed: &Packed) -> Result<Ended, Stop> {
        let unpacked = match self.unpack(call, packed)? {
            Ok(unpacked) => unpacked,
            Err(ended) => return Ok(ended),
        };
        let ran = self.run_callable(call, &unpacked.func, &unpacked.args, &unpacked.kwargs)?;
        // Whoever runs code carries out what was pending.
        self.wake(self.current)?;
        match ran {
            Ok(result) => self.carry_out(&result),
            Err(thrown) => Ok(Ended::Raised(thrown)),
        }
    }

    /// Rule `module.call.unpack`; `_interp_call_unpack` in `_interpretersmodule.c`.
    fn unpack(&mut self, call: &Call, packed: &Packed) -> Result<Result<Unpacked, Ended>, Stop> {
        self.rule(Rule::ModuleCallUnpack);
        let mut unpacked = Unpacked { func: Value::None, args: Vec::new(), kwargs: Vec::new() };
        for (label, capsule) in [("func", Some(packed.func)), ("args", packed.args), ("kwargs", packed.kwargs)] {
            let Some(capsule) = capsule else { continue };
            match self.rebuild_there(call, capsule) {
                Ok(value) => unpacked.put(label, value),
                Err(Stop::Raised(raised)) => return Ok(Err(self.unpacking_failed(label, &raised))),
                Err(stop) => return Err(stop),
            }
        }
        Ok(Ok(unpacked))
    }

    /// A value that cannot be made again says which it was; any other error is lost, and with it the call.
    /// Rules `error.unwrap`, `module.call.unpack`; `unwrap_not_shareable` in `_interpretersmodule.c`.
    fn unpacking_failed(&self, label: &str, raised: &Raised) -> Ended {
        self.rule(Rule::ErrorUnwrap);
        let display = self.display_of(raised);
        if raised.problem.kind() == "NotShareableError" {
            let refused = Raised::from(Problem::Refused { text: format!("{label} not shareable") });
            return Ended::Failed(refused.caused_by(shown_as("Exception", display)));
        }
        if self.has_defect(Defect::UnpackSwallowed) {
            return Ended::Swallowed;
        }
        Ended::Failed(Raised::from(shown_as("InterpreterError", String::new())).during(in_target(display)))
    }

    /// Rule `module.call.result`: the result is converted with every way across, where it is.
    fn carry_out(&mut self, result: &Value) -> Result<Ended, Stop> {
        self.rule(Rule::ModuleCallResult);
        match self.arrival(result, true) {
            Ok(arrival) => {
                let capsule = self.capsule_of(arrival, None)?;
                Ok(Ended::Returned(self.hold_capsule(capsule)))
            }
            Err(Stop::Raised(raised)) => Ok(Ended::Failed(self.not_preserved(&raised))),
            Err(stop) => Err(stop),
        }
    }

    fn not_preserved(&self, raised: &Raised) -> Raised {
        let display = self.display_of(raised);
        if raised.problem.kind() == "NotShareableError" {
            return Raised::from(not_shareable()).caused_by(shown_as("Exception", display));
        }
        Raised::from(preserve_failed()).during(in_target(display))
    }

    /// Leaves, and makes the result here. Rule `module.call.result`; `_PyXI_Exit` in `crossinterp.c`.
    fn come_back(&mut self, id: i64, ended: Ended) -> Answer {
        self.layer.leave(id)?;
        let pair = |result, snapshot| Ok(Value::Tuple(vec![result, snapshot]).into());
        match ended {
            Ended::Swallowed => pair(Value::None, Value::None),
            Ended::Failed(raised) => Err(raised.into()),
            Ended::Raised(thrown) => {
                let snapshot = match self.uncaught(&thrown.given())? {
                    Thing::Value(snapshot) => snapshot,
                    _ => Value::None,
                };
                pair(Value::None, snapshot)
            }
            Ended::Returned(capsule) => {
                let result = self.made_again(capsule);
                self.give_up(capsule, Parting::Item)?;
                self.wake(self.current)?;
                pair(result?, Value::None)
            }
        }
    }

    fn made_again(&mut self, capsule: usize) -> Result<Value, Stop> {
        let call = Call { thread: None, place: None, verb: "call".to_owned(), args: Vec::new(), kwargs: Vec::new() };
        match self.rebuild_there(&call, capsule) {
            Err(Stop::Raised(raised)) => Err(self.not_made_again(*raised).into()),
            other => other,
        }
    }

    /// What is pending when the session says so is in its way: it becomes its own context, or is lost.
    fn not_made_again(&self, raised: Raised) -> Raised {
        if !self.has_defect(Defect::PreserveClobbered) {
            return Raised::from(preserve_failed()).during(raised);
        }
        if raised.problem.kind() != "NotShareableError" {
            return preserve_failed().into();
        }
        if self.has_defect(Defect::SelfContext) {
            Raised::from(not_shareable()).during(Problem::Itself)
        } else {
            raised
        }
    }

    /// The object that a capsule stands for, made in the current interpreter, as far as it has what that takes.
    fn rebuild_there(&mut self, call: &Call, capsule: usize) -> Result<Value, Stop> {
        let payload = self.capsules[capsule].payload.ok_or_else(|| not_modelled(call))?;
        let content = self.capsules[capsule].content.clone().ok_or_else(|| not_modelled(call))?;
        self.layer.materialise(payload, self.current)?;
        self.lacks_for(&content).map_or(Ok(()), Err)?;
        match self.unreadable(&content) {
            Some(stop) => Err(stop),
            None => Ok(self.seen(&content)),
        }
    }

    /// Why a value cannot be made in the current interpreter: a function without a `__main__`, a view without its module.
    fn lacks_for(&self, value: &Value) -> Option<Stop> {
        let any = |values: &[Value]| values.iter().find_map(|value| self.lacks_for(value));
        match value {
            Value::Tuple(items) | Value::List(items) => any(items),
            Value::Dict(pairs) => pairs.iter().find_map(|(key, value)| any(&[key.clone(), value.clone()])),
            Value::Made(kind, args) => match kind.as_str() {
                "Function" => self.no_main.get(&self.current).map(|no_main| match no_main {
                    NoMain::Gone => problem("ModuleNotFoundError", "__main__ module not found"),
                    NoMain::NoModule => problem("ImportError", "invalid __main__ module"),
                }),
                "MemoryView" | "View" if self.without_module.contains(&self.current) => {
                    let text = "import of _interpreters halted; None in sys.modules";
                    Some(problem("ModuleNotFoundError", text))
                }
                _ => any(args),
            },
            _ => None,
        }
    }

    fn display_of(&self, raised: &Raised) -> String {
        Thrown::of(raised, self.edition).display().escaped()
    }
}

impl Unpacked {
    fn put(&mut self, label: &str, value: Value) {
        match (label, value) {
            ("args", Value::Tuple(items)) => self.args = items,
            ("args", Value::Made(_, mut inner)) => {
                if let Some(Value::Tuple(items)) = inner.pop() {
                    self.args = items;
                }
            }
            ("kwargs", Value::Dict(pairs)) => self.kwargs = pairs,
            ("kwargs", Value::Made(_, mut inner)) => {
                if let Some(Value::Dict(pairs)) = inner.pop() {
                    self.kwargs = pairs;
                }
            }
            (_, value) => self.func = value,
        }
    }
}

/// Whether there is nothing in it.
fn is_empty(given: &Value) -> bool {
    match given {
        Value::None => true,
        Value::Tuple(items) => items.is_empty(),
        Value::Dict(pairs) => pairs.is_empty(),
        Value::Made(kind, inner) if kind == "TupleSubclass" || kind == "DictSubclass" => {
            inner.first().is_none_or(is_empty)
        }
        _ => false,
    }
}

/// `callable(value)`.
fn is_callable(value: &Value) -> bool {
    let type_name = value.type_of();
    match value {
        Value::Made(kind, _) => {
            matches!(kind.as_str(), "Function" | "Method" | "Partial" | "Bound" | "Reduced")
                || matches!(type_name.name(), "type" | "EnumType" | "function" | "builtin_function_or_method")
        }
        _ => false,
    }
}

fn not_shareable() -> Problem {
    Problem::Refused { text: "object does not support cross-interpreter data".to_owned() }
}

fn preserve_failed() -> Problem {
    shown_as("InterpreterError", "failed to preserve objects across session".to_owned())
}

fn in_target(display: String) -> Problem {
    shown_as("InterpreterError", display)
}

fn shown_as(kind: &'static str, text: String) -> Problem {
    Problem::Foreign { kind, text }
}

fn problem(kind: &'static str, text: &str) -> Stop {
    Problem::Foreign { kind, text: text.to_owned() }.into()
}
