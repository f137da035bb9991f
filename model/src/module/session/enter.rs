//! Entering: convert, switch, claim, find the namespace, apply; and what is undone when one of these fails.

use super::Session;
use super::pending::given_of;
use super::plan::Plan;
use super::told::Told;
use crate::defect::Defect;
use crate::error::{Applied, Caught, ErrorCode, Failure, Link, Record, Taken};
use crate::module::Value;
use crate::module::error::Problem;
use crate::module::layer::Layer;
use crate::module::namespace::{Namespace, is_dict};
use crate::module::outcome::{Raised, Signal};
use crate::module::player::{Player, Stop};
use crate::module::surface::like_3_14;
use crate::rule::Rule;

/// Why an interpreter has no namespace to run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::module) enum NoMain {
    /// `__main__` was taken out of `sys.modules`.
    Gone,
    /// Something that is no module is there in its place.
    NoModule,
}

/// Why a session was not entered.
pub(in crate::module) enum Refused {
    /// Before the switch: an error of the caller's own, with the code that the result gets.
    Before { raised: Raised, code: ErrorCode },
    /// After it: an error that was captured in the target.
    After { code: ErrorCode, taken: Taken },
}

/// What an enter gives, unless it ends otherwise.
type Entered = Result<Result<Session, Refused>, Stop>;

impl<L: Layer> Player<L> {
    /// Rules `session.enter.convert`, `session.enter.failure`; `_PyXI_Enter` in `crossinterp.c`.
    pub(super) fn enter_session(&mut self, target: i64, updates: &Value) -> Entered {
        self.rule(Rule::SessionConvert);
        match self.convert_for_session(updates) {
            Ok(namespace) => self.enter_converted(target, namespace),
            Err(Stop::Raised(raised)) => Ok(Err(Refused::Before { code: code_before(&raised), raised: *raised })),
            Err(stop) => Err(stop),
        }
    }

    /// C takes what it is given for a dict.
    fn convert_for_session(&mut self, updates: &Value) -> Result<Option<Namespace>, Stop> {
        if !like_3_14(self.edition) {
            return self.namespace_from_dict(updates);
        }
        match updates {
            Value::None => Ok(None),
            updates if is_dict(updates) => self.converted_updates(updates),
            _ => Err(bad_call("SystemError").into()),
        }
    }

    /// Switches, claims main, finds its namespace and applies what was converted.
    /// Rules `session.where`, `session.enter.namespace`, `session.enter.apply`; `_enter_session`, `_PyXI_Enter` in
    /// `crossinterp.c`.
    pub(in crate::module) fn enter_converted(&mut self, target: i64, namespace: Option<Namespace>) -> Entered {
        self.rule(Rule::SessionWhere);
        if !self.layer.enter(target)? {
            return self.refused(target, namespace, ErrorCode::AlreadyRunning, &Problem::AlreadyRunning.into(), false);
        }
        let mut session = Session { target, caller: self.current, has_names: false, preserved: None };
        if namespace.is_some() || !like_3_14(self.edition) {
            self.rule(Rule::SessionNamespace);
            if let Err(raised) = self.find_names(&mut session) {
                return self.refused(target, namespace, ErrorCode::MainNamespaceFailure, &raised, true);
            }
        }
        let Some(namespace) = namespace else { return Ok(Ok(session)) };
        self.rule(Rule::SessionApply);
        match self.being_in(target, |player| player.apply_to_main(&namespace)) {
            Ok(()) => self.being_in(target, |player| player.give_back(namespace)).map(|()| Ok(session)),
            Err(Stop::Raised(raised)) => {
                self.refused(target, Some(namespace), ErrorCode::ApplyNamespaceFailure, &raised, true)
            }
            Err(stop) => Err(stop),
        }
    }

    /// The namespace of `__main__`, looked for once. Rule `session.main-namespace`; `_ensure_main_ns` in
    /// `crossinterp.c`.
    pub(super) fn find_names(&mut self, session: &mut Session) -> Result<(), Raised> {
        self.rule(Rule::SessionMainNamespace);
        if session.has_names {
            return Ok(());
        }
        match self.no_main.get(&session.target) {
            None => session.has_names = true,
            Some(NoMain::Gone) if like_3_14(self.edition) => {
                return Err(foreign("ModuleNotFoundError", "__main__ module not found"));
            }
            Some(NoMain::NoModule) if like_3_14(self.edition) => {
                return Err(foreign("ImportError", "invalid __main__ module"));
            }
            Some(NoMain::Gone) => return Err(foreign("KeyError", "'__main__'")),
            Some(NoMain::NoModule) => return Err(bad_call("SystemError")),
        }
        Ok(())
    }

