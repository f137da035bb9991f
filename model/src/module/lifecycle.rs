//! The operations on interpreters: create, find, list, run, destroy.
//!
//! Each is its argument checks in the order of the C code, and then one call of the layer. Configurations are in
//! `config`, id references in `references`.

use super::Value;
use super::call::Call;
use super::error::{Label, Problem, home_of_errors};
use super::layer::{Entry, Layer, Whence};
use super::outcome::Signal;
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::pytext;
use super::surface::like_3_14;
use crate::defect::Defect;
use crate::rule::Rule;

use crossinterp_objects::Int;

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn lifecycle(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("create", _) => self.create(call, args),
            ("create_as", [whence]) => self.create_as(whence),
            ("new_config", _) => self.new_config(call, args),
            ("get_config", [id]) => self.get_config(id, call.flag("restrict")),
            ("destroy", [id]) => self.destroy(id, call.flag("restrict")),
            ("whence", [id]) => self.whence(id),
            ("exists", [id]) => self.exists(id),
            ("lookup", [Value::Int(id)]) => self.find_exactly(call, id),
            ("next_id", []) => Ok(self.next_id().into()),
            ("get_main", []) => Ok(self.get_main().into()),
            ("get_current", []) => self.get_current(),
            ("list_all", []) => Ok(self.list_all(call.flag("require_ready")).into()),
            ("is_running", [id]) => self.is_running(id, call.flag("restrict")),
            ("id_of_nothing", []) => Err(Problem::NoInterpreter.into()),
            ("claim_running", [Value::Int(id)]) => self.claim_running(call, id),
            ("hold", [id]) => self.hold(id),
            ("let_go", [id]) => self.let_go(id),
            ("error_type", [Value::Str(name)]) => self.error_type(call, &name.escaped()),
            _ => return None,
        })
    }

    /// The number that an object stands for, as an id. Rule `interpreter.id.parse`.
    pub(super) fn id_of(&self, value: &Value) -> Result<i64, Stop> {
        self.rule(Rule::IdParse);
        let number = match value {
            Value::Int(number) => number.clone(),
            Value::Bool(flag) => Int::from(i64::from(*flag)),
            Value::Made(kind, args) if kind == "Indexable" || kind == "IntSubclass" => match args.as_slice() {
                [Value::Int(number)] => number.clone(),
                _ => return Err(Problem::IdNotInt { type_name: pytext::type_name(value) }.into()),
            },
            other => return Err(Problem::IdNotInt { type_name: pytext::type_name(other) }.into()),
        };
        let id = number.to_i64().ok_or_else(|| Stop::from(Problem::IdTooBig))?;
        if id < 0 {
            return Err(Problem::IdNegative { repr: id.to_string() }.into());
        }
        Ok(id)
    }

    pub(super) fn find(&self, id: i64) -> Result<Entry, Stop> {
        self.layer.find(id).ok_or_else(|| Problem::IdUnknown { id }.into())
    }

    pub(super) fn lookup(&self, id: &Value) -> Result<Entry, Stop> {
        self.find(self.id_of(id)?)
    }

    /// Lookup, then ready, then restrict. Rules `interpreter.resolve.ready`, `interpreter.resolve.restrict`.
    pub(super) fn resolve(&self, label: Label, id: &Value, restrict: bool, ready: bool) -> Result<Entry, Stop> {
        let entry = self.lookup(id)?;
        if ready && !entry.ready {
            return Err(Problem::NotReady { label, id: entry.id }.into());
        }
        if restrict {
            self.rule(Rule::ResolveRestrict);
        }
        if restrict && entry.whence != Whence::Stdlib {
            return Err(Problem::Unrecognized { label, id: entry.id }.into());
        }
        Ok(entry)
    }

    /// Rule `interpreter.whence`; `interp_whence` in `_interpretersmodule.c`.
    fn whence(&self, id: &Value) -> Answer {
        self.rule(Rule::Whence);
        self.lookup(id).map(|entry| Value::int(entry.whence as u8).into())
    }

    /// What was given out is used up, even by a creation that failed. Rule `interpreter.id.consumed`.
    fn next_id(&self) -> Value {
        self.rule(Rule::IdConsumed);
        Value::int(self.layer.next_id())
    }

    /// The C function takes a machine integer, whatever its sign.
    fn find_exactly(&self, call: &Call, id: &Int) -> Answer {
        let id = id.to_i64().ok_or_else(|| not_modelled(call))?;
        self.find(id).map(|_| Value::Bool(true).into())
    }

    fn create(&mut self, call: &Call, args: &[Value]) -> Answer {
        self.rule(Rule::CreateConfig);
        self.rule(Rule::RuntimeNewInterpreter);
        let legacy = self.check_config(args.first())?;
        let id = self.layer.create(Whence::Stdlib)?;
        if call.flag("reqrefs") {
            self.layer.set_linked(id, true);
        }
        if legacy {
            self.legacy.insert(id);
        }
        Ok(Value::int(id).into())
    }

    fn create_as(&mut self, whence: &Value) -> Answer {
        let whence = match whence.as_i64() {
            Some(0) => Whence::Unknown,
            Some(2) => Whence::LegacyCapi,
            Some(3) => Whence::Capi,
            Some(4) => Whence::CrossInterp,
            _ => return Err(Stop::NotModelled(format!("create_as({whence})"))),
        };
        let id = self.layer.create(whence)?;
        // The old interface asks for nothing, and gets what there was before anything could be asked for.
        if whence == Whence::LegacyCapi {
            self.legacy.insert(id);
        }
        Ok(Value::int(id).into())
    }

    /// Rules `interpreter.destroy.order`, `interpreter.destroy.current`, `interpreter.destroy.running`.
    fn destroy(&mut self, id: &Value, restrict: bool) -> Answer {
        self.rule(Rule::DestroyOrder);
        let entry = self.resolve(Label::Destroy, id, restrict, false)?;
        if !entry.ready {
            self.rule(Rule::EndNotReady);
        }
        if entry.id == self.current {
            return Err(Problem::DestroyCurrent.into());
        }
        if self.runs(entry) {
            return Err(Problem::DestroyRunning.into());
        }
        self.check_last_thread(entry.id)?;
        self.rule(Rule::RuntimeEndInterpreter);
        self.layer.end(entry.id, self.current)?;
        self.end_registry(entry.id);
        DONE
    }

    /// A thread that nobody waits for is still there. Rule `runtime.end-interpreter.lingering`; `Py_EndInterpreter` in
    /// `pylifecycle.c`.
    fn check_last_thread(&mut self, id: i64) -> Result<(), Stop> {
        if !self.lingering.remove(&id) {
            return Ok(());
        }
        self.rule(Rule::RuntimeLingering);
        if self.has_defect(Defect::LingeringThread) { Err(Stop::Crash(Signal::Abort)) } else { Ok(()) }
    }

    /// The main interpreter counts as running, whoever asks. Rule `interpreter.running.main-always`.
    fn runs(&self, entry: Entry) -> bool {
        if entry.id == 0 {
            self.rule(Rule::RunningMainAlways);
        }
        entry.id == 0 || entry.running
    }

    fn is_running(&self, id: &Value, restrict: bool) -> Answer {
        let entry = self.resolve(Label::IsRunning, id, restrict, true)?;
        Ok(Value::Bool(self.runs(entry)).into())
    }

    fn exists(&self, id: &Value) -> Answer {
        Ok(Value::Bool(self.layer.find(self.id_of(id)?).is_some()).into())
    }

    fn get_current(&mut self) -> Answer {
        self.begin_count(self.current);
        let entry = self.find(self.current)?;
        Ok(pair(entry.id, entry.whence).into())
    }

    fn get_main(&mut self) -> Value {
        self.begin_count(0);
        pair(0, Whence::Runtime)
    }

    /// Up to 3.13.0 the count of main begins below the floor, and is put there when its id is first made an object.
    /// `_PyInterpreterState_GetIDObject` in `pystate.c`.
    fn begin_count(&mut self, id: i64) {
        if !like_3_14(self.edition) {
            self.layer.begin_count(id);
        }
    }

    /// Ascending by id. Rule `interpreter.list.order`.
    fn list_all(&mut self, require_ready: bool) -> Value {
        self.rule(Rule::ListOrder);
        self.layer.ids().into_iter().for_each(|id| self.begin_count(id));
        let entries = self.layer.ids().into_iter().filter_map(|id| self.layer.find(id));
        let listed = entries.filter(|entry| entry.ready || !require_ready);
        Value::List(listed.map(|entry| pair(entry.id, entry.whence)).collect())
    }

    /// "Already running" is asked before "wrong interpreter". Rule `interpreter.running.wrong-thread`.
    fn claim_running(&self, call: &Call, id: &Int) -> Answer {
        let entry = self.find(id.to_i64().ok_or_else(|| not_modelled(call))?)?;
        self.rule(Rule::RunningWrongThread);
        let problem = if entry.running { Problem::AlreadyRunning } else { Problem::WrongThread };
        Err(problem.into())
    }

    fn hold(&mut self, id: &Value) -> Answer {
        let id = self.id_of(id)?;
        self.enter(id)?;
        self.held.insert(id);
        self.import_module(id);
        DONE
    }

    fn let_go(&mut self, id: &Value) -> Answer {
        let id = self.id_of(id)?;
        if self.stranded.contains(&id) {
            return Err(Stop::Hang);
        }
        self.held.remove(&id);
        self.layer.leave(id)?;
        DONE
    }

    /// Where the type lives and what it derives from. Rule `interpreter.error-types`.
    fn error_type(&self, call: &Call, name: &str) -> Answer {
        self.rule(Rule::ErrorTypes);
        let base = match name {
            "InterpreterError" => "Exception",
            "InterpreterNotFoundError" => "InterpreterError",
            "NotShareableError" if like_3_14(self.edition) => "TypeError",
            "NotShareableError" => "ValueError",
            _ => return Err(not_modelled(call)),
        };
        let full = format!("{}.{name}", home_of_errors(self.edition));
        Ok(Value::Tuple(vec![Value::text(&full), Value::text(base)]).into())
    }
}

fn pair(id: i64, whence: Whence) -> Value {
    Value::Tuple(vec![Value::int(id), Value::int(whence as u8)])
}
