//! Two interpreters on two threads exchange values; then one of them is asked for a favour. `cargo run --example exchange`

use std::sync::mpsc;
use std::thread;

use crossinterp::simple::{NotShareable, Simple, Value};
use crossinterp::{Capsule, Interpreter, Runtime};

type Error = crossinterp::Error<NotShareable>;

/// Sends words, each in a capsule of its own.
fn send(from: &Interpreter<Simple>, to: &mpsc::Sender<Capsule<Simple>>) -> Result<(), Error> {
    let inside = from.enter()?;
    for word in ["values", "go", "round"] {
        if to.send(inside.convert(&Value::from(word))?).is_err() {
            break;
        }
    }
    Ok(())
}

/// Reads what arrives, and gives each capsule back.
fn receive(inside: &Interpreter<Simple>, from: mpsc::Receiver<Capsule<Simple>>) -> Result<(), Error> {
    let inside = inside.enter()?;
    for capsule in from {
        let value = inside.materialise(&capsule)?;
        let release = inside.release(&capsule)?;
        println!("{value:?} came from interpreter {}; its payload: {release:?}", capsule.owner());
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = Simple::new();
    let ledger = host.ledger();
    let runtime = Runtime::builder(host).build();
    let (sender, receiver) = (runtime.create()?, runtime.create()?);
    let (outbox, inbox) = mpsc::channel();
    thread::scope(|scope| {
        let sending = scope.spawn(|| {
            let outbox = outbox;
            send(&sender, &outbox)
        });
        receive(&receiver, inbox)?;
        sending.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    sender.call_soon(|owner| {
        println!("a call made inside interpreter {}", owner.id());
        Ok(())
    })?;
    runtime.shutdown()?;
    println!("the ledger: {:?}", ledger.totals());
    Ok(())
}
