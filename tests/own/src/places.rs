//! Where a call is made: in main, inside another interpreter, or by a thread that stays there or was started for it.
//!
//! It sits between the conversation and the verbs. What a call does, it does not know.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crossinterp::{EnterError, Entered, Interpreter, InterpreterId, Runtime};
use crossinterp_objects::{Text, Value};

use crate::driver::{Driver, Here, lock, register_views, settle};
use crate::host::Keeper;
use crate::outcome::{Answer, Stop};
use crate::raised::Raised;
use crate::request::Request;
use crate::verbs;

/// Threads that stay in interpreters, and those that were started.
#[derive(Default)]
pub(crate) struct Visits {
    staying: Mutex<BTreeMap<i64, Visit>>,
    started: Mutex<Vec<JoinHandle<()>>>,
}

/// A thread that is in an interpreter until it is let go.
struct Visit {
    line: Line,
    thread: JoinHandle<()>,
}

/// The way to such a thread: one call after the other.
#[derive(Clone)]
struct Line {
    jobs: Sender<Job>,
    /// Calls that it has not finished.
    pending: Arc<AtomicUsize>,
}

/// A call for such a thread to make.
struct Job {
    request: Request,
    on_behalf_of: Option<String>,
    reply: Sender<Answer>,
}

impl Line {
    /// Puts a call in line; whether there are others before it.
    fn put(&self, job: Job) -> bool {
        let waits = self.pending.fetch_add(1, Ordering::AcqRel) > 0;
        // Where nobody listens any more, nobody answers either, and the caller finds out.
        let _ = self.jobs.send(job);
        waits
    }

    fn is_busy(&self) -> bool {
        self.pending.load(Ordering::Acquire) > 0
    }
}

impl Visits {
    fn line(&self, id: i64) -> Option<Line> {
        lock(&self.staying).get(&id).map(|visit| visit.line.clone())
    }

    /// Lets everybody go. Whoever waited at a gate is on its way already.
    pub(crate) fn end(&self) {
        for started in std::mem::take(&mut *lock(&self.started)) {
            finish(started);
        }
        for visit in std::mem::take(&mut *lock(&self.staying)).into_values() {
            visit.leave();
        }
    }
}

impl Visit {
    fn leave(self) {
        drop(self.line);
        finish(self.thread);
    }
}

