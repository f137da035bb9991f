//! What every measurement starts from: two interpreters over a host that writes nothing down, and the values to carry.

use crossinterp::simple::{Converter, Simple, Type, Value};
use crossinterp::{Current, Interpreter, Namespace, Runtime};
use divan::black_box;

pub struct Stage {
    pub here: Interpreter<Simple>,
    pub there: Interpreter<Simple>,
}

impl Stage {
    pub fn new() -> Stage {
        let runtime = Runtime::builder(Simple::new().without_ledger()).build();
        let mut interpreters = [(); 2].map(|()| runtime.create().expect("ids are left")).into_iter();
        let mut next = || interpreters.next().expect("there are two");
        Stage { here: next(), there: next() }
    }

    /// A type to look up, registered if it has to be.
    pub fn register(&self, here: &Current<'_, Simple>, which: &str) -> Type {
        match which {
            "newest" => Type::built_in("memoryview"),
            "oldest" => Type::built_in("NoneType"),
            "heap" => {
                let heap = Type::heap("Shared");
                here.register(&heap, &Converter::Made).expect("it is not registered");
                heap
            }
            _ => Type::built_in("list"),
        }
    }
}

pub fn values(kind: &str) -> Value {
    match kind {
        "int" => Value::int(1_i64 << 40),
        "float" => Value::float(0.1),
        "short str" => Value::from("a short text"),
        "1 KiB bytes" => Value::Bytes(vec![7; 1024]),
        _ => Value::Tuple((0..8).map(|number| Value::int(1000 + number)).collect()),
    }
}

pub fn pairs() -> Vec<(String, Value)> {
    (0..8).map(|number| (format!("name{number}"), Value::from("a short text"))).collect()
}

/// Made, filled, applied and freed.
pub fn carry(here: &Current<'_, Simple>, there: &Current<'_, Simple>, pairs: &[(String, Value)]) {
    let namespace = Namespace::from_pairs(here, pairs).expect("they can leave");
    namespace.apply(there, |name, value| drop(black_box((name, value)))).expect("they can arrive");
    namespace.free_in(here);
}
