//! Views of memory as objects: bytes with a format, a shape, strides, and whether they may be written.
//!
//! It sits below the verbs that make objects. A view of memory that a scenario holds on to is that memory itself; any other is
//! described here.

use crossinterp_objects::Value;

use crate::outcome::Stop;

/// A view in rows: what an item is, how many, and how far apart.
struct Rows {
    bytes: Vec<u8>,
    format: String,
    shape: Vec<i64>,
    strides: Vec<i64>,
    readonly: bool,
}

/// `MemoryView(object)` of something that nobody holds on to.
pub(super) fn plain(shown: &Value) -> Value {
    let (bytes, format, readonly) = match shown.plain() {
        Value::Made(kind, args) if kind == "Array" => (array_bytes(args), format_of(args.first()), false),
        Value::Made(kind, args) if kind == "ByteArray" => {
            (args.first().map(bytes_of).unwrap_or_default(), "B".to_owned(), false)
        }
        other => (bytes_of(other), "B".to_owned(), true),
    };
    let count = bytes.len() as i64 / size_of(&format);
    Rows { strides: vec![size_of(&format)], shape: vec![count], bytes, format, readonly }.to_value()
}

/// `View(bytes, format, shape)`.
pub(super) fn cast(args: &[Value]) -> Result<Value, Stop> {
    let [shown, format, rest @ ..] = args else { return Err(Stop::Missing("a view without a format".to_owned())) };
    let (bytes, format) = (bytes_of(shown.plain()), format_of(Some(format)));
    let size = size_of(&format);
    let shape = match rest {
        [Value::Tuple(shape)] => shape.iter().filter_map(Value::as_i64).collect(),
        _ => vec![bytes.len() as i64 / size],
    };
    let strides =
        (1..=shape.len()).map(|at| shape[at..].iter().fold(size, |step, count| step.wrapping_mul(*count))).collect();
    Ok(Rows { bytes, format, shape, strides, readonly: !is_writable(shown) }.to_value())
}

/// `Stepped(bytes, step)`: every so many bytes, backwards if the step is negative.
pub(super) fn stepped(args: &[Value]) -> Result<Value, Stop> {
    let [shown, Value::Int(step)] = args else { return Err(Stop::Missing("a view with steps".to_owned())) };
    let step = step.to_i64().filter(|step| *step != 0).ok_or_else(|| Stop::Missing("a step of zero".to_owned()))?;
    let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
    let mut bytes = bytes_of(shown.plain());
    if step < 0 {
        bytes.reverse();
    }
    let bytes: Vec<u8> = bytes.into_iter().step_by(stride).collect();
    let shape = vec![bytes.len() as i64];
    Ok(Rows { bytes, format: "B".to_owned(), shape, strides: vec![step], readonly: !is_writable(shown) }.to_value())
}

/// Of a view: format, shape, strides, read-only, the bytes, and whose memory it says it shows.
pub(super) fn described(view: &Value) -> Option<Value> {
    let parts = match view {
        // Memory that a scenario holds on to can be written.
        Value::Buffer(buffer) => {
            let length = Value::int(buffer.to_vec().len());
            let (shape, strides) = (Value::Tuple(vec![length]), Value::Tuple(vec![Value::int(1)]));
            [Value::text("B"), shape, strides, Value::Bool(false), Value::Bytes(buffer.to_vec())]
        }
        Value::Made(kind, args) if kind == "View" => {
            let [bytes, format, shape, strides, readonly] = <[Value; 5]>::try_from(args.clone()).ok()?;
            [format, shape, strides, readonly, bytes]
        }
        _ => return None,
    };
    let home = Value::text("CrossInterpreterBufferView");
    Some(Value::Tuple(parts.into_iter().chain([home]).collect()))
}

impl Rows {
    fn to_value(&self) -> Value {
        let tuple = |numbers: &[i64]| Value::Tuple(numbers.iter().map(|number| Value::int(*number)).collect());
        let parts = [Value::Bytes(self.bytes.clone()), Value::text(&self.format), tuple(&self.shape)];
        let more = [tuple(&self.strides), Value::Bool(self.readonly)];
        Value::made("View", parts.into_iter().chain(more).collect())
    }
}

fn is_writable(shown: &Value) -> bool {
    matches!(shown, Value::Made(kind, _) if kind == "ByteArray" || kind == "Array")
}

/// The bytes of an object that has some.
pub(super) fn bytes_of(value: &Value) -> Vec<u8> {
    match value.plain() {
        Value::Bytes(bytes) => bytes.clone(),
        Value::Buffer(buffer) => buffer.to_vec(),
        Value::Made(kind, args) if kind == "ByteArray" || kind == "View" => {
            args.first().map(bytes_of).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn array_bytes(args: &[Value]) -> Vec<u8> {
    let size = usize::try_from(size_of(&format_of(args.first()))).unwrap_or(1);
    let Some(Value::List(items)) = args.get(1) else { return Vec::new() };
    items.iter().filter_map(Value::as_i64).flat_map(|item| item.to_le_bytes().into_iter().take(size)).collect()
}

fn format_of(format: Option<&Value>) -> String {
    format.and_then(Value::as_str).unwrap_or("B").to_owned()
}

/// The size of an item, as the usual compilers have it.
fn size_of(format: &str) -> i64 {
    match format {
        "h" | "H" => 2,
        "i" | "I" | "f" => 4,
        "l" | "L" | "q" | "Q" | "d" => 8,
        _ => 1,
    }
}
