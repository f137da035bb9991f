//! The runtime under test and what the driver keeps beside it: who made which interpreter, threads that stay, things by number.
//!
//! It sits between the conversation and the verbs. Every thread of the driver has a handle to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossinterp::{CreateError, Current, Entered, Interpreter, InterpreterId, Runtime};
use crossinterp_objects::{Type, Value};

use crate::board::Board;
use crate::host::{Home, Keeper, Way};
use crate::outcome::Answer;
use crate::places::Visits;
use crate::request::Request;
use crate::serve::ServeError;
use crate::verbs::things::Things;

/// Who made the main interpreter: the runtime itself, as CPython counts.
pub(crate) const BY_RUNTIME: i64 = 1;
/// Who made one: the module, at somebody's request.
pub(crate) const BY_MODULE: i64 = 5;

/// What all threads of the driver share.
pub(crate) struct Driver {
    pub(crate) runtime: Runtime<Keeper>,
    pub(crate) home: Arc<Home>,
    pub(crate) things: Things,
    pub(crate) board: Board,
    pub(crate) visits: Visits,
    /// Classes that a scenario can let die, by name.
    pub(crate) passing: Mutex<BTreeMap<String, Type>>,
    records: Mutex<Records>,
}

/// What the driver knows of the interpreters beyond their ids.
#[derive(Default)]
struct Records {
    whences: BTreeMap<i64, i64>,
    /// The number of classes that were made to die, so that no two are the same.
    classes: usize,
}

/// A thread's place: the interpreter whose code makes a call.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a> {
    pub(crate) driver: &'a Arc<Driver>,
    pub(crate) current: &'a Current<'a, Keeper>,
    /// The started thread on whose behalf the call is made, if it is one.
    pub(crate) thread: Option<&'a str>,
}

/// What was changed under a lock of the driver's is whole, even if its holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Driver {
    /// Enters the main interpreter, and stays there while the work goes on.
    pub(crate) fn with_main<R>(work: impl FnOnce(&mut dyn FnMut(&Request) -> Answer) -> R) -> Result<R, ServeError> {
        let home = Arc::new(Home::default());
        let runtime = Runtime::builder(Keeper::new(Arc::clone(&home))).build();
        let main = runtime.create().map_err(|error| ServeError::NoMain(error.to_string()))?;
        let inside = main.enter().map_err(|error| ServeError::NoMain(error.to_string()))?;
        let driver = Arc::new(Driver::new(runtime, home, main.id()));
        register_views(&inside);
        let done = work(&mut |request| driver.answer(&inside, request));
        driver.board.end();
        driver.visits.end();
        Ok(done)
    }

    fn new(runtime: Runtime<Keeper>, home: Arc<Home>, main: InterpreterId) -> Driver {
        let records = Records { whences: BTreeMap::from([(main.get(), BY_RUNTIME)]), classes: 0 };
        Driver {
            runtime,
            home,
            things: Things::default(),
            board: Board::default(),
            visits: Visits::default(),
            passing: Mutex::default(),
            records: Mutex::new(records),
        }
    }

    /// Answers a request made in main. What others gave back meanwhile is freed before the reply.
    fn answer(self: &Arc<Self>, inside: &Entered<'_, Keeper>, request: &Request) -> Answer {
        let here = Here { driver: self, current: inside, thread: None };
        let answer = here.dispatch(request);
        settle(inside);
        answer
    }

    /// Who made an interpreter; nothing if the driver knows of none.
    pub(crate) fn whence(&self, id: i64) -> Option<i64> {
        lock(&self.records).whences.get(&id).copied()
    }

    /// Makes an interpreter on behalf of somebody. Nobody sees it before it is known who that is.
    pub(crate) fn make(&self, whence: i64) -> Result<InterpreterId, CreateError> {
        let mut records = lock(&self.records);
        let id = self.runtime.create()?.id();
        records.whences.insert(id.get(), whence);
        Ok(id)
    }

    /// The id that the next interpreter gets: one more than the last.
    pub(crate) fn next_id(&self) -> i64 {
        lock(&self.records).whences.keys().next_back().map_or(0, |last| last + 1)
    }

    /// The interpreter with this number.
    pub(crate) fn find(&self, id: i64) -> Option<Interpreter<Keeper>> {
        InterpreterId::new(id).and_then(|id| self.runtime.get(id).ok())
    }

    /// A class of that name, unlike every other.
    pub(crate) fn new_class(&self, name: &str) -> Type {
        let mut records = lock(&self.records);
        records.classes += 1;
        Type::heap(&format!("{name} {}", records.classes))
    }
}

/// Does what is due in an interpreter, as its evaluation loop would. The driver asks for no calls, so none can fail.
pub(crate) fn settle(inside: &Entered<'_, Keeper>) {
    let settled = inside.run_pending();
    assert!(settled.is_ok(), "nobody asked for a call that could fail");
}

/// As when an interpreter imports the module that knows how views cross. Rule `registry.memoryview`.
pub(crate) fn register_views(here: &Current<'_, Keeper>) {
    let registered = here.register(&Type::built_in("memoryview"), &Way::View);
    assert!(registered.is_ok(), "views have one way, and memory is not limited");
}

impl Here<'_> {
    /// The number of the interpreter.
    pub(crate) fn id(&self) -> i64 {
        self.current.id().get()
    }

    /// The value with every object that a scenario holds on to in its place.
    pub(crate) fn plain(&self, value: &Value) -> Value {
        self.driver.home.plain(value)
    }
}
