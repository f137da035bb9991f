//! Leaving: what is pending is captured, values are converted, everything is undone, values are restored, the error is applied.

use super::pending;
use super::plan::Plan;
use super::preserved::Carried;
use super::told::Told;
use super::{Left, Session};
use crate::defect::Defect;
use crate::error::{Applied, ErrorCode, Failure, Record, Taken};
use crate::excinfo::Given;
use crate::module::Value;
use crate::module::layer::Layer;
use crate::module::outcome::Raised;
use crate::module::player::{Player, Stop};
use crate::rule::Rule;

/// What is said on stderr of an error that nobody is told.
const UNTOLD: &str = "Exception ignored while capturing preserved objects:\n";

impl<L: Layer> Player<L> {
    /// As 3.13 has it: capture and undo; applying is a call of its own.
    /// Rules `session.exit.capture`, `session.exit.undo`, `session.apply-captured`; `_PyXI_Exit`,
    /// `_PyXI_ApplyCapturedException` in `crossinterp.c`.
    pub(super) fn leave_and_apply(&mut self, session: Session, left: Left, told: &mut Told) -> Result<(), Stop> {
        told.left = left.exception.is_none() && left.failure.is_some();
        let taken = self.written_down(left.exception.as_ref(), left.failure);
        self.undo(&session)?;
        self.rule(Rule::SessionApplyCaptured);
        match &taken {
            Taken::Forgotten { printed } => told.printed.clone_from(printed),
            Taken::Record(record) => {
                let uncaught = self.number(ErrorCode::UncaughtException);
                told.errcode = Some(record.number().unwrap_or(uncaught));
                let applied = self.applied(&taken, session.target)?;
                told.apply(applied);
            }
            Taken::Nothing | Taken::Crashed => {}
        }
        Ok(())
    }

    /// As 3.14 has it. Rules `session.exit.order`, `session.exit.result`; `_PyXI_Exit` in `crossinterp.c`.
    pub(super) fn leave_session(
        &mut self,
        plan: &Plan,
        mut session: Session,
        left: Left,
        told: &mut Told,
    ) -> Result<(), Stop> {
        self.rule(Rule::SessionExitOrder);
        let mut taken = self.written_down(left.exception.as_ref(), left.failure);
        let carried = self.being_in(session.target, |player| player.pop_preserved(plan, &mut session))?;
        let carried = carried.unwrap_or_else(|raised| {
            self.tell_or_print(&mut taken, &raised, told);
            Carried::Nothing
        });
        self.undo(&session)?;
        match self.finish_preserved(carried)? {
            Ok(preserved) => told.preserved = preserved,
            Err(raised) => return self.not_restored(plan, &session, taken, &raised, told),
        }
        self.tell(plan, &session, &taken, told)
    }

    fn written_down(&mut self, exception: Option<&Given>, failure: Option<Failure>) -> Taken {
        self.following(|following| Record::capture(following, exception, failure))
    }

    /// Rules `session.exit.undo`, `session.nested`; `_exit_session` in `crossinterp.c`.
    fn undo(&mut self, session: &Session) -> Result<(), Stop> {
        self.rule(Rule::SessionUndo);
        if session.caller != 0 {
            self.rule(Rule::SessionNested);
        }
        Ok(self.layer.leave(session.target)?)
    }

    /// Values that cannot be carried out are told of if nothing else is. Rules `session.preserve.failure`,
    /// `error.override.precedence`.
    fn tell_or_print(&mut self, taken: &mut Taken, raised: &Raised, told: &mut Told) {
        self.rule(Rule::SessionPreserveFailure);
        let given = pending::of_an_object(raised, self.edition);
        if *taken == Taken::Nothing {
            let shareable = raised.problem.kind() != "NotShareableError";
            let code = if shareable { ErrorCode::PreserveFailure } else { ErrorCode::NotShareable };
            let failure = Failure { code: self.number(code), text: None };
            *taken = self.written_down(Some(&given), Some(failure));
        } else {
            told.printed = format!("{UNTOLD}{}", pending::unraisable(raised, self.edition, false));
        }
    }

    /// The error that restoring raised is still pending while another is raised for it. In the safe reading it is the
    /// context. Rules `session.preserve.restore`, `error.apply.acyclic`.
    fn not_restored(
        &mut self,
        plan: &Plan,
        session: &Session,
        taken: Taken,
        raised: &Raised,
        told: &mut Told,
    ) -> Result<(), Stop> {
        self.rule(Rule::SessionPreserveFailure);
        if taken != Taken::Nothing {
            told.printed = format!("{UNTOLD}{}", pending::unraisable(raised, self.edition, true));
            return self.tell(plan, session, &taken, told);
        }
        let clobbers = self.has_defect(Defect::PreserveClobbered) && raised.problem.kind() == "NotShareableError";
        let code = if clobbers { ErrorCode::NotShareable } else { ErrorCode::PreserveFailure };
        told.returned = -1;
        told.errcode = Some(self.number(code));
        let applied = self.following(|following| {
            let applied = Record::of_code(following, code).apply(following, false);
            if clobbers { applied.while_pending(following) } else { applied }
        });
        told.apply(self.with_reason(applied, raised));
        Ok(())
    }

    /// Rule `session.preserve.failure`.
    fn with_reason(&self, applied: Applied, reason: &Raised) -> Applied {
        match applied {
            Applied::Raised(error) if !self.has_defect(Defect::PreserveClobbered) => {
                Applied::Raised(Box::new(error.during(self.caught(reason))))
            }
            other => other,
        }
    }

    /// Stores the result and applies the error. Rules `session.exit.result`, `session.preserve.survives`,
    /// `session.preserve.no-result`.
    fn tell(&mut self, plan: &Plan, session: &Session, taken: &Taken, told: &mut Told) -> Result<(), Stop> {
        self.rule(Rule::SessionResult);
        let Taken::Record(record) = taken else { return Ok(()) };
        if told.preserved.is_some() {
            self.rule(Rule::SessionPreserveSurvives);
        }
        told.returned = -1;
        if record.is_lost() {
            // Everything is cleared for a number that says so.
            told.preserved = None;
            told.errcode = Some(self.number(ErrorCode::ExceptionPropagationFailure));
        } else {
            told.errcode = Some(record.number().unwrap_or_default());
        }
        let applied = self.applied(taken, session.target)?;
        told.apply(applied);
        if !plan.wants_result {
            self.rule(Rule::SessionNoResult);
            (told.errcode, told.excinfo) = (Some(0), None);
        }
        Ok(())
    }

    /// An error of the model's own as the caller of C code catches it.
    pub(super) fn caught(&self, raised: &Raised) -> crate::error::Caught {
        let text = crossinterp_objects::Text::from_escaped(&raised.problem.text()).unwrap_or_default();
        let mut caught = crate::error::Caught { text, ..crate::error::Caught::new(raised.problem.kind(), "") };
        if let Some(cause) = &raised.cause {
            caught = caught.caused_by(self.caught(cause));
        }
        match &raised.context {
            Some(context) => caught.during(self.caught(context)),
            None => caught,
        }
    }

    /// A value as it is shown where it belongs.
    pub(super) fn shown_there(&self, value: &Value) -> Value {
        match value {
            Value::Made(kind, _) if kind == "Lock" => Value::Opaque("lock".to_owned()),
            other => self.seen(other),
        }
    }
}
