//! 3.14's helper for types that are carried as bytes: the checks before a bytes capsule is made.

use crossinterp_objects::{Value, repr};

use super::failure::Failure;

/// The size of the smallest block that a bytes capsule can use: a pointer and a length.
pub const BYTES_SIZE_MIN: i128 = 16;

/// Checks what the helper is given: the object, the size of the block (0 for the smallest), and whether there is a
/// function that makes the object.
///
/// Rule `convert.bytes-helper`; `_PyBytes_GetXIDataWrapped` of 3.14. Unlike the registry, it takes subclasses.
pub fn bytes_data(object: &Value, size: i128, rebuilds: bool) -> Result<(), Failure> {
    if !is_bytes(object) {
        return Err(Failure::NotBytes { text: repr(object).unwrap_or_default() });
    }
    if size < BYTES_SIZE_MIN {
        return Err(Failure::TooSmall { size });
    }
    if size == BYTES_SIZE_MIN && !rebuilds {
        return Err(Failure::NoNewObjectForBytes);
    }
    Ok(())
}

fn is_bytes(object: &Value) -> bool {
    match object {
        Value::Bytes(_) => true,
        Value::Made(kind, _) => kind == "BytesSubclass",
        _ => false,
    }
}
