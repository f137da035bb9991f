//! A visit to another interpreter: bring values along, run a body there, take values back, and leave nothing behind.
//!
//! It sits on top of `current`, `namespace` and `excinfo`. Entering gives a guard; while it lives the thread is in the interpreter,
//! and whatever ends it, an error, a panic or a plain drop, undoes what entering did: the fields of the guard are its undo list. It
//! does not know what an exception is, nor what a main namespace is made of.

mod conclude;
mod exit;
mod preserved;

use std::borrow::Borrow;
use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::ops::Deref;

pub use conclude::Stop;
pub use exit::ExitError;
pub use preserved::Preserved;

use crate::core::Core;
use crate::current::Current;
use crate::entry::Purpose;
use crate::error::{ApplyError, BodyFailed, EnterError, ErrorCode, Failure, NamesError, NamespaceError};
use crate::error::{Reason, SessionError};
use crate::host::{Host, SessionHost};
use crate::interpreter::{Entered, Interpreter};
use crate::namespace::Namespace;
use crate::panics;
use crate::sabotage::Sabotage;
use crate::sync::{Arc, abandoned};
use preserved::Kept;

/// The calling thread runs main in an interpreter, come from another one or from the same. Rule `session.fields`.
///
/// Everything that can be done inside an interpreter can be done through it. It borrows the place it was opened from, so that place
/// outlives it, and sessions within sessions are closed in the right order.
///
/// Dropping it leaves, without a word about what went wrong and without what was preserved; [`exit`](Self::exit) tells both.
///
/// ```
/// # if crossinterp::UNDER_LOOM { return Ok(()) }
/// use crossinterp::simple::{Exception, Simple, Value};
/// use crossinterp::{ErrorCode, Runtime, Session};
///
/// let runtime = Runtime::builder(Simple::new()).build();
/// let (home, abroad) = (runtime.create()?, runtime.create()?);
/// let here = home.enter()?;
///
/// let mut session = Session::enter(&here, &abroad, &[("x", Value::int(41))])?;
/// session.run(|inside| {
///     let x = inside.main()?.get("x").ok_or(Exception::new("NameError", "x"))?;
///     assert_eq!(x, Value::int(41));
///     inside.preserve("answer", Value::int(42))
/// })?;
/// assert_eq!(session.exit()?.get("answer"), Some(&Value::int(42)));
///
/// let mut session = Session::enter(&here, &abroad, Session::<Simple>::nothing())?;
/// let ran = session.run(|_| -> Result<(), _> { Err(Exception::new("ValueError", "boom"))? });
/// assert!(ran.is_err());
/// let error = session.exit().unwrap_err().error;
/// assert_eq!(error.code(), ErrorCode::UncaughtException);
/// assert_eq!(error.snapshot().and_then(|snapshot| snapshot.formatted()).as_deref(), Some("ValueError: boom"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping a session leaves it, and what went wrong is not told"]
pub struct Session<'a, H: SessionHost> {
    // Dropped in this order: rule `session.exit.undo`. The hold on the main namespace, then what was preserved, then what is due
    // is done, and main is given up together with the place. Nobody else can be there before the last step.
    main: OnceCell<H::Main>,
    preserved: RefCell<Vec<Kept<H>>>,
    place: Place<'a, H>,
    caller: &'a Current<'a, H>,
    /// What went wrong in the body.
    error: Option<SessionError<H::Error>>,
}

/// Where a session runs. Rule `session.where`.
enum Place<'a, H: Host> {
    /// In another interpreter.
    Elsewhere(Entered<'a, H>),
    /// In the caller's own, whose main it has claimed: the thread stays where it is.
    Here { here: &'a Current<'a, H>, _main: MainClaim<'a, H> },
}

/// Main of an interpreter that the thread was in already. Dropping it gives main back, and the thread stays.
struct MainClaim<'a, H: Host>(&'a Arc<Core<H>>);