/// A panic of a thread has been answered where it happened, or is a bug that must not go unseen.
fn finish(thread: JoinHandle<()>) {
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

impl<'a> Here<'a> {
    /// Makes a call where the request says.
    pub(crate) fn dispatch(&self, request: &Request) -> Answer {
        if let Some(thread) = &request.thread {
            return start(self.driver, thread, request);
        }
        match (request.verb.as_str(), request.args.as_slice(), &request.place) {
            ("hold", [id], None) => hold(*self, id),
            ("let_go", [id], None) => let_go(self.driver, id),
            (_, _, None) => verbs::perform(*self, request),
            (_, _, Some(place)) => inside(*self, place, request),
        }
    }
}

/// By the thread that stays there, if one does, and otherwise by this one, which goes in for it.
fn inside(here: Here<'_>, place: &Value, request: &Request) -> Answer {
    let target = verbs::ids::resolve(here, place, &verbs::ids::EXEC)?;
    let id = target.id().get();
    if id == here.id() {
        return verbs::perform(here, request);
    }
    if let Some(line) = here.driver.visits.line(id) {
        return delegate(here, &line, request);
    }
    let entered = target.enter().map_err(not_entered)?;
    let answer = verbs::perform(Here { current: &entered, ..here }, request);
    settle(&entered);
    answer
}

/// A thread that is not free has to be waited for, unless it waits for this one.
fn delegate(here: Here<'_>, line: &Line, request: &Request) -> Answer {
    let board = &here.driver.board;
    if here.thread.is_none() && line.is_busy() && !board.somebody_moves() {
        return Err(not_free());
    }
    let (reply, answer) = channel();
    let on_behalf_of = here.thread.map(str::to_owned);
    let waits = line.put(Job { request: request.clone(), on_behalf_of, reply });
    if waits {
        board.wait_elsewhere(here.thread, true);
    }
    let answer = answer.recv();
    if waits {
        board.wait_elsewhere(here.thread, false);
    }
    answer.unwrap_or_else(|_| Err(Raised::interpreter("the thread that stayed there has gone").into()))
}

fn not_free() -> Stop {
    Raised::new("RuntimeError", "the thread that stays there waits for what nobody is left to do").into()
}

/// What a caller sees of a refusal to enter.
pub(crate) fn not_entered(error: EnterError) -> Raised {
    match error {
        EnterError::NotFound { id } => Raised::not_found(id.get()),
        EnterError::Ending { id } => ending(id),
        _ => Raised::interpreter("interpreter already running"),
    }
}

/// Somebody else ends the interpreter, and is not done yet.
pub(crate) fn ending(id: InterpreterId) -> Raised {
    Raised::interpreter(format!("interpreter {id} is ending"))
}

/// A thread enters the interpreter and stays.
fn hold(here: Here<'_>, id: &Value) -> Answer {
    let target = verbs::ids::resolve(here, id, &verbs::ids::EXEC)?;
    let number = target.id().get();
    let (jobs, waiting) = channel();
    let line = Line { jobs, pending: Arc::default() };
    let pending = Arc::clone(&line.pending);
    let (entered, has_entered) = channel();
    let driver = Arc::clone(here.driver);
    let thread = thread::spawn(move || stay(&driver, &target, (&waiting, &pending), &entered));
    match has_entered.recv() {
        Ok(Ok(())) => {
            lock(&here.driver.visits.staying).insert(number, Visit { line, thread });
            Ok(Value::None)
        }
        Ok(Err(error)) => {
            finish(thread);
            Err(not_entered(error).into())
        }
        Err(_) => Err(Raised::interpreter("the thread could not enter").into()),
    }
}

fn stay(
    driver: &Arc<Driver>,
    target: &Interpreter<Keeper>,
    (jobs, pending): (&Receiver<Job>, &AtomicUsize),
    told: &Sender<Result<(), EnterError>>,
) {
    let entered = match target.enter() {
        Ok(entered) => entered,
        Err(error) => {
            // Who asked listens, unless the conversation is over.
            let _ = told.send(Err(error));
            return;
        }
    };
    // If nobody listens any more the conversation is over, and so is the visit.
    if told.send(Ok(())).is_ok() {
        for job in jobs {
            let (reply, answer) = do_job(driver, &entered, job);
            pending.fetch_sub(1, Ordering::AcqRel);
            // Who asked may have gone away with the conversation.
            let _ = reply.send(answer);
        }
    }
}

fn do_job(driver: &Arc<Driver>, entered: &Entered<'_, Keeper>, job: Job) -> (Sender<Answer>, Answer) {
    let here = Here { driver, current: entered, thread: job.on_behalf_of.as_deref() };
    let answer = verbs::perform(here, &job.request);
    settle(entered);
    (job.reply, answer)
}

fn let_go(driver: &Driver, id: &Value) -> Answer {
    let line = id.as_i64().and_then(|id| driver.visits.line(id));
    if line.is_some_and(|line| line.is_busy()) && !driver.board.somebody_moves() {
        return Err(not_free());
    }
    let visit = id.as_i64().and_then(|id| lock(&driver.visits.staying).remove(&id));
    let visit = visit.ok_or_else(|| Raised::new("KeyError", Text::from(id.to_string())))?;
    visit.leave();
    Ok(Value::None)
}

/// Begins a call in a thread of its own, and comes back when that is under way.
fn start(driver: &Arc<Driver>, name: &str, request: &Request) -> Answer {
    if !driver.board.begin(name) {
        return Err(Raised::value_error(format!("the thread {name} has been started before")).into());
    }
    let (shared, thread) = (Arc::clone(driver), name.to_owned());
    let request = Request { thread: None, ..request.clone() };
    let started = thread::spawn(move || {
        let answer = catch_unwind(AssertUnwindSafe(|| run_started(&shared, &thread, &request)));
        let answer = answer.unwrap_or_else(|_| Err(Raised::new("SystemError", "the started thread panicked").into()));
        shared.board.finish(&thread, answer);
    });
    lock(&driver.visits.started).push(started);
    driver.board.until_under_way(name);
    Ok(Value::None)
}

/// A stand-in for main, which the driver's first thread never leaves: a runtime of its own, with the objects of all.
fn run_started(driver: &Arc<Driver>, name: &str, request: &Request) -> Answer {
    let runtime = Runtime::builder(Keeper::standing_in(Arc::clone(&driver.home))).build();
    let no_place = |error: String| Stop::from(Raised::interpreter(error));
    let main = runtime.create().map_err(|error| no_place(error.to_string()))?;
    let entered = main.enter().map_err(|error| no_place(error.to_string()))?;
    register_views(&entered);
    let answer = Here { driver, current: &entered, thread: Some(name) }.dispatch(request);
    settle(&entered);
    answer
}
