//! Whole sessions, step by step, and what they come to: entered, used, left.
//!
//! It sits on top of the implementation's sessions. What a caller sees of a failure, `failures` knows.

use crossinterp::{
    ApplyError, ErrorCode, ExitError, Failure, FillError, Interpreter, PreserveError, Preserved, Reason, Session,
    SessionError, Stop as BodyStop,
};
use crossinterp_objects::{Text, Value};

use super::failures::{Seen, of_code, of_unknown_code, seen};
use super::told::{Code, Told, displayed};
use super::updates::Updates;
use super::{ids, running};
use crate::driver::{Here, settle};
use crate::host::{Keeper, Refusal, carried, refused, refused_arrival, uncarried};
use crate::outcome::{Answer, Stop};
use crate::places::not_entered;
use crate::python::{Program, STRING_FILE, Thrown, bounded};
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("session", [id, ..]) => {
            ids::find(here, id).map_err(Into::into).and_then(|target| session(here, &target, request))
        }
        ("session_same", [id, ..]) => session_same(here, id, request),
        // A session of this implementation is one that was entered: there is no other to ask.
        ("session_inactive", [_]) => Ok(inactive()),
        ("failure", args) => failure(args),
        _ => return None,
    })
}

/// What is to be done in a session.
struct Plan {
    updates: Updates,
    body: Option<Program>,
    preserve: Vec<(Value, Value)>,
    late: Option<Program>,
    given_code: Option<Code>,
    message: Option<String>,
    wants_result: bool,
    ask: Option<String>,
    clears: bool,
}

impl Plan {
    fn of(request: &Request, updates: Updates) -> Result<Plan, Stop> {
        let given = |name| request.keyword(name).filter(|value| **value != Value::None);
        let program = |script: Option<&Value>| script.map(program).transpose();
        let preserve = match given("preserve") {
            Some(Value::Dict(pairs)) => pairs.clone(),
            _ => Vec::new(),
        };
        let text = |name| given(name).and_then(Value::as_str).map(str::to_owned);
        let given_code =
            given("override").map(|code| Code::of(code).ok_or_else(|| Stop::Missing(format!("the code {code}"))));
        Ok(Plan {
            updates,
            body: program(request.args.get(2).filter(|script| **script != Value::None))?,
            preserve,
            late: program(given("late"))?,
            given_code: given_code.transpose()?,
            message: text("message"),
            wants_result: request.keyword("result") != Some(&Value::Bool(false)),
            ask: text("ask"),
            clears: request.keyword("clear") == Some(&Value::Bool(true)),
        })
    }

    /// Without anything to do the main namespace is not asked for.
    fn does_nothing(&self) -> bool {
        self.body.is_none() && self.preserve.is_empty() && self.late.is_none()
    }
}

/// C code reads its programs inside: what is none would raise there, which nothing here does.
fn program(script: &Value) -> Result<Program, Stop> {
    Program::of(script, STRING_FILE).map_err(|stop| match stop {
        Stop::Raised(raised) => Stop::Missing(format!("a program that is none: {}", raised.message().escaped())),
        missing => missing,
    })
}

/// Codes of what went wrong within a session, before its end.
#[derive(Default)]
struct Within {
    main: Option<ErrorCode>,
    preserve: Option<ErrorCode>,
}

fn session(here: Here<'_>, target: &Interpreter<Keeper>, request: &Request) -> Answer {
    let updates = match Updates::of(here, request.args.get(1).unwrap_or(&Value::None)) {
        // What they cannot be made of is told before anybody is entered.
        Err(Stop::Raised(raised)) => return Ok(not_begun(request, &raised)),
        other => other?,
    };
    let plan = Plan::of(request, updates)?;
    let mut session = match Session::enter(here.current, target, &plan.updates.pairs) {
        Err(error) => return Ok(refused_at_enter(here, &plan, &error)),
        Ok(session) => session,
    };
    let is_switched = session.id() != here.current.id();
    let inside = [("switched", is_switched), ("running", target.is_running())];
    let mut within = Within::default();
    let ran = session.run(|session| overridden(&plan, conduct(here, session, &plan, &mut within)));
    let left = session.exit();
    assert!(ran.is_ok() || left.is_err(), "a body that failed is told at the exit");
    let mut told = Told::default();
    let printed = tell_outcome(here, &plan, left, &mut told);
    tell_rest(&plan, &within, &inside, &mut told);
    told.tell_some("left", target.is_running().then(|| Value::Tuple(vec![Value::text("running")])));
    tell_cleared(&plan, &mut told);
    told.tell_some("printed", printed.map(|text| Value::text(&text)));
    Ok(told.to_value())
}

/// Names that are none are found before a session begins.
fn not_begun(request: &Request, raised: &Raised) -> Value {
    let wants_result = request.keyword("result") != Some(&Value::Bool(false));
    let code = if wants_result { ErrorCode::ApplyNamespaceFailure } else { ErrorCode::NoError };
    let mut told = at_enter(code);
    told.tell("raised", raised.caught());
    told.to_value()
}