/// What to do while somebody else runs in the interpreter.
#[derive(Clone, Copy)]
enum Wait {
    No,
    InLine,
}

impl<'a, H: SessionHost> Session<'a, H> {
    /// No updates.
    #[must_use]
    pub fn nothing<'p>() -> &'p [(&'p str, H::Value)] {
        &[]
    }

    /// Enters an interpreter from this place, and binds the updates in its main namespace: all of them, or none. They are converted
    /// before anything else happens, so an update that cannot leave is told even if the interpreter is running. Without updates
    /// the main namespace is not asked for. Rules `session.enter.convert`, `.namespace`, `.apply` and `.failure`.
    ///
    /// # Errors
    ///
    /// [`SessionError`], always with its code. Then the thread is where it was, and nothing is left in the interpreter.
    pub fn enter<'p, N: AsRef<str> + 'p, V: Borrow<H::Value> + 'p>(
        here: &'a Current<'_, H>,
        target: &'a Interpreter<H>,
        updates: impl IntoIterator<Item = &'p (N, V)>,
    ) -> Result<Self, SessionError<H::Error>> {
        Self::enter_by(here, target, updates, Wait::No)
    }

    /// As [`enter`](Self::enter), but waits in line while other threads are in the interpreter: as
    /// [`Interpreter::enter_waiting`]. The place it comes from is not left meanwhile, so two threads that each wait for the
    /// interpreter of the other wait for ever.
    ///
    /// # Errors
    ///
    /// As [`enter`](Self::enter). That a thread runs there is an error only if it is the calling thread itself.
    pub fn enter_waiting<'p, N: AsRef<str> + 'p, V: Borrow<H::Value> + 'p>(
        here: &'a Current<'_, H>,
        target: &'a Interpreter<H>,
        updates: impl IntoIterator<Item = &'p (N, V)>,
    ) -> Result<Self, SessionError<H::Error>> {
        Self::enter_by(here, target, updates, Wait::InLine)
    }

    fn enter_by<'p, N: AsRef<str> + 'p, V: Borrow<H::Value> + 'p>(
        here: &'a Current<'_, H>,
        target: &'a Interpreter<H>,
        updates: impl IntoIterator<Item = &'p (N, V)>,
        wait: Wait,
    ) -> Result<Self, SessionError<H::Error>> {
        let updates = carry(here, updates)?;
        let place = Place::claim(here, target, wait).map_err(|error| SessionError::of(Reason::Enter(error)))?;
        let (main, preserved) = (OnceCell::new(), RefCell::default());
        let session = Session { main, preserved, place, caller: here, error: None };
        let Some(updates) = updates else { return Ok(session) };
        match session.apply(&updates) {
            Ok(()) => Ok(session),
            Err(error) => Err(session.refuse(error)),
        }
    }

    /// Undoes what was done so far, and goes back with the error. Rules `session.enter.failure` and `session.enter.code`.
    fn refuse(self, error: SessionError<H::Error>) -> SessionError<H::Error> {
        if self.place.current().core.settings.suffers(Sabotage::RefusedSessionStays) {
            std::mem::forget(self);
        }
        error
    }

    fn apply(&self, updates: &Namespace<H>) -> Result<(), SessionError<H::Error>> {
        let refused = |error| SessionError::of(Reason::Apply(error));
        let main = self.main().map_err(|stop| self.explain(stop))?;
        let (host, context) = (self.host(), self.core.context());
        host.make_room(&context, main, updates.names().len()).map_err(|_| refused(ApplyError::NoMemory))?;
        updates.apply(self, |name, value| host.bind(&context, main, name, value)).map_err(refused)
    }

    /// The main namespace of the interpreter, asked for once. Rule `session.main-namespace`: a session that has no use for it works in
    /// an interpreter without one.
    ///
    /// # Errors
    ///
    /// [`Stop`] with [`ErrorCode::MainNamespaceFailure`] and what the host raised: a body passes it on.
    pub fn main(&self) -> Result<&H::Main, Stop<H::Exception>> {
        if let Some(main) = self.main.get() {
            return Ok(main);
        }
        let main = self.host().main(&self.core.context()).map_err(|exception| Stop::Failed {
            failure: Failure::new(ErrorCode::MainNamespaceFailure),
            exception: Some(exception),
        })?;
        Ok(self.main.get_or_init(|| main))
    }

    /// Runs a body in the interpreter. What it gives back leaves the interpreter as it is, so it must not be a value of it: those are
    /// [preserved](Self::preserve). Rule `session.body`.
    ///
    /// A body that panics has failed, like one that raises. Once a body has failed, no other is run.
    ///
    /// # Errors
    ///
    /// [`BodyFailed`] when it raises or panics, or when one before it did. What the session [comes to](Self::exit) says how.
    pub fn run<T: Send>(&mut self, body: impl FnOnce(&Self) -> Result<T, Stop<H::Exception>>) -> Result<T, BodyFailed> {
        if self.error.is_some() {
            return Err(BodyFailed);
        }
        self.error = Some(match panics::caught(|| body(self)) {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(stop)) => self.explain(stop),
            Err(panic) => SessionError::of(Reason::Panicked(panic)),
        });
        Err(BodyFailed)
    }

    /// The place it was opened from.
    #[must_use]
    pub fn caller(&self) -> &Current<'a, H> {
        self.caller
    }
}

