//! The snapshot itself: raw texts, how they read as one line, and how they are given up.

use crossinterp_objects::Text;

use super::capture::Capture;
use super::display::Display;
use super::failure::Halt;
use super::text::Copied;
use crate::rule::Rule;

/// What is left of an exception in another interpreter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the type is one of the runtime's own. Kept, and used for nothing.
    pub built_in: bool,
    pub(super) name: Option<Copied>,
    pub(super) qualname: Option<Copied>,
    pub(super) module: Option<Copied>,
    pub(super) msg: Option<Copied>,
    pub(super) display: Option<Display>,
}

/// The names under which a snapshot is shown.
struct Normal {
    module: Option<Text>,
    qualname: Text,
}

impl Snapshot {
    /// The message, if there is one.
    pub fn message(&self) -> Option<&Text> {
        self.msg.as_ref().map(|copied| &copied.text)
    }

    /// What `str()` of the rendered traceback would be, if it was carried and can be read.
    pub fn rendered(&self) -> Option<&Text> {
        self.display.as_ref().filter(|display| display.decodable).map(|display| &display.copied.text)
    }
}

impl Capture {
    /// Frees every text.
    /// `_PyXI_excinfo_Clear`, `_excinfo_clear_type` in `crossinterp.c`.
    pub fn clear(&mut self, snapshot: Snapshot) {
        let Snapshot { name, qualname, module, msg, display, .. } = snapshot;
        let display = display.map(|display| display.copied);
        for copied in [name, qualname, module, msg, display].into_iter().flatten() {
            self.free(copied.block);
        }
        self.step(|| "clear the snapshot".to_owned());
    }

    /// Which names are shown: those of the builtins and of a program's own classes go without their module.
    ///
    /// A snapshot with a name has a module: C compares it without asking.
    /// Rule `excinfo.normalize`; `_excinfo_normalize_type` in `crossinterp.c`.
    fn normalize(&mut self, snapshot: &Snapshot) -> Result<Option<Normal>, Halt> {
        self.rule(Rule::ExcNormalize);
        let Some(name) = &snapshot.name else { return Ok(None) };
        let Some(module) = &snapshot.module else {
            self.step(|| "compare a module that is not there".to_owned());
            return Err(Halt::Crashed);
        };
        let module =
            (!["builtins", "__main__"].iter().any(|hidden| module.text == *hidden)).then(|| module.text.clone());
        let qualname = snapshot.qualname.as_ref().unwrap_or(name).text.clone();
        Ok(Some(Normal { module, qualname }))
    }

    /// The snapshot as one line, or none if there is nothing in it.
    /// Rule `excinfo.format`; `_PyXI_excinfo_format` in `crossinterp.c`.
    pub fn format(&mut self, snapshot: &Snapshot) -> Result<Option<Text>, Halt> {
        self.rule(Rule::ExcFormat);
        let normal = self.normalize(snapshot)?;
        let message = snapshot.message();
        let Some(Normal { module, qualname }) = normal else { return Ok(message.cloned()) };
        let mut line = Text::default();
        if let Some(module) = module {
            line.append(&module);
            line.append(&".".into());
        }
        line.append(&qualname);
        if let Some(message) = message {
            line.append(&": ".into());
            line.append(message);
        }
        Ok(Some(line))
    }
}