fn at_enter(code: ErrorCode) -> Told {
    let mut told = Told::default();
    told.tell("at", Value::text("enter"));
    told.tell("returned", Value::int(-1));
    told.tell("errcode", Code::Known(code).to_value());
    told
}

fn refused_at_enter(here: Here<'_>, plan: &Plan, error: &SessionError<Refusal>) -> Value {
    let mut told = at_enter(if plan.wants_result { error.code() } else { ErrorCode::NoError });
    match seen(here, error, &plan.updates) {
        Seen::Snapshot(snapshot) => told.tell("excinfo", snapshot),
        Seen::Raised(raised) => told.tell("raised", raised.caught()),
    }
    told.to_value()
}

/// The body, the values that are to survive, and what comes after them.
fn conduct(
    here: Here<'_>,
    session: &Session<'_, Keeper>,
    plan: &Plan,
    within: &mut Within,
) -> Result<(), BodyStop<Box<Thrown>>> {
    if plan.does_nothing() {
        return Ok(());
    }
    if let Err(stop) = session.main() {
        within.main = Some(stop.code());
        return Err(stop);
    }
    if let Some(body) = &plan.body {
        running::run(here, session, body)?;
    }
    if let Err(stop) = plan.preserve.iter().try_for_each(|(name, value)| preserve(session, plan, name, value)) {
        within.preserve = Some(stop.code());
        return Err(stop);
    }
    plan.late.as_ref().map_or(Ok(()), |late| running::run(here, session, late))
}

/// A name is a text, or bytes that are to be one. Where nobody wants the result there is nothing to keep.
fn preserve(
    session: &Session<'_, Keeper>,
    plan: &Plan,
    name: &Value,
    value: &Value,
) -> Result<(), BodyStop<Box<Thrown>>> {
    let text = match name {
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err(no_name()),
        },
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    if plan.wants_result { session.preserve(&text, carried(value.clone())) } else { Ok(()) }
}

fn no_name() -> BodyStop<Box<Thrown>> {
    let mut thrown = Thrown::new("RuntimeError", "failed to preserve object");
    let cause = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte";
    thrown.cause = Some(Box::new(Thrown::new("UnicodeDecodeError", cause)));
    BodyStop::Failed { failure: Failure::new(ErrorCode::PreserveFailure), exception: Some(Box::new(thrown)) }
}

/// The code that somebody gives at the end goes before what happened; one that says nothing does not.
fn overridden(plan: &Plan, done: Result<(), BodyStop<Box<Thrown>>>) -> Result<(), BodyStop<Box<Thrown>>> {
    let Some(code) = plan.given_code else { return done };
    let exception = match done {
        Ok(()) if !code.overrides() => return Ok(()),
        Ok(()) => None,
        Err(BodyStop::Raised(thrown)) => Some(thrown),
        Err(BodyStop::Failed { exception, .. }) => exception,
    };
    let failure = match &plan.message {
        None => Failure::new(code.nearest()),
        Some(text) => Failure::with_text(code.nearest(), text.clone()),
    };
    Err(BodyStop::Failed { failure, exception })
}

/// What the exit came to; what has to be printed comes back.
fn tell_outcome(
    here: Here<'_>,
    plan: &Plan,
    left: Result<Preserved<Keeper>, Box<ExitError<Keeper>>>,
    told: &mut Told,
) -> Option<String> {
    told.tell("at", Value::text("exit"));
    told.tell("returned", Value::int(if left.is_ok() { 0 } else { -1 }));
    let (error, preserved, lost) = match left {
        Ok(preserved) => (None, preserved, None),
        Err(exit) => (Some(exit.error), exit.preserved, exit.lost),
    };
    let snapshot = error.as_ref().is_some_and(|error| error.code() == ErrorCode::UncaughtException);
    let code = error.as_ref().filter(|_| !snapshot && plan.wants_result).map(|error| code_of(plan, error));
    told.tell("errcode", code.unwrap_or(Code::Known(ErrorCode::NoError)).to_value());
    if let Some(error) = &error {
        tell_error(here, plan, error, told);
    }
    let values: Vec<_> =
        preserved.names().filter_map(|name| Some((Value::text(name), uncarried(preserved.get(name)?)))).collect();
    let asked = plan.ask.as_ref().and_then(|name| preserved.get(name)).map(uncarried);
    told.tell_some("preserved", (!values.is_empty()).then_some(Value::Dict(values)));
    told.tell_some("asked", asked);
    lost.map(|lost| format!("Exception ignored while capturing preserved objects:\n{}", printed(here, plan, &lost)))
}

