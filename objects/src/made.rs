//! Objects that only have a name in the notation: how each reads, and of what type it is.
//!
//! A table of what Python says of them, one line each. It knows nothing of what may be done with them.

use crate::error::error_parts;
use crate::shown::{self, TextFailed, repr_of};
use crate::types::Type;
use crate::value::Value;

/// `repr()` of the object of that name. One that is not in the table is an instance of a class of a driver's.
pub(crate) fn repr(kind: &str, args: &[Value]) -> Result<String, TextFailed> {
    Ok(match (kind, args) {
        ("Level", [number]) => format!("<Level.{}: {number}>", if *number == Value::int(1) { "LOW" } else { "HIGH" }),
        ("DictSubclass", [inner]) => repr_of(inner)?,
        ("ListSubclass", items) => format!("[{}]", shown::joined(items)?),
        ("FrozenSet", []) => "frozenset()".to_owned(),
        ("FrozenSet", items) => format!("frozenset({{{}}})", shown::joined(items)?),
        ("Complex", [Value::Float(real), Value::Float(imaginary)]) => repr_complex(real.get(), imaginary.get()),
        ("Range", [start, stop, Value::Int(step)]) if *step == 1 => format!("range({start}, {stop})"),
        ("Range", args) => format!("range({})", shown::joined(args)?),
        ("Slice", [start, stop]) => format!("slice({}, {}, None)", repr_of(start)?, repr_of(stop)?),
        ("Slice", args) => format!("slice({})", shown::joined(args)?),
        ("Array", [form, Value::List(items)]) if items.is_empty() => format!("array({})", repr_of(form)?),
        ("Array", args) => format!("array({})", shown::joined(args)?),
        ("Point", args) => format!("Point({})", shown::joined(args)?),
        ("Local", [Value::Str(shown)]) => shown.escaped(),
        ("Partial", [inner]) => format!("functools.partial({})", repr_of(inner)?),
        ("Partial", [inner, args @ ..]) => format!("functools.partial({}, {})", repr_of(inner)?, shown::joined(args)?),
        ("Raised", [Value::Str(name), args @ ..]) => format!("{}({})", name.escaped(), shown::joined(args)?),
        ("Builtin" | "Class" | "Module" | "Imported" | "Function" | "Code" | "Iterator", [.., Value::Str(name)]) => {
            repr_named(kind, args, &name.escaped())
        }
        (kind, _) => return Ok(repr_plain(kind)),
    })
}

/// `str()` of the object of that name, where it is not its `repr()`.
pub(crate) fn str(kind: &str, args: &[Value]) -> Option<Result<crate::Text, TextFailed>> {
    match (kind, args) {
        ("Level", [number]) => Some(shown::repr(number)),
        ("Raised", [_]) => Some(Ok("".into())),
        // A KeyError shows what was looked for as it would be written.
        ("Raised", [Value::Str(name), key]) if name == "KeyError" => Some(shown::repr(key)),
        ("Raised", [_, only]) => Some(shown::str(only)),
        ("Raised", [_, args @ ..]) => Some(shown::repr(&Value::Tuple(args.to_vec()))),
        _ => None,
    }
}

fn repr_named(kind: &str, args: &[Value], name: &str) -> String {
    match kind {
        "Builtin" if is_class(name) => format!("<class '{name}'>"),
        "Builtin" if matches!(name, "Ellipsis" | "NotImplemented") => name.to_owned(),
        "Builtin" => format!("<built-in function {name}>"),
        "Class" if name == "Level" => "<enum 'Level'>".to_owned(),
        "Class" => format!("<class 'driver.{name}'>"),
        "Module" => format!("<module '{name}' (built-in)>"),
        "Imported" if is_class(name) => format!("<class '{}.{name}'>", args[0].as_str().unwrap_or_default()),
        "Imported" => format!("<function {name} at 0xADDR>"),
        "Function" => format!("<function {} at 0xADDR>", if name == "renamed" { "another" } else { name }),
        "Code" => format!("<code object {name} at 0xADDR, file \"<made>\", line 1>"),
        _ if name == "generator" => {
            "<generator object started.<locals>.<lambda>.<locals>.<genexpr> at 0xADDR>".to_owned()
        }
        _ if name == "list" => "<list_iterator object at 0xADDR>".to_owned(),
        _ => format!("<{name} object at 0xADDR>"),
    }
}

