//! Configurations: the named ones, what a creation makes of one, and what is wrong with one.
//!
//! Rules `interpreter.create.config` and `interpreter.create.failure`. Nothing here touches an interpreter, except
//! that a creation which fails late uses up an id.

use super::Value;
use super::call::Call;
use super::error::{Label, Problem};
use super::layer::Layer;
use super::outcome::{Raised, Signal};
use super::player::{Answer, Player, Stop};
use super::pytext;
use super::shipping::unencodable;
use crate::defect::Defect;
use crate::rule::Rule;

use crossinterp_objects::Text;

/// The fields, in the order in which they are read.
const FIELDS: [&str; 7] = [
    "use_main_obmalloc",
    "allow_fork",
    "allow_exec",
    "allow_threads",
    "allow_daemon_threads",
    "check_multi_interp_extensions",
    "gil",
];

type Settings = Vec<(String, Value)>;

impl<L: Layer> Player<L> {
    /// Checks what `create` was given, and says whether it is the legacy configuration.
    pub(super) fn check_config(&mut self, config: Option<&Value>) -> Result<bool, Stop> {
        let settings = match config {
            None | Some(Value::None) => named("isolated").expect("listed below"),
            Some(Value::Str(name)) => named_or_error(&name.escaped())?,
            Some(Value::Made(kind, args)) => made(kind, args)?,
            Some(other) => {
                let repr = pytext::repr(other).unwrap_or_default();
                return Err(Problem::ConfigObject { repr }.into());
            }
        };
        self.check_fields(&settings)?;
        self.check_settings(&settings)?;
        Ok(field(&settings, "use_main_obmalloc") == Some(&Value::Bool(true)))
    }

    /// What only the creation itself finds out: by then the interpreter has its id.
    fn check_settings(&mut self, settings: &Settings) -> Result<(), Stop> {
        let off = |name| field(settings, name) == Some(&Value::Bool(false));
        if !off("use_main_obmalloc") || !off("check_multi_interp_extensions") {
            return Ok(());
        }
        self.rule(Rule::CreateFailure);
        self.rule(Rule::RuntimeStartFailure);
        self.layer.create_and_fail()?;
        let text = "per-interpreter obmalloc does not support single-phase init extension modules";
        let inner = Raised::from(Problem::SubCreationFailed).during(Problem::BadSettings { text });
        Err(Raised::from(Problem::CreationFailed).during(inner).into())
    }

    pub(super) fn new_config(&mut self, call: &Call, args: &[Value]) -> Answer {
        let name = match args {
            [Value::Str(name)] => name.escaped(),
            _ => "isolated".to_owned(),
        };
        let mut settings = named_or_error(&name)?;
        for (key, value) in &call.kwargs {
            set(&mut settings, key, value.clone());
        }
        self.check_fields(&settings)?;
        // What comes back was read from the copy.
        if let Some(gil) = field(&settings, "gil").and_then(Value::as_str).map(copied) {
            set(&mut settings, "gil", Value::text(&gil));
        }
        Ok(shown(settings).into())
    }

    pub(super) fn get_config(&mut self, id: &Value, restrict: bool) -> Answer {
        self.rule(Rule::ModuleGetConfig);
        let id = match id {
            Value::None if restrict && self.current == 0 => {
                return Err(Problem::UnrecognizedCurrent { label: Label::GetConfig }.into());
            }
            Value::None => self.current,
            id => self.resolve(Label::GetConfig, id, restrict, false)?.id,
        };
        Ok(shown(self.settings_of(id)).into())
    }

    /// The main interpreter is like a legacy one with a GIL of its own; only 3.14 lets it fork and keep daemon threads.
    fn settings_of(&self, id: i64) -> Settings {
        let name = if id == 0 || self.legacy.contains(&id) { "legacy" } else { "isolated" };
        let mut settings = named(name).expect("listed below");
        if id == 0 {
            set(&mut settings, "gil", Value::text("own"));
        }
        settings
    }
}