    /// The error is captured where it is, and everything is undone. Rule `session.enter.failure`.
    fn refused(
        &mut self,
        target: i64,
        namespace: Option<Namespace>,
        code: ErrorCode,
        raised: &Raised,
        claimed: bool,
    ) -> Entered {
        self.rule(Rule::SessionEnterFailure);
        let given = given_of(raised, self.edition);
        let number = code.number(self.edition).unwrap_or_default();
        let failure = Failure { code: number, text: None };
        let taken = self.following(|following| Record::capture(following, Some(&given), Some(failure)));
        if claimed {
            self.layer.leave(target)?;
        }
        namespace.map_or(Ok(()), |namespace| self.give_back(namespace))?;
        Ok(Err(Refused::After { code, taken }))
    }

    /// What the caller of the C function sees. Rule `session.enter.code`.
    pub(super) fn tell_refused(&mut self, plan: &Plan, refused: Refused, told: &mut Told) -> Result<(), Stop> {
        told.returned = -1;
        self.rule(Rule::SessionEnterCode);
        let newer = like_3_14(self.edition);
        match refused {
            Refused::Before { raised, .. } if !newer => told.direct = Some(self.caught(&raised)),
            Refused::Before { raised, code } => {
                told.raised = Some(self.caught(&raised));
                told.errcode = Some(if plan.wants_result { self.number(code) } else { 0 });
            }
            Refused::After { code, taken } => {
                let stored = !newer || plan.wants_result && !self.has_defect(Defect::CodeNotStored);
                told.errcode = Some(if stored { self.number(code) } else { 0 });
                let applied = self.applied(&taken, plan.target)?;
                told.apply(applied);
            }
        }
        Ok(())
    }

    /// What the operations of the module show of it. Nothing in Python sees the code.
    pub(in crate::module) fn refusal(&mut self, target: i64, refused: Refused) -> Stop {
        match refused {
            Refused::Before { raised, .. } => raised.into(),
            Refused::After { taken, .. } => self.stop_for(&taken, target),
        }
    }

    /// Whoever runs code in a session needs its names. Rule `session.main-namespace`; `_run_in_interpreter` in
    /// `_interpretersmodule.c`.
    pub(in crate::module) fn missing_names(&mut self, session: &mut Session) -> Option<Stop> {
        let raised = self.find_names(session).err()?;
        let given = given_of(&raised, self.edition);
        let failure = Failure { code: self.number(ErrorCode::MainNamespaceFailure), text: None };
        let taken = self.following(|following| Record::capture(following, Some(&given), Some(failure)));
        Some(self.stop_for(&taken, session.target))
    }

    fn stop_for(&mut self, taken: &Taken, target: i64) -> Stop {
        match self.applied(taken, target) {
            Ok(Applied::Raised(caught)) => raised_as(&caught).into(),
            Ok(_) => Stop::NotModelled("a failure without an exception".to_owned()),
            Err(stop) => stop,
        }
    }

    /// Applies what was captured, in the interpreter that is current now.
    pub(super) fn applied(&mut self, taken: &Taken, target: i64) -> Result<Applied, Stop> {
        let runs_main = self.layer.find(target).is_some_and(|entry| entry.id == 0 || entry.running);
        let applied = match taken {
            Taken::Record(record) => self.following(|following| record.apply(following, runs_main)),
            Taken::Nothing | Taken::Forgotten { .. } => Applied::Nothing,
            Taken::Crashed => Applied::Crashed,
        };
        if applied == Applied::Crashed { Err(Stop::Crash(Signal::Segfault)) } else { Ok(applied) }
    }

    pub(super) fn number(&self, code: ErrorCode) -> i32 {
        code.number(self.edition).unwrap_or_default()
    }
}

/// Names have a code of their own, values that of their error. Rule `session.enter.convert`.
fn code_before(raised: &Raised) -> ErrorCode {
    match &raised.problem {
        Problem::Namespace(_) => ErrorCode::ApplyNamespaceFailure,
        problem if problem.kind() == "NotShareableError" => ErrorCode::NotShareable,
        problem if problem.kind() == "SystemError" => ErrorCode::ApplyNamespaceFailure,
        _ => ErrorCode::UncaughtException,
    }
}

/// What a caller catches, as the operations raise it.
fn raised_as(caught: &Caught) -> Raised {
    let linked = |link: &Link| match link {
        Link::To(other) => Some(raised_as(other)),
        Link::Itself => None,
    };
    let problem = Problem::InTheWay { kind: caught.kind.clone(), text: caught.text.escaped() };
    let link = |link: &Option<Link>| link.as_ref().and_then(linked).map(Box::new);
    Raised { problem, cause: link(&caught.cause), context: link(&caught.context) }
}

pub(super) fn foreign(kind: &'static str, text: &str) -> Raised {
    Problem::Foreign { kind, text: text.to_owned() }.into()
}

/// What C says of an argument that it checks and nobody else did; where, a driver leaves out.
fn bad_call(kind: &'static str) -> Raised {
    foreign(kind, "FILE:LINE: bad argument to internal function")
}