fn repr_plain(kind: &str) -> String {
    match kind {
        "Shared" | "Child" | "Other" | "Unpicklable" | "Unloadable" | "Reduced" => format!("{kind}()"),
        "Object" => "<object object at 0xADDR>".to_owned(),
        "Lock" => "<unlocked _thread.lock object at 0xADDR>".to_owned(),
        "Method" => "<bound method Method.method of Method()>".to_owned(),
        "WeakRef" => "<weakref at 0xADDR; to 'type' at 0xADDR (Plain)>".to_owned(),
        "View" | "Stepped" => "<memory at 0xADDR>".to_owned(),
        "Function" => "<function <lambda>.<locals>.<lambda> at 0xADDR>".to_owned(),
        _ => format!("<driver.{kind} object at 0xADDR>"),
    }
}

/// A real part of positive zero is left out, and with it the parentheses.
fn repr_complex(real: f64, imaginary: f64) -> String {
    if real.to_bits() == 0 {
        return format!("{imaginary}j");
    }
    format!("({real}{imaginary:+}j)")
}

/// Classes are told from functions by how Python writes their names, with a few that are written small.
fn is_class(name: &str) -> bool {
    let small = ["int", "str", "bytes", "bool", "float", "tuple", "list", "dict", "object", "type", "memoryview"];
    let constants = ["Ellipsis", "NotImplemented"];
    small.contains(&name) || (name.starts_with(char::is_uppercase) && !constants.contains(&name))
}

/// The type of the object of that name, where the name alone does not say it.
pub(crate) fn type_of(kind: &str, args: &[Value]) -> Option<Type> {
    let name = args.last().and_then(Value::as_str).unwrap_or_default();
    Some(match kind {
        "View" | "Stepped" => Type::built_in("memoryview"),
        "Builtin" if name == "Ellipsis" => Type::built_in("ellipsis"),
        "Builtin" if name == "NotImplemented" => Type::built_in("NotImplementedType"),
        "Builtin" | "Imported" if is_class(name) => Type::built_in("type"),
        "Builtin" => Type::built_in("builtin_function_or_method"),
        "Imported" => Type::built_in("function"),
        "Class" if name == "Level" => Type::heap("EnumType"),
        "Error" => Type::built_in_named(error_parts(args).0),
        "Raised" => Type::built_in_named(args.first().and_then(Value::as_str)?),
        "Iterator" => Type::heap(name),
        "Method" => Type::built_in("method"),
        "Partial" => Type::heap("functools.partial"),
        "Bound" => Type::built_in("builtin_function_or_method"),
        _ => return None,
    })
}

impl Value {
    /// The class that this value is, if it is one.
    #[must_use]
    pub fn as_class(&self) -> Option<Type> {
        let Value::Made(kind, args) = self else { return None };
        let name = args.last().and_then(Value::as_str)?;
        match kind.as_str() {
            "Class" => Some(Type::heap(name)),
            "Builtin" if is_class(name) => Some(Type::built_in_named(name)),
            "Imported" if name == "FunctionType" => Some(Type::built_in("function")),
            "Imported" if is_class(name) => Some(Type::heap(name)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Value;
    use crate::shown::check;

    #[test]
    fn made_objects_read_as_in_python() {
        check("Level(3)", "<Level.HIGH: 3>", "3");
        check("Complex(1.0, -2.5)", "(1-2.5j)", "(1-2.5j)");
        check("Complex(0.0, -1.0)", "-1j", "-1j");
        check("Range(0, 3, 1)", "range(0, 3)", "range(0, 3)");
        check("Slice(None, None, 3)", "slice(None, None, 3)", "slice(None, None, 3)");
        check(r#"Builtin("int")"#, "<class 'int'>", "<class 'int'>");
        check(r#"Raised("KeyError", "k")"#, "KeyError('k')", "'k'");
        check(r#"Raised("RuntimeError", "a", 1)"#, "RuntimeError('a', 1)", "('a', 1)");
        check(r#"Function("renamed")"#, "<function another at 0xADDR>", "<function another at 0xADDR>");
        check(
            "Function()",
            "<function <lambda>.<locals>.<lambda> at 0xADDR>",
            "<function <lambda>.<locals>.<lambda> at 0xADDR>",
        );
    }

    #[test]
    fn a_class_is_what_its_instances_are_of() {
        let parse =
            |notation: &str| notation.parse::<Value>().unwrap_or_else(|trouble| panic!("{notation}: {trouble}"));
        assert_eq!(parse(r#"Class("Shared")"#).as_class(), Some(parse("Shared()").type_of()));
        assert_eq!(parse(r#"Builtin("list")"#).as_class(), Some(parse("[]").type_of()));
        assert_eq!(parse(r#"Builtin("ValueError")"#).as_class(), Some(parse("Error(1)").type_of()));
        assert_eq!(parse(r#"Builtin("type")"#).as_class(), Some(parse(r#"Class("Shared")"#).type_of()));
        assert_eq!(parse(r#"Builtin("len")"#).as_class(), None);
    }
}
