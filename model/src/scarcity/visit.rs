//! Sessions over the ledger: convert, switch, apply, run, take down, pack, undo, restore. `_PyXI_Enter` and `_PyXI_Exit` of
//! 3.14, in the safe reading.
//!
//! What a body does that fails is taken down by [`crate::error`], which decides the code; the rest of the codes are those
//! that the chapter on sessions gives.

use crossinterp_objects::Value;

use super::names::{Arrived, Names};
use super::scene::{ABROAD, HOME, Scene, THIRD};
use super::task::{Act, Armed, Leaves, Part, Target, Thrown, Untold, Visit};
use super::told::{Told, Word};
use crate::convert::{BlockId, Plan};
use crate::edition::Edition;
use crate::error::{ErrorCode, Failure, Record, Taken};
use crate::excinfo::{self, Given, Names as TypeNames, Reason, Rendering};

/// A session that was entered.
struct Inside {
    target: i64,
    caller: i64,
    /// The thread state, if another interpreter was entered.
    state: Option<BlockId>,
    preserved: Vec<(&'static str, BlockId, Value)>,
    inner: Vec<Told>,
}

/// Why a body stops.
struct Stop {
    code: Option<ErrorCode>,
    thrown: Option<Thrown>,
}

impl Stop {
    /// Rule `error.override.alone`: neither an exception nor a code that means something. It is a failure all the same.
    fn says_nothing(&self) -> bool {
        let means_something = !matches!(self.code, None | Some(ErrorCode::NoError | ErrorCode::UncaughtException));
        self.thrown.is_none() && !means_something
    }

    fn of(code: ErrorCode) -> Stop {
        Stop { code: Some(code), thrown: None }
    }
}

impl Scene<'_> {
    /// A session of a caller who is at home.
    pub(super) fn visit_from_home(&mut self, armed: Armed, visit: &Visit, plan: Plan) -> Told {
        if visit.target != Target::Home {
            self.running.push(HOME);
        }
        let told = self.visit(HOME, visit, Some((armed, plan)));
        self.running.clear();
        told
    }

    fn visit(&mut self, caller: i64, visit: &Visit, arming: Option<(Armed, Plan)>) -> Told {
        let arm = |scene: &mut Self, at: Armed| {
            arming.filter(|(armed, _)| *armed == at).into_iter().for_each(|(_, plan)| scene.arm(plan));
        };
        arm(self, Armed::AtTheStart);
        let mut inside = match self.enter(caller, visit) {
            Ok(inside) => inside,
            Err(code) => return Told { bound: self.bound(id_of(visit.target)), ..Told::code(code) },
        };
        arm(self, Armed::InTheBody);
        let told = self.run(&mut inside, &visit.body);
        arm(self, Armed::AtTheExit);
        self.leave(inside, visit.leaves, told)
    }

    /// Rules `session.enter.convert`, `.apply`, `.failure` and `.code`: everything is undone, and there is a code.
    fn enter(&mut self, caller: i64, visit: &Visit) -> Result<Inside, ErrorCode> {
        let target = id_of(visit.target);
        let names = self.fill(caller, &visit.updates).map_err(code_before)?;
        let state = match self.switch(caller, target) {
            Ok(state) => state,
            Err(code) => {
                names.into_iter().for_each(|names| self.give_back(names));
                return Err(code);
            }
        };
        let inside = Inside { target, caller, state, preserved: Vec::new(), inner: Vec::new() };
        let Some(names) = names else { return Ok(inside) };
        let applied = self.apply_in(target, &names);
        self.give_back(names);
        match applied {
            Ok(()) => Ok(inside),
            Err(word) => {
                self.undo(inside);
                Err(word.code(ErrorCode::ApplyNamespaceFailure))
            }
        }
    }

    /// A thread state of the target, then main. Rules `session.where` and `interpreter.running.refused`.
    fn switch(&mut self, caller: i64, target: i64) -> Result<Option<BlockId>, ErrorCode> {
        let state = if target == caller {
            None
        } else {
            Some(self.allocate("a thread state").map_err(|_| ErrorCode::NoMemory)?)
        };
        if self.running.contains(&target) {
            state.into_iter().for_each(|state| self.free(state));
            return Err(ErrorCode::AlreadyRunning);
        }
        self.running.push(target);
        self.conversion.move_to(target);
        Ok(state)
    }

