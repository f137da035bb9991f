//! Sessions of the implementation, as the model's tasks describe them.

use crossinterp::simple::{Exception, Simple};
use crossinterp::{
    ConvertError, Current, ErrorCode, ExitError, Failure, Part, Session, SessionError, Stop, Undescribed,
};
use crossinterp_model::error::ErrorCode as Code;
use crossinterp_model::scarcity::{self, Act, Armed, Leaves, Target, Thrown, Told, Untold, Visit, Word};

use super::play::Stage;
use super::scene::{bound_in, code_of};

type Ran = Result<(), Stop<Exception>>;

/// The moment at which memory begins to run out, for the session that it concerns.
type Arming = Option<Armed>;

impl Stage {
    /// A session of a caller who is at home: in it without running main if that is where the session runs.
    pub(super) fn visit_from_home(&self, armed: Armed, visit: &Visit) -> Told {
        let home = &self.scene.home;
        let here = if visit.target == Target::Home { home.attach() } else { home.enter() };
        let here = here.expect("nobody is in it");
        let told = self.visit(&here, visit, Some(armed));
        self.over(told)
    }

    fn visit(&self, here: &Current<'_, Simple>, visit: &Visit, arming: Arming) -> Told {
        let arm = |at| arming.filter(|armed| *armed == at).into_iter().for_each(|_| self.arm());
        arm(Armed::AtTheStart);
        let target = self.scene.interpreter(visit.target);
        let mut session = match Session::enter(here, target, &visit.updates) {
            Ok(session) => session,
            Err(error) => return Told { bound: self.scene.bound(here, visit.target), ..told_of(&error) },
        };
        arm(Armed::InTheBody);
        let (mut inner, mut stopped) = (Vec::new(), None);
        let ran = session.run(|inside| {
            let outcome = visit.body.iter().try_for_each(|act| self.act(inside, act, &mut inner));
            stopped = outcome.as_ref().err().map(Stop::code);
            outcome
        });
        arm(Armed::AtTheExit);
        let bound = bound_in(&session);
        let told = match visit.leaves {
            Leaves::Drops => {
                drop(session);
                Told::word(stopped.map_or(if ran.is_ok() { Word::Done } else { Word::Code(Code::Other) }, word_of))
            }
            Leaves::Exits => match session.exit() {
                Ok(preserved) => Told { kept: preserved.names().len(), ..Told::word(Word::Done) },
                Err(failed) => told_of_exit(&failed),
            },
        };
        Told { bound, inner, ..told }
    }

    fn act(&self, inside: &Session<'_, Simple>, act: &Act, inner: &mut Vec<Told>) -> Ran {
        match act {
            Act::Preserve(name, value) => inside.preserve(name, value.clone()),
            Act::Carry(value) => match inside.convert(value) {
                Ok(capsule) => inside.release(&capsule).map(drop).map_err(|_| failed(ErrorCode::Other)),
                Err(ConvertError::NoMemory) => Err(failed(ErrorCode::NoMemory)),
                Err(_) => Err(failed(ErrorCode::NotShareable)),
            },
            Act::Raise(thrown) => Err(Stop::Raised(exception(thrown))),
            Act::Fail(code, thrown) => {
                let failure = Failure::new(own_code(*code));
                Err(Stop::Failed { failure, exception: thrown.as_ref().map(exception) })
            }
            // A panic as far as anybody can see, but nothing is printed.
            Act::Panic => std::panic::resume_unwind(Box::new("the body dies")),
            Act::Visit(visit) => {
                let told = self.visit(inside, visit, None);
                let word = told.word;
                inner.push(told);
                match word {
                    Word::Done => Ok(()),
                    Word::Code(code) => Err(failed(own_code(code))),
                    _ => Err(failed(ErrorCode::Other)),
                }
            }
        }
    }
}

fn failed(code: ErrorCode) -> Stop<Exception> {
    Stop::failed(Failure::new(code))
}

fn own_code(code: Code) -> ErrorCode {
    ErrorCode::ALL.into_iter().find(|own| own.name() == code.name()).expect("both have the same codes")
}

fn word_of(code: ErrorCode) -> Word {
    Word::Code(code_of(code))
}

fn told_of(error: &SessionError<crossinterp::simple::NotShareable>) -> Told {
    let snapshot = error.snapshot();
    let display = snapshot.is_some_and(|snapshot| snapshot.display().is_some());
    Told { snapshot: snapshot.is_some(), display, ..Told::word(word_of(error.code())) }
}

fn told_of_exit(failed: &ExitError<Simple>) -> Told {
    Told { kept: failed.preserved.names().len(), lost: failed.lost.is_some(), ..told_of(&failed.error) }
}

fn exception(thrown: &Thrown) -> Exception {
    let plain = || match thrown.untold {
        Some((scarcity::Part::Message, Untold::Nul)) => Exception::new(thrown.kind, "a\0b"),
        _ => Exception::new(thrown.kind, &thrown.message),
    };
    let made = if thrown.is_memory_error { Exception::memory_error() } else { plain().of_module(thrown.module) };
    match thrown.untold {
        None | Some((scarcity::Part::Message, Untold::Nul)) => made,
        Some((scarcity::Part::Display, Untold::Nul)) => made.displayed("a\0b"),
        Some((part, Untold::Raises)) => made.without(own_part(part), Undescribed::Raised("inner".to_owned())),
        Some((part, Untold::NotText | Untold::Nul)) => made.without(own_part(part), Undescribed::NotText),
    }
}

fn own_part(part: scarcity::Part) -> Part {
    match part {
        scarcity::Part::Name => Part::Name,
        scarcity::Part::Qualname => Part::Qualname,
        scarcity::Part::Module => Part::Module,
        scarcity::Part::Message => Part::Message,
        scarcity::Part::Display => Part::Display,
    }
}
