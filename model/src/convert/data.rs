//! Cross-interpreter data as C has it: five fields, and what the pointer in the first of them leads to.
//!
//! A tuple's items are structures of their own, by number, so that no depth of nesting is a depth of this program.

use crossinterp_objects::{Float, Value};

use super::ledger::{BlockId, ExportId, ReferenceId};

/// The number of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XiRef(pub(super) usize);

/// One `_PyCrossInterpreterData`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XiData {
    /// What the pointer holds or leads to.
    pub data: Data,
    /// The object that is kept alive.
    pub obj: Option<ReferenceId>,
    /// The owner's id, or -1.
    pub owner: i64,
    /// The function that makes the object.
    pub new_object: Option<NewObject>,
    /// The function that frees the data.
    pub free: Option<Free>,
    /// The structure itself.
    pub structure: BlockId,
}

impl XiData {
    /// Every field as `_xidata_init` leaves it. Rule `capsule.init`; `_xidata_init` in `crossinterp.c`.
    pub(super) fn empty(structure: BlockId) -> XiData {
        XiData { data: Data::Null, obj: None, owner: -1, new_object: None, free: None, structure }
    }

    /// Which of data, object and free function are set: what an outsider can see of the rest.
    pub fn shape(&self) -> (bool, bool, bool) {
        (self.data != Data::Null, self.obj.is_some(), self.free.is_some())
    }
}

/// What `data` holds or leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// A null pointer; for a bool and an int also the value itself.
    Null,
    /// The value in place of a pointer, never zero.
    Word(i64),
    /// A block with a double in it: a copy.
    Double(BlockId, Float),
    /// A block that points into the owner's object.
    Borrowed(BlockId, Borrowed),
    /// A block that points to an array of structures.
    Items(Items),
    /// A block with an exported buffer in it.
    View(View),
    /// What a converter of somebody else's put there.
    Foreign(BlockId),
    /// A block that points to the bytes into which a fallback turned the object, and what will be made of them.
    Shipped(BlockId, Value),
}

/// A pointer into an object, and how far it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowed {
    /// The object: what is read is read from it.
    pub object: Value,
    /// Bytes for each unit: 1 for bytes, 1, 2 or 4 for text.
    pub kind: usize,
    /// Units.
    pub len: usize,
}

/// The items of a tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items {
    /// The block with the length and the pointer to the array. From the raw allocator.
    pub header: BlockId,
    /// The array. From the interpreter's allocator: it can be freed in its owner only.
    pub array: BlockId,
    /// The structures.
    pub items: Vec<XiRef>,
    /// The tuple, which is only kept alive: nobody reads it.
    pub object: Value,
}

/// An exported buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The block with the `Py_buffer`.
    pub block: BlockId,
    /// The export.
    pub export: ExportId,
    /// The view it was taken from.
    pub object: Value,
    /// Whether it was handed over to a reader.
    pub used: bool,
}

/// Which function makes the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewObject {
    /// `_new_none_object`.
    None,
    /// `_new_bool_object`.
    Bool,
    /// `_new_long_object`.
    Int,
    /// `_new_float_object`.
    Float,
    /// `_new_bytes_object`.
    Bytes,
    /// `_new_str_object`.
    Str,
    /// `_new_tuple_object`.
    Tuple,
    /// `_memoryview_from_xid`.
    Memoryview,
    /// Somebody else's.
    Foreign,
    /// That of a fallback.
    Shipped,
}

/// Which function frees the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Free {
    /// `PyMem_RawFree`.
    Raw,
    /// `_tuple_shared_free`.
    Tuple,
    /// `_pybuffer_shared_free`.
    View,
}