    fn apply_in(&mut self, target: i64, names: &Names) -> Result<(), Word> {
        let room = self.allocate("room in the main namespace")?;
        let arrived = self.arrive(target, names);
        self.free(room);
        arrived?.into_iter().for_each(|(name, arrival)| self.bind(target, name, arrival));
        Ok(())
    }

    /// Up to the first thing that fails, which is then taken down. Rules `session.body` and `session.exit.capture`.
    fn run(&mut self, inside: &mut Inside, body: &[Act]) -> Told {
        let stopped = body.iter().find_map(|act| self.act(inside, act));
        self.conversion.move_to(inside.target);
        match stopped {
            None => Told::word(Word::Done),
            Some(stop) if stop.says_nothing() => Told::code(ErrorCode::Other),
            Some(stop) => self.take_down(stop),
        }
    }

    fn act(&mut self, inside: &mut Inside, act: &Act) -> Option<Stop> {
        self.conversion.move_to(inside.target);
        match act {
            Act::Preserve(name, value) => self.preserve(inside, name, value),
            Act::Carry(value) => match self.conversion.convert(value) {
                Ok(xi) => {
                    self.release(inside.target, xi);
                    None
                }
                Err(failure) => Some(Stop::of(Word::of(&failure).code(ErrorCode::Other))),
            },
            Act::Raise(thrown) => Some(Stop { code: None, thrown: Some(thrown.clone()) }),
            Act::Fail(code, thrown) => Some(Stop { code: Some(*code), thrown: thrown.clone() }),
            Act::Panic => Some(Stop { code: None, thrown: None }),
            Act::Visit(visit) => {
                let told = self.visit(inside.target, visit, None);
                let word = told.word;
                inside.inner.push(told);
                (word != Word::Done).then(|| Stop::of(word.code(ErrorCode::Other)))
            }
        }
    }