fn shown(settings: Settings) -> Value {
    let pairs = settings.into_iter().map(|(name, value)| (Value::text(&name), value)).collect();
    Value::Made("Settings".to_owned(), vec![Value::Dict(pairs)])
}

/// A configuration by its name; the empty name stands for the default.
fn named(name: &str) -> Option<Settings> {
    let (flags, gil) = match name {
        "isolated" | "default" | "" => ([false, false, false, true, false, true], "own"),
        "legacy" => ([true, true, true, true, true, false], "shared"),
        "empty" => ([false; 6], "default"),
        _ => return None,
    };
    let flags = FIELDS.iter().zip(flags).map(|(field, flag)| ((*field).to_owned(), Value::Bool(flag)));
    Some(flags.chain([("gil".to_owned(), Value::text(gil))]).collect())
}

fn named_or_error(name: &str) -> Result<Settings, Stop> {
    named(name).ok_or_else(|| Problem::ConfigName { name: name.to_owned() }.into())
}

/// `Config(name, overrides, without)`, `Configured(name, fields)`, or an object that only has a `__dict__`.
fn made(kind: &str, args: &[Value]) -> Result<Settings, Stop> {
    let (Some(Value::Str(name)), true) = (args.first(), kind == "Config" || kind == "Configured") else {
        return Ok(Settings::new());
    };
    let mut settings = named_or_error(&name.escaped())?;
    if let Some(Value::Dict(pairs)) = args.get(1) {
        for (key, value) in pairs {
            set(&mut settings, &pytext::str(key).unwrap_or_default(), value.clone());
        }
    }
    if let Some(Value::Tuple(without)) = args.get(2) {
        settings.retain(|(key, _)| !without.contains(&Value::text(key)));
    }
    Ok(settings)
}

impl<L: Layer> Player<L> {
    /// Field by field in their order, then what is left over.
    fn check_fields(&self, settings: &Settings) -> Result<(), Stop> {
        for key in FIELDS {
            self.check_field(key, field(settings, key))?;
        }
        let extra: Vec<_> = settings.iter().filter(|(key, _)| !FIELDS.contains(&key.as_str())).cloned().collect();
        if extra.is_empty() {
            return Ok(());
        }
        let count = extra.len();
        let pairs = extra.into_iter().map(|(key, value)| (Value::text(&key), value)).collect();
        let repr = pytext::repr(&Value::Dict(pairs)).unwrap_or_default();
        Err(Problem::ConfigExtra { count, repr }.into())
    }

    fn check_field(&self, key: &str, value: Option<&Value>) -> Result<(), Stop> {
        let key = key.to_owned();
        match value {
            None => Err(Problem::ConfigMissing { key }.into()),
            Some(Value::Str(text)) if key == "gil" => self.check_gil(text),
            Some(Value::Bool(_)) if key != "gil" => Ok(()),
            Some(_) => Err(Problem::ConfigType { key }.into()),
        }
    }

    /// Rule `interpreter.create.config`; `_config_dict_copy_str` in `interpconfig.c`.
    fn check_gil(&self, text: &Text) -> Result<(), Stop> {
        let Some(given) = text.as_str() else {
            if self.has_defect(Defect::ConfigNull) {
                return Err(Stop::Crash(Signal::Segfault));
            }
            return Err(unencodable(text).into());
        };
        match copied(given).as_str() {
            "default" | "shared" | "own" => Ok(()),
            other => Err(Problem::ConfigGil { text: Text::from(other).escaped() }.into()),
        }
    }
}

/// Bytes of an option's text that are copied; what is behind them, and behind a NUL, is not looked at.
const COPIED_MAX: usize = 19;

/// What C reads of a text: so many bytes, up to a NUL.
fn copied(text: &str) -> String {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()).min(COPIED_MAX);
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn field<'a>(settings: &'a Settings, name: &str) -> Option<&'a Value> {
    settings.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn set(settings: &mut Settings, name: &str, value: Value) {
    match settings.iter_mut().find(|(key, _)| key == name) {
        Some(entry) => entry.1 = value,
        None => settings.push((name.to_owned(), value)),
    }
}
