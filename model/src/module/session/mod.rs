//! Sessions as C code has them: entered, used and left in one call, with everything that there is to see of it.
//!
//! The same machine carries the operations of the module that enter an interpreter. What an error becomes on its way is
//! for [`crate::error`], what a namespace does for `namespace`; here is the order of it all.

mod body;
mod codes;
mod enter;
mod exit;
mod number;
mod pending;
mod plan;
mod preserved;
mod told;

pub(super) use enter::NoMain;

use super::Value;
use super::call::Call;
use super::layer::Layer;
use super::namespace::Pairs;
use super::player::{Answer, Player, Stop, not_modelled};
use super::surface::like_3_14;
use crate::error::{Failure, Following};
use crate::excinfo::Given;
use crate::rule::Rule;
use plan::Plan;
use told::Told;

/// A session that was entered: `_PyXI_session` in `pycore_crossinterp.h`.
pub(super) struct Session {
    /// The interpreter that was entered.
    target: i64,
    /// The interpreter that is returned to.
    caller: i64,
    /// Whether the namespace of `__main__` was found.
    has_names: bool,
    /// What is to be carried out, once there is anything.
    preserved: Option<Pairs>,
}

impl Session {
    /// Whether another interpreter is current during it. Rule `session.where`.
    fn switched(&self) -> bool {
        self.target != self.caller
    }
}

/// What is pending when a session is left, and the code for it.
struct Left {
    exception: Option<Given>,
    failure: Option<Failure>,
}

impl<L: Layer> Player<L> {
    /// The operation of that name, if it is one of these.
    pub(super) fn session(&mut self, call: &Call, args: &[Value]) -> Option<Answer> {
        Some(match (call.verb.as_str(), args) {
            ("session", _) => self.planned(call, args).and_then(|plan| self.whole_session(&plan)),
            ("session_same", _) => self.same_session(call, args),
            ("session_inactive", [what]) => self.use_inactive(what),
            ("apply_error", [code, error @ ..]) => self.apply_number(call, code, error.first()),
            ("failure", _) => self.try_failure(call, args),
            _ => return None,
        })
    }

    /// Code of the interpreter enters the interpreter, by a thread that does not run main there.
    fn same_session(&mut self, call: &Call, args: &[Value]) -> Answer {
        let plan = self.planned(call, args)?;
        self.import_module(plan.target);
        self.being_in(plan.target, |player| player.whole_session(&plan))
    }

    /// All of it. Rules `session.fields`, `session.body`, `session.exit.result`.
    fn whole_session(&mut self, plan: &Plan) -> Answer {
        self.rule(Rule::SessionFields);
        self.prepare(plan)?;
        let mut told = Told::new(self.edition);
        if let Some(session) = self.entered(plan, &mut told)? {
            self.conduct(plan, session, &mut told)?;
        }
        self.finish(plan, &mut told);
        if plan.target != self.current {
            self.wake(self.current)?;
        }
        Ok(told.value().into())
    }

    /// What is done with a result in the end. Rules `session.get-preserved`, `session.result.clear`; `_PyXI_GetPreserved`,
    /// `_PyXI_ClearResult` in `crossinterp.c`.
    fn finish(&mut self, plan: &Plan, told: &mut Told) {
        if plan.ask.is_some() {
            self.rule(Rule::SessionGetPreserved);
        }
        if plan.clears {
            self.rule(Rule::SessionClearResult);
        }
        told.finish(plan);
    }

    /// Objects are made in the target by code of the driver, which has to be there.
    fn prepare(&mut self, plan: &Plan) -> Result<(), Stop> {
        if plan.preserve.is_empty() || plan.target == self.current {
            return Ok(());
        }
        self.enter(plan.target)?;
        self.being_in(plan.target, |player| player.wake(plan.target))?;
        self.import_module(plan.target);
        Ok(self.layer.leave(plan.target)?)
    }

    fn entered(&mut self, plan: &Plan, told: &mut Told) -> Result<Option<Session>, Stop> {
        match self.enter_session(plan.target, &plan.updates)? {
            Ok(session) => Ok(Some(session)),
            Err(refused) => self.tell_refused(plan, refused, told).map(|()| None),
        }
    }

    fn conduct(&mut self, plan: &Plan, mut session: Session, told: &mut Told) -> Result<(), Stop> {
        told.enter(session.switched());
        self.rule(Rule::SessionBody);
        let mut left = self.being_in(session.target, |player| player.use_session(plan, &mut session, told))?;
        if let Some(given) = &plan.given {
            left.failure = Some(given.clone());
        }
        if like_3_14(self.edition) {
            self.leave_session(plan, session, left, told)
        } else {
            self.leave_and_apply(session, left, told)
        }
    }

    /// Asks the engine of codes, and remembers what it exercised.
    fn following<T>(&mut self, work: impl FnOnce(&mut Following) -> T) -> T {
        let mut following = Following::new(self.edition);
        let done = work(&mut following);
        following.rules().iter().for_each(|rule| self.rule(rule));
        done
    }

    fn planned(&self, call: &Call, args: &[Value]) -> Result<Plan, Stop> {
        let plan = Plan::read(call, args, self.edition).ok_or_else(|| not_modelled(call))?;
        if self.layer.find(plan.target).is_none() {
            // The C functions take a pointer: what a null one does is nobody's promise.
            return Err(Stop::NotModelled(format!("a session in interpreter {}, which is not there", plan.target)));
        }
        match plan.beyond_3_13() && !like_3_14(self.edition) {
            true => Err(Stop::NotModelled("_PyXI_Preserve is missing".to_owned())),
            false => Ok(plan),
        }
    }
}
