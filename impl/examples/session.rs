//! One interpreter asks another for a favour, three times: it is done, it goes wrong, and it has to wait. `cargo run --example session`

use std::thread;

use crossinterp::simple::{Exception, Simple, Value};
use crossinterp::{Current, Interpreter, Runtime, Session};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Brings a name along, greets it over there, and takes the greeting back.
fn greet(here: &Current<'_, Simple>, target: &Interpreter<Simple>, name: &str) -> Outcome<Value> {
    let mut session = Session::enter_waiting(here, target, &[("name", Value::from(name))])?;
    let ran = session.run(|inside| {
        let Some(Value::Str(name)) = inside.main()?.get("name") else { Err(Exception::new("NameError", "name"))? };
        match name.as_str() {
            Some("") | None => Err(Exception::new("ValueError", "nobody to greet"))?,
            Some(name) => inside.preserve("greeting", Value::text(&format!("hello, {name}"))),
        }
    });
    // The exit first: it tells what the body failed with, and why. What is left to say then is that it did fail.
    let mut preserved = session.exit()?;
    ran?;
    Ok(preserved.take("greeting").unwrap_or(Value::None))
}

/// What the greeting came to, in a line.
fn report(here: &Current<'_, Simple>, target: &Interpreter<Simple>, name: &str) -> String {
    match greet(here, target, name) {
        Ok(greeting) => format!("{greeting:?}"),
        Err(error) => format!("no greeting: {error}"),
    }
}

fn main() -> Outcome<()> {
    let runtime = Runtime::builder(Simple::new()).build();
    let (home, greeter) = (runtime.create()?, runtime.create()?);
    let here = home.enter()?;
    println!("{}", report(&here, &greeter, "world"));
    println!("{}", report(&here, &greeter, ""));

    let visitors = ["one", "another", "a third"].map(|name| {
        let (runtime, greeter) = (runtime.clone(), greeter.clone());
        thread::spawn(move || -> Result<String, crossinterp::Error> {
            let home = runtime.create()?;
            let here = home.enter()?;
            Ok(report(&here, &greeter, name))
        })
    });
    for visitor in visitors {
        println!("{}", visitor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    }
    drop(here);
    println!("{} interpreters ended; the ledger: {:?}", runtime.shutdown()?, runtime.host().ledger().totals());
    Ok(())
}
