//! A small, exact model of Python values: what they are, how Python shows them, how a scenario writes them.
//!
//! Exact means: ints of any size, floats by their bits, text by its code points with lone surrogates and NULs, and for
//! every value the type that it has and nothing that is merely like it. It sits below everything else and knows nobody:
//! neither the layer that carries values, nor a runtime, nor a file.
//!
//! ```
//! use crossinterp_objects::{Text, Value};
//!
//! let value: Value = r#"("a\udc80", -0.0, 9223372036854775808)"#.parse()?;
//! assert_eq!(value.type_of().name(), "tuple");
//! assert_eq!(crossinterp_objects::repr(&value), Ok(Text::from(r"('a\udc80', -0.0, 9223372036854775808)")));
//! # Ok::<(), crossinterp_objects::notation::Trouble>(())
//! ```

mod buffer;
mod error;
mod float;
mod int;
mod made;
pub mod notation;
mod shown;
mod text;
mod types;
mod value;

pub use buffer::Buffer;
pub use error::{error_parts, error_text};
pub use float::Float;
pub use int::Int;
pub use notation::Quoted;
pub use shown::{TextFailed, has_own_text, repr, str};
pub use text::{Text, is_printable};
pub use types::{Home, Type};
pub use value::Value;
