//! The values of the simple object model: Python's, as the crate of objects has them, and the memory in them.
//!
//! It sits below the simple host. It knows nothing of interpreters.

pub use crossinterp_objects::{Buffer, Float, Int, Text, Value};

/// The name of the kind of a value, as errors have it.
pub(super) fn kind(value: &Value) -> String {
    value.type_of().name().to_owned()
}

pub(super) fn holds_buffer(value: &Value) -> bool {
    let mut found = false;
    each_buffer(value, &mut |_| found = true);
    found
}

pub(super) fn each_buffer(value: &Value, visit: &mut impl FnMut(&Buffer)) {
    match value {
        Value::Buffer(buffer) => visit(buffer),
        Value::Tuple(items) => items.iter().for_each(|item| each_buffer(item, visit)),
        _ => {}
    }
}