/// A number that is no code of the implementation's is the caller's own, and stays what it is.
fn code_of(plan: &Plan, error: &SessionError<Refusal>) -> Code {
    match (plan.given_code, error.reason()) {
        (Some(code @ Code::Unknown(_)), Reason::Failed { .. }) => code,
        _ => Code::Known(error.code()),
    }
}

fn tell_error(here: Here<'_>, plan: &Plan, error: &SessionError<Refusal>, told: &mut Told) {
    let raised = match (error.reason(), code_of(plan, error)) {
        (Reason::Uncaught(snapshot), _) => {
            return if plan.wants_result {
                told.tell("excinfo", super::failures::shown(snapshot))
            };
        }
        (_, Code::Unknown(number)) => of_unknown_code(number, error),
        (Reason::Preserve(lost), _) => match lost_value(here, plan, lost) {
            Some(raised) => of_code(error).caused_by(Raised::new("Exception", displayed(&raised))),
            None => of_code(error),
        },
        _ => of_code(error),
    };
    told.tell("raised", raised.caught());
}

/// Why a preserved value did not leave.
fn lost_value(here: Here<'_>, plan: &Plan, lost: &PreserveError<Refusal>) -> Option<Raised> {
    let PreserveError::Leave(FillError::Convert { name, error, .. }) = lost else { return None };
    let value = plan.preserve.iter().find(|(known, _)| known.as_str() == Some(name)).map(|(_, value)| value)?;
    Some(refused(&here.driver.home, value, error))
}

/// What is said of preserved values that were lost when something else had gone wrong already.
fn printed(here: Here<'_>, plan: &Plan, lost: &PreserveError<Refusal>) -> String {
    match (lost_value(here, plan, lost), lost) {
        (Some(raised), _) => displayed(&raised),
        (None, PreserveError::Arrive(ApplyError::Materialise { error, .. })) => {
            let raised = refused_arrival(error);
            let words = raised.message().escaped();
            format!("Traceback (most recent call last):\n  ...\n{}: {words}", raised.full_name())
        }
        (None, other) => other.to_string(),
    }
}

fn tell_rest(plan: &Plan, within: &Within, inside: &[(&str, bool)], told: &mut Told) {
    let code = |code: Option<ErrorCode>| code.map(|code| Code::Known(code).to_value());
    // What was told of a failure before it was overridden is what it was.
    let preserve = within.preserve.filter(|_| plan.wants_result || !plan.preserve.is_empty());
    told.tell_some("main", code(within.main));
    told.tell_some("preserve", code(preserve));
    let held = inside.iter().filter(|(_, holds)| *holds).map(|(name, _)| Value::text(name));
    told.tell("inside", Value::Tuple(held.collect()));
}

/// Rule `session.result.clear`: the values go, and the code stays.
fn tell_cleared(plan: &Plan, told: &mut Told) {
    if plan.clears {
        let code = told.get("errcode").unwrap_or(Value::None);
        told.tell("cleared", Value::Tuple(vec![Value::Bool(true), code]));
    }
}

/// By a thread that is in the interpreter and does not run main there: the session goes nowhere else.
fn session_same(here: Here<'_>, id: &Value, request: &Request) -> Answer {
    let target = ids::find(here, id)?;
    let attached = target.attach().map_err(not_entered)?;
    let answer = session(Here { current: &attached, ..here }, &target, request);
    settle(&attached);
    answer
}

fn inactive() -> Value {
    let mut told = Told::default();
    told.tell("returned", Value::int(-1));
    told.tell("code", Code::Known(ErrorCode::NoError).to_value());
    told.tell("raised", Raised::new("RuntimeError", "session not active").caught());
    told.to_value()
}

/// The codes of no failure, of a new one, and of one that was given a code and the text of an object. Rule `error.failure.init`.
fn failure(args: &[Value]) -> Answer {
    let code = match args.first() {
        None => Code::Known(ErrorCode::NoError),
        Some(code) => Code::of(code).ok_or_else(|| Stop::Missing(format!("the code {code}")))?,
    };
    let text = args.get(1).filter(|text| **text != Value::None).map_or(Ok(None), |text| text_of(text).map(Some));
    let mut told = Told::default();
    told.tell("nothing", Code::Known(ErrorCode::NoError).to_value());
    told.tell("new", Code::Known(Failure::default().code()).to_value());
    let made = Failure::with_text(code.nearest(), text.clone().ok().flatten().unwrap_or_default());
    let kept = if code == Code::Known(code.nearest()) { Code::Known(made.code()) } else { code };
    told.tell("code", kept.to_value());
    told.tell("returned", Value::int(if text.is_ok() { 0 } else { -1 }));
    told.tell_some("raised", text.err().map(|raised| raised.caught()));
    Ok(told.to_value())
}

/// `str(value)`, as C takes it.
fn text_of(value: &Value) -> Result<String, Raised> {
    let text: Text = crossinterp_objects::str(value).map_err(|failed| Raised::new("KeyError", failed.quoted()))?;
    bounded(&text).map(str::to_owned)
}