    /// Rules `session.preserve` and `session.preserve.name`.
    fn preserve(&mut self, inside: &mut Inside, name: &'static str, value: &Value) -> Option<Stop> {
        if name.contains('\0') {
            return Some(Stop::of(ErrorCode::PreserveFailure));
        }
        let Ok(block) = self.allocate("the name of a preserved value") else {
            return Some(Stop::of(ErrorCode::NoMemory));
        };
        match inside.preserved.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, _, known)) => {
                *known = value.clone();
                self.free(block);
            }
            None => inside.preserved.push((name, block, value.clone())),
        }
        None
    }

    /// `_capture_current_exception`, since 3.14 `capture_session_error`. What it takes comes from the same ledger.
    fn take_down(&mut self, stop: Stop) -> Told {
        let given = stop.thrown.as_ref().map(given_of);
        let failure = stop.code.and_then(|code| Some(Failure { code: code.number(Edition::Repaired)?, text: None }));
        std::mem::swap(self.conversion.ledger_mut(), self.following.ledger_mut());
        let taken = Record::capture(&mut self.following, given.as_ref(), failure);
        let told = self.told_of(taken);
        std::mem::swap(self.conversion.ledger_mut(), self.following.ledger_mut());
        told
    }

    fn told_of(&mut self, taken: Taken) -> Told {
        let Taken::Record(record) = taken else { return Told::word(Word::Nothing) };
        if record.is_lost() {
            return Told::word(Word::Nothing);
        }
        let code = record
            .number()
            .map_or(Some(ErrorCode::UncaughtException), |number| ErrorCode::from_number(number, Edition::Repaired));
        let snapshot = record.snapshot();
        let display = snapshot.is_some_and(|snapshot| snapshot.rendered().is_some());
        let word = code.filter(|code| *code != ErrorCode::NoError).map_or(Word::Nothing, Word::Code);
        let told = Told { snapshot: snapshot.is_some(), display, ..Told::word(word) };
        record.clear(&mut self.following);
        told
    }

    /// Pack, undo, restore, tell. Rules `session.exit.order`, `.result` and `session.preserve.failure`.
    fn leave(&mut self, mut inside: Inside, leaves: Leaves, told: Told) -> Told {
        let (target, caller, inner) = (inside.target, inside.caller, std::mem::take(&mut inside.inner));
        let bound = self.bound(target);
        if leaves == Leaves::Drops {
            self.undo(inside);
            return Told { bound, inner, ..Told::word(told.word) };
        }
        let stays = inside.preserved.len();
        let packed = if target == caller { Ok(None) } else { self.pack(&inside) };
        self.undo(inside);
        let restored = packed.and_then(|names| names.map(|names| self.restore(caller, names)).transpose());
        let told = Told { bound, inner, ..told };
        match restored {
            Ok(restored) => Told { kept: restored.unwrap_or(if target == caller { stays } else { 0 }), ..told },
            Err(_) if told.word != Word::Done => Told { lost: true, ..told },
            Err(word) => Told { word: Word::Code(word.code(ErrorCode::PreserveFailure)), ..told },
        }
    }

    /// Rule `session.preserve.convert`.
    fn pack(&mut self, inside: &Inside) -> Result<Option<Names>, Word> {
        let kept: Vec<_> = inside.preserved.iter().map(|(name, _, value)| (*name, value.clone())).collect();
        self.fill(inside.target, &kept)
    }

    /// Rule `session.preserve.restore`: the names first, then the values.
    fn restore(&mut self, caller: i64, names: Names) -> Result<usize, Word> {
        self.conversion.move_to(caller);
        let mut blocks = Vec::new();
        let named = (0..names.len()).try_for_each(|_| self.allocate("a name in the result").map(|it| blocks.push(it)));
        let arrived: Result<Vec<Arrived>, Word> = named.and_then(|()| self.arrive(caller, &names));
        blocks.into_iter().for_each(|block| self.free(block));
        self.give_back(names);
        let arrived = arrived?;
        let count = arrived.len();
        arrived.into_iter().for_each(|(_, arrival)| self.conversion.drop_arrival(arrival));
        Ok(count)
    }

    /// Rule `session.exit.undo`.
    fn undo(&mut self, inside: Inside) {
        inside.preserved.into_iter().for_each(|(_, block, _)| self.free(block));
        self.running.retain(|running| *running != inside.target);
        inside.state.into_iter().for_each(|state| self.free(state));
        self.conversion.move_to(inside.caller);
    }
}

fn id_of(target: Target) -> i64 {
    match target {
        Target::Home => HOME,
        Target::Abroad => ABROAD,
        Target::Third => THIRD,
    }
}

/// Names have a code of their own, values that of their error. Rule `session.enter.convert`.
fn code_before(word: Word) -> ErrorCode {
    word.code(if word == Word::BadName { ErrorCode::ApplyNamespaceFailure } else { ErrorCode::UncaughtException })
}

/// The exception as the capture finds it.
fn given_of(thrown: &Thrown) -> Given {
    let text = |part, text: &str| match thrown.untold {
        Some((untold, why)) if untold == part => untold_part(why, text),
        _ => excinfo::Part::text(text),
    };
    let rendering = match thrown.untold {
        Some((Part::Display, Untold::Raises)) => Rendering::NotMade,
        Some((Part::Display, Untold::NotText)) => Rendering::NotFormatted,
        Some((Part::Display, Untold::Nul)) => Rendering::Text("a\0b".into()),
        _ => Rendering::Text(format!("{}: {}\n", thrown.kind, thrown.message).as_str().into()),
    };
    Given {
        names: TypeNames {
            name: text(Part::Name, thrown.kind),
            qualname: text(Part::Qualname, thrown.kind),
            module: text(Part::Module, thrown.module),
        },
        built_in: thrown.module == "builtins",
        is_memory_error: thrown.is_memory_error,
        text: text(Part::Message, &thrown.message),
        rendering,
    }
}

fn untold_part(why: Untold, text: &str) -> excinfo::Part {
    match why {
        Untold::Raises => {
            excinfo::Part::Failed(Reason::Raised { kind: "KeyError".to_owned(), message: "inner".into() })
        }
        Untold::NotText => excinfo::Part::NotText,
        Untold::Nul => excinfo::Part::text(&format!("{text}\0")),
    }
}
