//! The few programs that scenarios run in a `__main__`: what each does there, and what it raises.
//!
//! Nothing is compiled. Those that only raise are a table of `excinfo`.

use super::Value;
use super::excinfo::raised_in;
use super::layer::Layer;
use super::namespace::bind;
use super::player::{Player, Stop};
use super::session::NoMain;
use crate::excinfo::Given;

impl<L: Layer> Player<L> {
    /// Runs a program there. The file is what its code says that it is from.
    pub(super) fn run_in_main(&mut self, id: i64, code: &Value, file: &'static str) -> Result<Option<Given>, Stop> {
        if let Some(exception) = raised_in(code, file) {
            return Ok(Some(exception));
        }
        if matches!(code, Value::Made(..)) {
            return Err(Stop::NotModelled(format!("the program {code}: it raises no error that the model knows")));
        }
        match code.as_str().unwrap_or_default() {
            "" | "pass" => {}
            "x = 5" => bind(self.mains.entry(id).or_default(), Value::text("x"), Value::int(5)),
            "x = 6" => bind(self.mains.entry(id).or_default(), Value::text("x"), Value::int(6)),
            "import sys; del sys.modules['__main__']" => drop(self.no_main.insert(id, NoMain::Gone)),
            "import sys; sys.modules['__main__'] = 42" => drop(self.no_main.insert(id, NoMain::NoModule)),
            "len" => return Ok(self.looks_for_builtins(id, file)),
            _ => return Err(Stop::NotModelled(format!("the program {code}"))),
        }
        Ok(None)
    }

    /// A name is looked for in what is bound as `__builtins__`, which may have no items.
    fn looks_for_builtins(&self, id: i64, file: &'static str) -> Option<Given> {
        let bound = self.bound_in(id, "__builtins__")?;
        let text = format!("'{}' object is not subscriptable", bound.type_of().name());
        let error = Value::made("Error", vec![Value::text("TypeError"), Value::text(&text)]);
        raised_in(&Value::made("Raise", vec![error]), file)
    }
}
