//! How a Python function takes its arguments, and what it says of those that do not fit.
//!
//! The order is that of `initialize_locals` in `ceval.c`: places, then names, then too many, then too few. Functions with
//! defaults never get here: they cannot cross.

use super::Value;

/// What a function takes, by the names of its parameters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parameters {
    /// By place only.
    pub only_places: &'static [&'static str],
    /// By place or by name.
    pub either: &'static [&'static str],
    /// By name only.
    pub only_names: &'static [&'static str],
    /// Whether it takes more places.
    pub more_places: bool,
    /// Whether it takes more names.
    pub more_names: bool,
}

/// What a function was given, by parameter; the rest in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    named: Vec<(&'static str, Value)>,
    /// What no parameter took by place.
    pub places: Vec<Value>,
    /// What no parameter took by name.
    pub names: Vec<(Value, Value)>,
}

impl Bound {
    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Value {
        self.named.iter().find(|(known, _)| *known == name).map_or(Value::None, |(_, value)| value.clone())
    }
}

impl Parameters {
    /// One that takes so much by place or by name.
    pub const fn either(names: &'static [&'static str]) -> Parameters {
        Parameters { either: names, ..Parameters::NONE }
    }

    /// One that takes nothing.
    pub const NONE: Parameters =
        Parameters { only_places: &[], either: &[], only_names: &[], more_places: false, more_names: false };

    fn with_places(self) -> impl Iterator<Item = &'static str> {
        self.only_places.iter().chain(self.either).copied()
    }

    /// Gives each parameter its argument; otherwise the words of the `TypeError`.
    pub fn bind(self, function: &str, args: &[Value], kwargs: &[(Value, Value)]) -> Result<Bound, String> {
        let mut bound = Bound::default();
        let count = self.only_places.len() + self.either.len();
        bound.named.extend(self.with_places().zip(args.iter().cloned()));
        if self.more_places {
            bound.places.extend(args.iter().skip(count).cloned());
        }
        for (name, value) in kwargs {
            self.bind_name(function, &mut bound, name, value)?;
        }
        if args.len() > count && !self.more_places {
            return Err(self.too_many(function, args.len(), &bound));
        }
        self.check_missing(function, &bound)?;
        Ok(bound)
    }

    fn bind_name(&self, function: &str, bound: &mut Bound, name: &Value, value: &Value) -> Result<(), String> {
        let text = name.as_str().unwrap_or_default();
        let mut known = self.either.iter().chain(self.only_names);
        if let Some(known) = known.find(|known| **known == text) {
            if bound.named.iter().any(|(taken, _)| taken == known) {
                return Err(format!("{function}() got multiple values for argument '{text}'"));
            }
            bound.named.push((known, value.clone()));
        } else if self.more_names {
            bound.names.push((name.clone(), value.clone()));
        } else if self.only_places.contains(&text) {
            let what = "got some positional-only arguments passed as keyword arguments";
            return Err(format!("{function}() {what}: '{text}'"));
        } else {
            return Err(format!("{function}() got an unexpected keyword argument '{text}'"));
        }
        Ok(())
    }

    /// What was given by name only is counted too, if there is any of it.
    fn too_many(&self, function: &str, given: usize, bound: &Bound) -> String {
        let takes = self.only_places.len() + self.either.len();
        let named = bound.named.iter().filter(|(name, _)| self.only_names.contains(name)).count();
        let s = plural(takes);
        let given = match named {
            0 => format!("{given} {} given", if given == 1 { "was" } else { "were" }),
            named => format!(
                "{given} positional argument{} (and {named} keyword-only argument{}) were given",
                plural(given),
                plural(named)
            ),
        };
        format!("{function}() takes {takes} positional argument{s} but {given}")
    }

    fn check_missing(&self, function: &str, bound: &Bound) -> Result<(), String> {
        let is_missing = |name: &&str| !bound.named.iter().any(|(known, _)| known == name);
        let places: Vec<_> = self.with_places().filter(is_missing).collect();
        let names: Vec<_> = self.only_names.iter().copied().filter(is_missing).collect();
        match (places.is_empty(), names.is_empty()) {
            (false, _) => Err(missing(function, "positional", &places)),
            (true, false) => Err(missing(function, "keyword-only", &names)),
            (true, true) => Ok(()),
        }
    }
}

fn missing(function: &str, kind: &str, names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    let listed = match quoted.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        [] => String::new(),
    };
    format!("{function}() missing {} required {kind} argument{}: {listed}", names.len(), plural(names.len()))
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: Parameters = Parameters { only_names: &["b"], ..Parameters::either(&["a"]) };

    #[track_caller]
    fn refused(parameters: Parameters, args: &[i64], kwargs: &[&str], words: &str) {
        let args: Vec<_> = args.iter().map(|&number| Value::int(number)).collect();
        let kwargs: Vec<_> = kwargs.iter().map(|name| (Value::text(name), Value::int(0))).collect();
        assert_eq!(parameters.bind("f", &args, &kwargs).map(|_| ()), Err(words.to_owned()));
    }

    #[test]
    fn arguments_that_do_not_fit_are_told_in_the_order_of_python() {
        refused(Parameters::NONE, &[1], &[], "f() takes 0 positional arguments but 1 was given");
        refused(OPTIONS, &[1, 2], &[], "f() takes 1 positional argument but 2 were given");
        refused(
            OPTIONS,
            &[1, 2],
            &["b"],
            "f() takes 1 positional argument but 2 positional arguments (and 1 keyword-only argument) were given",
        );
        refused(OPTIONS, &[], &["b"], "f() missing 1 required positional argument: 'a'");
        refused(OPTIONS, &[1], &[], "f() missing 1 required keyword-only argument: 'b'");
        refused(OPTIONS, &[1], &["a"], "f() got multiple values for argument 'a'");
        refused(OPTIONS, &[1, 2], &["c"], "f() got an unexpected keyword argument 'c'");
        let many = Parameters::either(&["a", "b", "c"]);
        refused(many, &[], &[], "f() missing 3 required positional arguments: 'a', 'b', and 'c'");
    }

    #[test]
    fn what_fits_is_found_by_its_name() {
        let bound = OPTIONS.bind("f", &[Value::int(1)], &[(Value::text("b"), Value::int(2))]);
        let bound = bound.unwrap_or_else(|words| panic!("{words}"));
        assert_eq!((bound.get("a"), bound.get("b")), (Value::int(1), Value::int(2)));
    }
}
