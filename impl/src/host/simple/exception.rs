//! Exceptions and main namespaces of the simple host.
//!
//! It sits below the simple host. What an exception says of itself is whatever it was made with, including that it cannot say it.

use std::collections::BTreeMap;
use std::fmt;

use super::Simple;
use super::value::Value;
use crate::excinfo::Undescribed;
use crate::host::{Context, Part, SessionHost};
use crate::id::InterpreterId;
use crate::memory::NoMemory;
use crate::sync::{Arc, Unscheduled};

/// An exception: a type by its names, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception(Box<Said>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    qualname: String,
    module: String,
    message: String,
    display: Option<String>,
    /// The part that it cannot tell, and why.
    untold: Option<(Part, Undescribed)>,
    no_memory: bool,
}

impl Exception {
    /// An exception of a type that is built in.
    #[must_use]
    pub fn new(kind: &str, message: &str) -> Self {
        let [qualname, module, message] = [kind, "builtins", message].map(str::to_owned);
        Exception(Box::new(Said { qualname, module, message, ..Said::default() }))
    }

    /// The one that says that there is no memory.
    #[must_use]
    pub fn memory_error() -> Self {
        Exception::new("MemoryError", "").with(|said| said.no_memory = true)
    }

    /// The same, of a type of this module.
    #[must_use]
    pub fn of_module(self, module: &str) -> Self {
        self.with(|said| said.module = module.to_owned())
    }

    /// The same, displayed like this.
    #[must_use]
    pub fn displayed(self, display: &str) -> Self {
        self.with(|said| said.display = Some(display.to_owned()))
    }

    /// The same, but for one part that cannot be told.
    #[must_use]
    pub fn without(self, part: Part, why: Undescribed) -> Self {
        self.with(|said| said.untold = Some((part, why)))
    }

    fn with(mut self, change: impl FnOnce(&mut Said)) -> Self {
        change(&mut self.0);
        self
    }

    fn tell(&self, part: Part) -> Result<String, Undescribed> {
        let said = &*self.0;
        if let Some((_, why)) = said.untold.as_ref().filter(|(untold, _)| *untold == part) {
            return Err(why.clone());
        }
        Ok(match part {
            Part::Name => said.qualname.rsplit('.').next().unwrap_or_default().to_owned(),
            Part::Qualname => said.qualname.clone(),
            Part::Module => said.module.clone(),
            Part::Message => said.message.clone(),
            Part::Display => said.display.clone().unwrap_or_else(|| self.to_string()),
        })
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.qualname, self.0.message)
    }
}

/// A hold on a main namespace.
#[derive(Clone, Default)]
pub struct Main(Arc<Unscheduled<BTreeMap<String, Value>>>);

impl Main {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        self.0.with(|names| names.get(name).cloned())
    }

    /// Binds a name.
    pub fn set(&self, name: &str, value: Value) {
        let replaced = self.0.with(|names| names.insert(name.to_owned(), value));
        drop(replaced);
    }

    /// The names, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.with(|names| names.keys().cloned().collect())
    }
}

impl fmt::Debug for Main {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Main").field(&self.names()).finish()
    }
}

/// The main namespaces of all interpreters, and which of them are broken.
#[derive(Default)]
pub(super) struct Mains(Unscheduled<BTreeMap<InterpreterId, Result<Main, Exception>>>);

impl Mains {
    pub(super) fn of(&self, interpreter: InterpreterId) -> Result<Main, Exception> {
        self.0.with(|mains| mains.entry(interpreter).or_insert_with(|| Ok(Main::default())).clone())
    }

    fn set(&self, interpreter: InterpreterId, main: Result<Main, Exception>) {
        self.0.with(|mains| mains.insert(interpreter, main));
    }

    pub(super) fn end(&self, interpreter: InterpreterId) {
        let ended = self.0.with(|mains| mains.remove(&interpreter));
        drop(ended);
    }
}

impl Simple {
    /// Breaks the main namespace of an interpreter: from now on who asks for it gets this exception.
    pub fn break_main(&self, interpreter: InterpreterId, exception: Exception) {
        self.mains.set(interpreter, Err(exception));
    }
}

impl SessionHost for Simple {
    type Exception = Exception;
    type Main = Main;

    fn main(&self, context: &Context) -> Result<Main, Exception> {
        self.mains.of(context.interpreter())
    }

    fn make_room(&self, _: &Context, _: &Main, _: usize) -> Result<(), NoMemory> {
        self.memory.reserve_object()
    }

    fn bind(&self, _: &Context, main: &Main, name: &str, value: Value) {
        main.set(name, value);
    }

    fn is_memory_error(&self, exception: &Exception) -> bool {
        exception.0.no_memory
    }

    fn describe(&self, _: &Context, exception: &Exception, part: Part) -> Result<String, Undescribed> {
        exception.tell(part)
    }
}
