//! A host that does something once from within one of its callbacks: the simple host, with a trap in it.

use std::sync::{Mutex, PoisonError};

use crossinterp::simple::{Exception, Ledger, Main, NotShareable, Simple, Value};
use crossinterp::{
    Context, Converted, Current, Host, Items, MaterialiseError, Memory, NoMemory, Part, PayloadRef, SessionHost,
    Undescribed,
};

/// A callback of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    Convert,
    Materialise,
    Free,
    AtEnd,
    Main,
    MakeRoom,
    Bind,
    IsMemoryError,
    Describe(Part),
}

/// What is done in a callback.
type Action = Box<dyn FnOnce() + Send>;

/// The host.
#[derive(Default)]
pub struct Trapped {
    simple: Simple,
    /// The callback, how many times it is let pass, and what is done then.
    trap: Mutex<Option<(Callback, usize, Action)>>,
}

impl Trapped {
    pub fn ledger(&self) -> Ledger {
        self.simple.ledger()
    }

    /// From within the callback, once it has been let pass so many times.
    pub fn set(&self, callback: Callback, passes: usize, action: impl FnOnce() + Send + 'static) {
        *self.trap.lock().unwrap_or_else(PoisonError::into_inner) = Some((callback, passes, Box::new(action)));
    }

    /// The lock is not held while the action runs: it may lead to other callbacks.
    fn spring(&self, callback: Callback) {
        let mut trap = self.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let action = match &mut *trap {
            Some((set, 0, _)) if *set == callback => trap.take().map(|(_, _, action)| action),
            Some((set, passes, _)) if *set == callback => {
                *passes -= 1;
                None
            }
            _ => None,
        };
        drop(trap);
        action.into_iter().for_each(|action| action());
    }
}

type Immediate = <Simple as Host>::Immediate;
type Payload = <Simple as Host>::Payload;

impl Host for Trapped {
    type Value = Value;
    type Payload = Payload;
    type Immediate = Immediate;
    type Error = NotShareable;
    type Type = <Simple as Host>::Type;
    type Converter = <Simple as Host>::Converter;

    fn type_of(&self, value: &Value) -> Self::Type {
        self.simple.type_of(value)
    }

    fn is_heap(&self, ty: &Self::Type) -> bool {
        self.simple.is_heap(ty)
    }

    fn builtins(&self) -> Vec<(Self::Type, Self::Converter)> {
        self.simple.builtins()
    }

    fn memory(&self) -> &Memory {
        self.simple.memory()
    }

    fn convert(
        &self,
        context: &Context,
        value: &Value,
        converter: &Self::Converter,
        items: &Items<'_, Self>,
    ) -> Converted<Self> {
        self.spring(Callback::Convert);
        self.simple.convert(context, value, converter, items)
    }

    fn materialise(
        &self,
        context: &Context,
        payload: PayloadRef<'_, Immediate, Payload>,
    ) -> Result<Value, MaterialiseError<NotShareable>> {
        self.spring(Callback::Materialise);
        self.simple.materialise(context, payload)
    }

    fn free(&self, context: &Context, payload: Payload) {
        self.simple.free(context, payload);
        self.spring(Callback::Free);
    }

    fn at_end(&self, _: &Current<'_, Self>) {
        self.spring(Callback::AtEnd);
    }
}

impl SessionHost for Trapped {
    type Exception = Exception;
    type Main = Main;

    fn main(&self, context: &Context) -> Result<Main, Exception> {
        self.spring(Callback::Main);
        self.simple.main(context)
    }

    fn make_room(&self, context: &Context, main: &Main, names_max: usize) -> Result<(), NoMemory> {
        self.spring(Callback::MakeRoom);
        self.simple.make_room(context, main, names_max)
    }

    fn bind(&self, context: &Context, main: &Main, name: &str, value: Value) {
        self.spring(Callback::Bind);
        self.simple.bind(context, main, name, value);
    }

    fn is_memory_error(&self, exception: &Exception) -> bool {
        self.spring(Callback::IsMemoryError);
        self.simple.is_memory_error(exception)
    }

    fn describe(&self, context: &Context, exception: &Exception, part: Part) -> Result<String, Undescribed> {
        self.spring(Callback::Describe(part));
        self.simple.describe(context, exception, part)
    }
}
