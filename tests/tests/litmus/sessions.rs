//! The sessions of a litmus scenario, opened on the implementation.
//!
//! It sits beside the player. It performs and observes; what is allowed is not its business.

use crossinterp_loom::simple::{Converter, Exception, Simple, Value};
use crossinterp_loom::{
    Current, EnterError, ErrorCode as Code, ExitError, Failure, Interpreter, Part, Preserved, Reason, Session,
    SessionError, Stop, Undescribed,
};
use crossinterp_model::call::{Call, Keeps, Outcome, Raises, Updates};
use crossinterp_model::error::ErrorCode;

use crate::exchange::Kit;
use crate::player::{Stage, number};

/// What a script is about to be in: an interpreter, and what it brings along.
type Goal = (u8, Updates);

impl Stage {
    /// Enters, makes the calls up to the exit, and leaves; returns the calls after it. Who is refused stays where it is.
    pub fn attend<'s>(
        &self,
        here: &Current<'_, Simple>,
        (id, updates): Goal,
        script: &'s [Call],
        kit: &mut Kit,
        told: &mut Vec<Outcome>,
    ) -> &'s [Call] {
        let Some(target) = self.target(id, updates) else {
            told.push(Outcome::NotFound);
            return script;
        };
        match self.enter(here, &target, updates) {
            Ok(session) => {
                told.push(Outcome::Done);
                self.inside(session, script, kit, told)
            }
            Err(refused) => {
                told.push(refused);
                script
            }
        }
    }

    /// Whoever brings nothing needs no lookup: entering looks itself, and every step more is schedules more.
    fn target(&self, id: u8, updates: Updates) -> Option<Interpreter<Simple>> {
        let handle = self.handles.get(usize::from(id)).filter(|_| updates == Updates::Nothing);
        handle.cloned().or_else(|| self.runtime.get(number(id)).ok())
    }

    fn enter<'a>(
        &self,
        here: &'a Current<'_, Simple>,
        target: &'a Interpreter<Simple>,
        updates: Updates,
    ) -> Result<Session<'a, Simple>, Outcome> {
        let brought = match updates {
            Updates::Nothing | Updates::NoThreadState => Vec::new(),
            Updates::Fine | Updates::NoMemory => vec![("x", Value::from("text"))],
            Updates::Unshareable => vec![("x", unshareable())],
            Updates::NotApplied => vec![("x", one_way(here))],
        };
        if updates == Updates::NoMemory {
            // The names come first, before anything that another thread could come between.
            self.memory.fail_once(0);
        }
        Session::enter(here, target, &brought).map_err(|error| refused(&error))
    }

    fn inside<'s>(
        &self,
        mut session: Session<'_, Simple>,
        script: &'s [Call],
        kit: &mut Kit,
        told: &mut Vec<Outcome>,
    ) -> &'s [Call] {
        let mut rest = script;
        while let Some((&call, after)) = rest.split_first() {
            rest = after;
            match call {
                Call::Exit => break,
                Call::EnterWith { id, updates } => rest = self.attend(&session, (id, updates), after, kit, told),
                call => {
                    let outcome = body(&mut session, call).unwrap_or_else(|| self.perform(&session, call, kit));
                    told.push(outcome);
                }
            }
        }
        told.push(exited(session.exit()));
        rest
    }
}

/// A call of a body, if it is one.
fn body(session: &mut Session<'_, Simple>, call: Call) -> Option<Outcome> {
    let ran = match call {
        Call::Raise(raises) => session.run(|_| Err::<(), _>(stop(raises))),
        Call::GetMain => session.run(|inside| inside.main().map(drop)),
        Call::DropMain => {
            session.host().break_main(session.id(), Exception::new("ImportError", "no __main__"));
            Ok(())
        }
        Call::Preserve(keeps) => session.run(|inside| inside.preserve("kept", kept(inside, keeps))),
        _ => return None,
    };
    // What went wrong is told at the exit.
    let (Ok(()) | Err(_)) = ran;
    Some(Outcome::Done)
}

fn stop(raises: Raises) -> Stop<Exception> {
    let exception = Exception::new("ValueError", "boom");
    let failed = |code, exception| Stop::Failed { failure: Failure::new(code), exception };
    match raises {
        Raises::Plain => exception.into(),
        Raises::Memory => Exception::memory_error().into(),
        Raises::Unprintable => exception.without(Part::Message, Undescribed::NotText).into(),
        Raises::NotShareable => failed(Code::NotShareable, Some(exception)),
        Raises::Unpack => failed(Code::Other, Some(exception)),
        Raises::Bare => failed(Code::Other, None),
        Raises::NoMain => failed(Code::MainNamespaceFailure, Some(exception)),
    }
}

fn kept(inside: &Current<'_, Simple>, keeps: Keeps) -> Value {
    match keeps {
        Keeps::Fine => Value::Bytes(b"kept".to_vec()),
        Keeps::Unshareable => unshareable(),
        Keeps::NotConverted => Value::Int(u64::MAX.into()),
        Keeps::Unreadable | Keeps::NotRestored => one_way(inside),
    }
}

fn unshareable() -> Value {
    Value::made("Lock", vec![])
}

/// A value that leaves and does not arrive.
fn one_way(here: &Current<'_, Simple>) -> Value {
    let value = Value::made("OneWay", vec![]);
    here.register(&value.type_of(), &Converter::OneWay).expect("there is memory");
    value
}

/// What the model calls the refusal of an enter.
fn refused<E: std::error::Error>(error: &SessionError<E>) -> Outcome {
    match error.reason() {
        Reason::Enter(EnterError::AlreadyRunning { .. }) => Outcome::Running,
        Reason::Enter(EnterError::Ending { .. }) => Outcome::Ending,
        Reason::Enter(EnterError::NotFound { .. }) => Outcome::NotFound,
        _ => failed(error.code()),
    }
}

fn exited(exited: Result<Preserved<Simple>, Box<ExitError<Simple>>>) -> Outcome {
    match exited {
        Ok(preserved) if preserved.is_empty() => Outcome::Done,
        Ok(_) => Outcome::Value,
        Err(error) => failed(error.error.code()),
    }
}

/// Both rooms have the same codes by the same names.
fn failed(code: Code) -> Outcome {
    let same = ErrorCode::ALL.into_iter().find(|other| other.name() == code.name());
    Outcome::Failed(same.expect("a code that the model knows"))
}