/// Rule `session.enter.convert`: before anything else. No updates are no namespace.
fn carry<'p, H: SessionHost, N: AsRef<str> + 'p, V: Borrow<H::Value> + 'p>(
    here: &Current<'_, H>,
    updates: impl IntoIterator<Item = &'p (N, V)>,
) -> Result<Option<Namespace<H>>, SessionError<H::Error>> {
    let reason = match Namespace::from_pairs(here, updates) {
        Ok(namespace) => return Ok(Some(namespace)),
        Err(NamespaceError::Names(NamesError::Empty)) => return Ok(None),
        Err(NamespaceError::Names(error)) => Reason::Names(error),
        Err(NamespaceError::Fill(error)) => Reason::Updates(error),
        Err(NamespaceError::Apply(error)) => Reason::Apply(error),
    };
    Err(SessionError::judged(reason, &|error| here.host().is_not_shareable(error)))
}

impl<'a, H: Host> Place<'a, H> {
    /// Rule `session.where`. Who runs main in the caller's own interpreter already cannot be waited for: it is the caller.
    fn claim(here: &'a Current<'_, H>, target: &'a Interpreter<H>, wait: Wait) -> Result<Self, EnterError> {
        let core = target.core();
        if Arc::ptr_eq(here.core, core) {
            core.claim_main()?;
            return Ok(Place::Here { here, _main: MainClaim(core) });
        }
        match wait {
            Wait::No => core.enter(Purpose::Main)?,
            Wait::InLine => core.enter_waiting(Purpose::Main)?,
        }
        Ok(Place::Elsewhere(Entered::new(core)))
    }

    fn current(&self) -> &Current<'a, H> {
        match self {
            Place::Elsewhere(inside) => inside,
            Place::Here { here, .. } => here,
        }
    }
}

impl<H: Host> Drop for MainClaim<'_, H> {
    fn drop(&mut self) {
        if !abandoned() {
            self.0.yield_main();
        }
    }
}

impl<'a, H: SessionHost> Deref for Session<'a, H> {
    type Target = Current<'a, H>;

    fn deref(&self) -> &Current<'a, H> {
        self.place.current()
    }
}

impl<H: SessionHost> fmt::Debug for Session<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inside, caller) = (self.id().get(), self.caller.id().get());
        f.debug_struct("Session").field("inside", &inside).field("caller", &caller).finish_non_exhaustive()
    }
}
