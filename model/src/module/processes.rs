//! Whole processes, from their start to their end: each verb is a process of its own, of which a scenario sees what its
//! last words were, and a thread that is left in an interpreter.
//!
//! What happens in them is `runtime`'s matter; here it gets its words.

use super::Value;
use super::call::Call;
use super::layer::Layer;
use super::outcome::Signal;
use super::player::{Answer, DONE, Player, Stop, not_modelled};
use super::surface::like_3_14;
use crate::rule::RuleSet;
use crate::runtime::{Asked, Failure, MAIN, Moment, Process, Setup, Stage, Status, Step, Told};

use crossinterp_objects::Int;

/// The warning of a process that ends with interpreters left.
const LEFT_OVER: &str = "<sys>:0: RuntimeWarning: remaining subinterpreters; close them with Interpreter.close()";

/// What may be asked for while an interpreter ends, by the word for it.
const ASKED: [(&str, Asked); 5] = [
    ("convert an int", Asked::ConvertInt),
    ("check an int", Asked::CheckInt),
    ("convert an object", Asked::ConvertOther),
    ("find a missing interpreter", Asked::FindMissing),
    ("create", Asked::Create),
];

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn processes(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        let asked = |text: &Value| ASKED.iter().find(|(word, _)| text.as_str() == Some(word)).map(|(_, asked)| *asked);
        Some(match (call.verb.as_str(), args) {
            ("process_end", [Value::Int(count)]) => self.process_end(call, count),
            ("process_order", [Value::Int(count)]) => self.process_order(call, count),
            ("forked", [Value::Int(count)]) => self.forked(call, count),
            ("ending", [text]) => asked(text).map_or_else(|| Err(not_modelled(call)), |asked| self.ending(asked)),
            ("main_ending", [text]) => {
                asked(text).map_or_else(|| Err(not_modelled(call)), |asked| self.main_ending(asked))
            }
            ("create_without_memory", [Value::Int(at)]) => self.create_without_memory(call, at),
            ("leave_thread", [id]) => self.leave_thread(id),
            _ => return None,
        })
    }

    fn setup(&self) -> Setup {
        Setup { edition: self.edition, defects: self.defects }
    }

    fn exercise(&self, rules: RuleSet) {
        rules.iter().for_each(|rule| self.rule(rule));
    }

    fn with_interpreters(&self, call: &Call, count: &Int) -> Result<Process, Stop> {
        let count = count.to_i64().filter(|count| (0..100).contains(count)).ok_or_else(|| not_modelled(call))?;
        let mut process = Process::started(self.setup());
        for _ in 0..count {
            process.create(None).map_err(|_| not_modelled(call))?;
        }
        Ok(process)
    }

    /// Exit code or signal, and last words, of a process that ends with interpreters left. Rule `runtime.end.left-over`.
    fn process_end(&self, call: &Call, count: &Int) -> Answer {
        let mut process = self.with_interpreters(call, count)?;
        let words = if *count > 0 && like_3_14(self.edition) { LEFT_OVER } else { "" };
        let end = process.finish(None, &mut Vec::new());
        self.exercise(process.rules());
        let code = end.map_or_else(|failure| self.last_word(failure), |()| Value::int(0));
        Ok(Value::Tuple(vec![code, Value::text(words)]).into())
    }

    /// Whose code runs at which stage while a process ends. Rule `runtime.end.order`.
    fn process_order(&self, call: &Call, count: &Int) -> Answer {
        let mut process = self.with_interpreters(call, count)?;
        let mut heard = Vec::new();
        let end = process.finish(None, &mut heard);
        self.exercise(process.rules());
        let told = heard.iter().filter(|moment| moment.stage != Stage::Threads).map(|moment| {
            let who = if moment.id == MAIN { "main".to_owned() } else { format!("{}", moment.id) };
            Value::text(&format!("{who} {}", moment.stage.heard_as().unwrap_or_default()))
        });
        Ok(Value::List(told.chain(end.err().map(|failure| self.last_word(failure))).collect()).into())
    }

    /// What code of an interpreter is told at each stage of its end. Rules `runtime.end.order`, `registry.end.late`.
    fn ending(&self, asked: Asked) -> Answer {
        let mut process = Process::started(self.setup());
        let id = process.create(None).map_err(|failure| Stop::NotModelled(format!("{failure:?}")))?;
        let mut heard = Vec::new();
        let end = process.end(id, Some(asked), &mut heard);
        self.exercise(process.rules());
        Ok(self.heard(&heard, end.err()).into())
    }

    /// The same at the end of the process, for main.
    fn main_ending(&self, asked: Asked) -> Answer {
        let mut process = Process::started(self.setup());
        let mut heard = Vec::new();
        let end = process.finish(Some(asked), &mut heard);
        self.exercise(process.rules());
        heard.retain(|moment| moment.id == MAIN);
        Ok(self.heard(&heard, end.err()).into())
    }

    fn heard(&self, heard: &[Moment], end: Option<Failure>) -> Value {
        let moment = |moment: &Moment| {
            let stage = Value::text(moment.stage.heard_as().unwrap_or_default());
            Value::Tuple(vec![stage, moment.told.map_or(Value::None, shown)])
        };
        Value::List(heard.iter().map(moment).chain(end.map(|failure| self.last_word(failure))).collect())
    }

    /// The list of a forked child, or what it dies of. Rule `runtime.fork`.
    fn forked(&self, call: &Call, count: &Int) -> Answer {
        let process = self.with_interpreters(call, count)?;
        Ok(match process.fork() {
            Ok(child) => {
                self.exercise(child.rules());
                Value::List(child.listed().into_iter().map(Value::int).collect()).into()
            }
            Err(failure) => self.last_word(failure).into(),
        })
    }

    /// The chain of types that a creation raises when its first or its second allocation fails, and how many ids it
    /// used up. Rules `runtime.new-interpreter.failure`, `runtime.start.failure`.
    fn create_without_memory(&self, call: &Call, at: &Int) -> Answer {
        let step = match at.to_i64() {
            Some(0) => Step::Structure,
            Some(1) => Step::Config,
            _ => return Err(not_modelled(call)),
        };
        let mut process = Process::started(self.setup());
        let next = process.next_id();
        let failure = process.create(Some(step)).err().ok_or_else(|| not_modelled(call))?;
        self.exercise(process.rules());
        let used = Value::int(process.next_id() - next);
        Ok(match failure {
            Failure::Raised(status) => {
                let chain = ["InterpreterError", "InterpreterError", kind_of(status)].map(Value::text);
                Value::Tuple(vec![Value::List(chain.into()), used]).into()
            }
            failure => self.last_word(failure).into(),
        })
    }

    fn leave_thread(&mut self, id: &Value) -> Answer {
        let entry = self.lookup(id)?;
        self.lingering.insert(entry.id);
        DONE
    }

    fn last_word(&self, failure: Failure) -> Value {
        Value::text(match failure {
            Failure::Exit(_) => "exit 1",
            Failure::Crash(Signal::Abort) => "SIGABRT",
            Failure::Crash(Signal::Segfault) => "SIGSEGV",
            Failure::Raised(_) => "raised",
        })
    }
}

/// A status as an exception: `_PyErr_SetFromPyStatus` in `pyerrors.h`.
fn kind_of(status: Status) -> &'static str {
    match status {
        Status::NoMemory { .. } => "MemoryError",
        Status::Error { .. } => "RuntimeError",
    }
}

fn shown(told: Told) -> Value {
    Value::text(match told {
        Told::Done => return Value::None,
        Told::Answer(answer) => return Value::Bool(answer),
        Told::Refused => "NotShareableError",
        Told::RefusedByStandIn => "TypeError",
        Told::NotFound => "InterpreterNotFoundError",
        Told::NotCreated => "InterpreterError",
    })
}
