//! A snapshot as an object that a caller can look at.

use crossinterp_objects::Text;

use super::capture::Capture;
use super::failure::{Failure, Reason};
use super::failure::{Halt, What};
use super::snapshot::Snapshot;
use super::text::Copied;
use crate::convert::BlockId;
use crate::rule::Rule;

/// The type in it: each name, if it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenType {
    /// `__name__`.
    pub name: Option<Text>,
    /// `__qualname__`.
    pub qualname: Option<Text>,
    /// `__module__`.
    pub module: Option<Text>,
}

/// The object: its attributes in this order, the last only if a traceback was carried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenSnapshot {
    /// The type, or None.
    pub kind: Option<SeenType>,
    /// The message, or None.
    pub msg: Option<Text>,
    /// Both in one line, or None.
    pub formatted: Option<Text>,
    /// The rendered traceback.
    pub errdisplay: Option<Text>,
}

/// Objects that go together when the making of their namespace fails.
#[derive(Default)]
struct Made(Vec<BlockId>);

impl Capture {
    /// Rules `excinfo.as-object`, `excinfo.fields`; `_PyXI_excinfo_AsObject` in `crossinterp.c`. What it makes belongs to
    /// the caller, who is taken to drop it at once.
    pub fn as_object(&mut self, snapshot: &Snapshot) -> Result<SeenSnapshot, Halt> {
        self.rule(Rule::ExcAsObject);
        self.rule(Rule::ExcFields);
        let mut made = Made::default();
        let seen = self.make_object(&mut made, snapshot);
        made.0.into_iter().for_each(|block| self.free(block));
        seen
    }

    fn make_object(&mut self, made: &mut Made, snapshot: &Snapshot) -> Result<SeenSnapshot, Halt> {
        self.make(made, "the namespace")?;
        let kind = self.type_as_object(made, snapshot)?;
        let msg = self.text_object(made, "the text of the message", &snapshot.msg)?;
        let formatted = self.format(snapshot)?;
        if formatted.is_some() {
            self.make(made, "the formatted line")?;
        }
        let errdisplay = snapshot.rendered().cloned();
        // Text that cannot be made is left away.
        let errdisplay = errdisplay.filter(|_| self.make(made, "the text of the traceback").is_ok());
        Ok(SeenSnapshot { kind, msg, formatted, errdisplay })
    }

    /// The names that are known, or no object if none is.
    /// Rule `excinfo.type-as-object`; `_PyXI_excinfo_TypeAsObject` in `crossinterp.c`.
    fn type_as_object(&mut self, made: &mut Made, snapshot: &Snapshot) -> Result<Option<SeenType>, Halt> {
        self.rule(Rule::ExcTypeAsObject);
        self.make(made, "the namespace of the type")?;
        let name = self.text_object(made, "the text of the name", &snapshot.name)?;
        let qualname = self.text_object(made, "the text of the qualified name", &snapshot.qualname)?;
        let module = self.text_object(made, "the text of the module", &snapshot.module)?;
        let known = name.is_some() || qualname.is_some() || module.is_some();
        Ok(known.then_some(SeenType { name, qualname, module }))
    }

    fn text_object(
        &mut self,
        made: &mut Made,
        what: &'static str,
        copied: &Option<Copied>,
    ) -> Result<Option<Text>, Halt> {
        let Some(copied) = copied else { return Ok(None) };
        self.make(made, what)?;
        Ok(Some(copied.text.clone()))
    }

    fn make(&mut self, made: &mut Made, what: &'static str) -> Result<(), Halt> {
        let block = self.allocate_object(what).map_err(no_memory)?;
        made.0.push(block);
        Ok(())
    }
}

/// What the caller is told when the object cannot be made: MemoryError, whatever was being done.
fn no_memory(reason: Reason) -> Halt {
    Halt::Failed(Failure { what: What::Object, reason })
}
