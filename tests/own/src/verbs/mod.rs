//! The verbs: what each request makes the runtime do.
//!
//! They perform and observe. They know neither scenarios nor what is right.

mod arguments;
mod capsules;
mod crossing;
mod failures;
pub(crate) mod ids;
mod internals;
mod lifecycle;
mod objects;
mod registry;
mod running;
mod sessions;
mod snapshots;
pub(crate) mod things;
mod threads;
mod told;
mod updates;
mod views;

use crate::driver::Here;
use crate::outcome::{Answer, Stop};
use crate::request::Request;

/// A family of verbs: nothing if the verb is none of them.
type Family = fn(Here<'_>, &Request) -> Option<Answer>;

const FAMILIES: [Family; 10] = [
    lifecycle::perform,
    running::perform,
    objects::perform,
    threads::perform,
    crossing::perform,
    registry::perform,
    capsules::perform,
    internals::perform,
    snapshots::perform,
    sessions::perform,
];

/// Makes a call from a place.
pub(crate) fn perform(here: Here<'_>, request: &Request) -> Answer {
    let request = objects::prepared(here, request)?;
    let request = arguments::parsed(&request)?;
    let answer = FAMILIES.iter().find_map(|family| family(here, &request));
    answer.unwrap_or_else(|| {
        let verb = &request.verb;
        Err(Stop::Missing(format!("the verb {verb} with {} arguments", request.args.len())))
    })
}
