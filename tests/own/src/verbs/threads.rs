//! Gates and threads, as a scenario directs them.
//!
//! It sits on top of the board. How a thread is started, `places` knows.

use crossinterp_objects::{Text, Value};

use crate::board::Stuck;
use crate::driver::Here;
use crate::outcome::{Answer, Stop};
use crate::raised::Raised;
use crate::request::Request;

/// The verbs of this module.
pub(super) fn perform(here: Here<'_>, request: &Request) -> Option<Answer> {
    let board = &here.driver.board;
    Some(match (request.verb.as_str(), request.args.as_slice()) {
        ("reached", [Value::Str(gate)]) => {
            let gate = gate.escaped();
            board.until_reached(&gate).map(|()| Value::None).map_err(|Stuck| stuck(&format!("reach the gate {gate}")))
        }
        ("open", [Value::Str(gate)]) => {
            board.open(&gate.escaped());
            Ok(Value::None)
        }
        ("join", threads) => join(here, threads),
        _ => return None,
    })
}

/// What came of each thread, in the order in which they are named.
fn join(here: Here<'_>, threads: &[Value]) -> Answer {
    let came = threads.iter().map(|thread| {
        let Value::Str(name) = thread else { return Err(Raised::type_error("a thread has a name").into()) };
        joined(here, name)
    });
    came.collect::<Result<_, _>>().map(Value::Tuple)
}

fn joined(here: Here<'_>, name: &Text) -> Answer {
    let name = name.escaped();
    match here.driver.board.join(&name).map_err(|Stuck| stuck(&format!("end the thread {name}")))? {
        None => Err(Raised::new("KeyError", format!("'{name}'")).into()),
        Some(Ok(value)) => Ok(Value::made("Returned", vec![value])),
        Some(Err(Stop::Raised(raised))) => {
            let parts = vec![Value::text(&raised.full_name()), Value::Str(raised.message().clone())];
            Ok(Value::made("Raised", parts))
        }
        Some(Err(missing @ Stop::Missing(_))) => Err(missing),
    }
}

fn stuck(what: &str) -> Stop {
    Raised::new("RuntimeError", format!("nobody is left to {what}")).into()
}
