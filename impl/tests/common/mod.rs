//! What the tests share: runtimes over the simple host, and a host whose callbacks do once what a test asks for.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::{Mutex, PoisonError};

use crossinterp::simple::{Exception, Float, Ledger, Main, NotShareable, Simple, Text, Value};
use crossinterp::{
    CallError, Capsule, Context, Converted, Current, Host, Interpreter, Items, MaterialiseError, Part, PayloadRef,
    Runtime, SessionHost, Undescribed,
};
use quickcheck::{Arbitrary, Gen};

/// A runtime over the simple host, and its ledger.
pub fn simple() -> (Runtime<Simple>, Ledger) {
    let host = Simple::new();
    let ledger = host.ledger();
    (Runtime::builder(host).build(), ledger)
}

/// A runtime whose host can be told to do something in its next callback, and its ledger.
pub fn scripted() -> (Runtime<Scripted>, Ledger) {
    let host = Scripted::default();
    let ledger = host.simple.ledger();
    (Runtime::builder(host).build(), ledger)
}

/// A capsule with a payload, made in the interpreter and left there.
pub fn text_of<H: Host<Value = Value>>(interpreter: &Interpreter<H>) -> Capsule<H> {
    let inside = interpreter.enter().expect("nobody is in it");
    inside.convert(&Value::from("text")).expect("a text can leave")
}

/// Something a test wants done once, from within a callback.
type Once = Box<dyn FnOnce() + Send>;

/// The simple host, with a script.
#[derive(Default)]
pub struct Scripted {
    pub simple: Simple,
    convert: Slot,
    materialise: Slot,
    free: Slot,
    end: Slot,
    main: Slot,
    bind: Slot,
    describe: Slot,
    pub call_failures: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Slot(Mutex<Option<Once>>);

impl Slot {
    fn set(&self, action: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(action));
    }

    fn run(&self) {
        let action = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        action.into_iter().for_each(|action| action());
    }
}

impl Scripted {
    pub fn on_convert(&self, action: impl FnOnce() + Send + 'static) {
        self.convert.set(action);
    }

    pub fn on_materialise(&self, action: impl FnOnce() + Send + 'static) {
        self.materialise.set(action);
    }

    pub fn on_free(&self, action: impl FnOnce() + Send + 'static) {
        self.free.set(action);
    }

    pub fn on_main(&self, action: impl FnOnce() + Send + 'static) {
        self.main.set(action);
    }

    pub fn on_bind(&self, action: impl FnOnce() + Send + 'static) {
        self.bind.set(action);
    }

    pub fn on_describe(&self, action: impl FnOnce() + Send + 'static) {
        self.describe.set(action);
    }

    pub fn on_end(&self, action: impl FnOnce() + Send + 'static) {
        self.end.set(action);
    }
}

type Immediate = <Simple as Host>::Immediate;
type Payload = <Simple as Host>::Payload;

impl Host for Scripted {
    type Value = Value;
    type Payload = Payload;
    type Immediate = Immediate;
    type Error = NotShareable;

    type Type = <Simple as Host>::Type;
    type Converter = <Simple as Host>::Converter;

    fn type_of(&self, value: &Value) -> Self::Type {
        self.simple.type_of(value)
    }

    fn builtins(&self) -> Vec<(Self::Type, Self::Converter)> {
        self.simple.builtins()
    }

    fn convert(
        &self,
        context: &Context,
        value: &Value,
        converter: &Self::Converter,
        items: &Items<'_, Self>,
    ) -> Converted<Self> {
        self.convert.run();
        self.simple.convert(context, value, converter, items)
    }

    fn materialise(
        &self,
        context: &Context,
        payload: PayloadRef<'_, Immediate, Payload>,
    ) -> Result<Value, MaterialiseError<NotShareable>> {
        self.materialise.run();
        self.simple.materialise(context, payload)
    }

    fn free(&self, context: &Context, payload: Payload) {
        self.simple.free(context, payload);
        self.free.run();
    }

    fn at_end(&self, _: &Current<'_, Self>) {
        self.end.run();
    }

    fn call_failed(&self, _: &Context, error: CallError) {
        self.call_failures.lock().unwrap_or_else(PoisonError::into_inner).push(error.to_string());
    }
}

impl SessionHost for Scripted {
    type Exception = Exception;
    type Main = Main;

    fn main(&self, context: &Context) -> Result<Main, Exception> {
        self.main.run();
        self.simple.main(context)
    }

    fn bind(&self, context: &Context, main: &Main, name: &str, value: Value) {
        self.bind.run();
        self.simple.bind(context, main, name, value);
    }

    fn describe(&self, context: &Context, exception: &Exception, part: Part) -> Result<String, Undescribed> {
        self.describe.run();
        self.simple.describe(context, exception, part)
    }
}

/// Few cases under an interpreter that checks every access, many elsewhere.
pub const CASES: u64 = if cfg!(miri) { 5 } else { 200 };

/// A value that can leave and has no memory in common with anybody: every kind, with the ends of each kind's range.
#[derive(Clone, Debug)]
pub struct Shareable(pub Value);

impl Arbitrary for Shareable {
    fn arbitrary(g: &mut Gen) -> Self {
        Shareable(arbitrary_value(g, 3))
    }
}

fn arbitrary_value(g: &mut Gen, depth: usize) -> Value {
    let kinds = if depth == 0 { 7 } else { 8 };
    match usize::arbitrary(g) % kinds {
        0 => Value::None,
        1 => Value::Bool(bool::arbitrary(g)),
        2 => Value::int(*g.choose(&[i64::MIN, -6, -5, 256, 257, i64::MAX]).expect("there are some")),
        3 => Value::int(i64::arbitrary(g)),
        4 => Value::Float(Float::from_bits(u64::arbitrary(g))),
        5 => Value::Str(
            Text::from_code_points(Vec::<u32>::arbitrary(g).into_iter().map(|point| point % 0x11_0000))
                .expect("code points"),
        ),
        6 => Value::Bytes(Vec::arbitrary(g)),
        _ => Value::Tuple((0..usize::arbitrary(g) % 4).map(|_| arbitrary_value(g, depth - 1)).collect()),
    }
}
