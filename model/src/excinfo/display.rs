//! The rendered traceback: made by Python code of the interpreter, wanted, and never needed.

use crossinterp_objects::Text;

use super::capture::Capture;
use super::failure::{Halt, Reason};
use super::given::{Part, Rendering};
use super::text::{Copied, before_nul};
use crate::convert::BlockId;
use crate::defect::Defect;
use crate::rule::Rule;

/// A rendered traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display {
    pub(super) copied: Copied,
    /// Whether it is UTF-8 still: not if its last byte was cut off, and that was a part of a character.
    pub(super) decodable: bool,
}

/// What the renderer is called with.
struct Arguments([BlockId; 3]);

impl Capture {
    /// Renders the traceback. Whatever fails leaves it away, and nothing else.
    /// Rules `excinfo.display`, `excinfo.display.optional`.
    pub(super) fn display(&mut self, rendering: &Rendering) -> Result<Option<Display>, Halt> {
        self.rule(Rule::ExcDisplay);
        let Ok(renderer) = self.convert_to_renderer(rendering) else { return Ok(self.without_display()) };
        let display = self.format_rendered(rendering);
        self.free(renderer);
        Ok(match display? {
            None => self.without_display(),
            display => display,
        })
    }

    fn without_display(&mut self) -> Option<Display> {
        self.rule(Rule::ExcDisplayOptional);
        self.step(|| "no traceback is carried".to_owned());
        None
    }

    /// Finds the class that renders, and makes one of the exception.
    /// `_convert_exc_to_TracebackException` in `crossinterp.c`.
    fn convert_to_renderer(&mut self, rendering: &Rendering) -> Result<BlockId, Reason> {
        if *rendering == Rendering::NoRenderer {
            return Err(Reason::NotText);
        }
        let arguments = self.pack_arguments()?;
        let made = match rendering {
            Rendering::NotMade => Err(Reason::NotText),
            _ => self.allocate_object("the renderer"),
        };
        self.drop_arguments(&arguments);
        if made.is_err() && self.has(Defect::DisplayDoubleRelease) {
            self.step(|| "give the arguments up again".to_owned());
            self.drop_arguments(&arguments);
        }
        made
    }

    fn pack_arguments(&mut self) -> Result<Arguments, Reason> {
        let create = self.allocate_object("the method that makes the renderer")?;
        let Ok(args) = self.allocate_object("its arguments") else {
            self.free(create);
            return Err(Reason::NoMemory);
        };
        let Ok(kwargs) = self.allocate_object("its options") else {
            [args, create].into_iter().for_each(|block| self.free(block));
            return Err(Reason::NoMemory);
        };
        Ok(Arguments([args, kwargs, create]))
    }

    fn drop_arguments(&mut self, arguments: &Arguments) {
        arguments.0.into_iter().for_each(|block| self.free(block));
    }

    /// Joins the lines, copies the text, and takes off the newline that each renderer ends with.
    /// `_format_TracebackException` in `crossinterp.c`.
    fn format_rendered(&mut self, rendering: &Rendering) -> Result<Option<Display>, Halt> {
        let Ok(lines) = self.allocate_object("the lines") else { return Ok(None) };
        let joined = match rendering {
            Rendering::Text(text) => self.allocate_object("the joined text").map(|block| (text.clone(), block)),
            _ => Err(Reason::NotText),
        };
        self.free(lines);
        let Ok((text, joined)) = joined else { return Ok(None) };
        let copied = self.copy("the traceback", &Part::Text(text.clone()));
        self.free(joined);
        match copied {
            Ok(copied) => Ok(Some(self.trim(copied, &text))),
            Err(_) if self.has(Defect::DisplayNull) => {
                self.step(|| "trim a text that is not there".to_owned());
                Err(Halt::Crashed)
            }
            Err(_) => Ok(None),
        }
    }

    /// The last byte goes if it is a newline; in 3.13 whatever it is, and where there is none, the byte before the text.
    fn trim(&mut self, copied: Copied, text: &Text) -> Display {
        let last = text.code_points().last();
        if !self.has(Defect::DisplayEmpty) {
            let ends = last == Some(u32::from('\n')) && copied.text == *text;
            let text = if ends { without_last(text) } else { copied.text.clone() };
            return Display { copied: Copied { text, ..copied }, decodable: true };
        }
        let Some(last) = last else {
            self.write_outside();
            return Display { copied, decodable: true };
        };
        // What comes after a NUL is cut in vain.
        let shortened = if before_nul(text) == *text { without_last(text) } else { copied.text.clone() };
        Display { decodable: last < 0x80 || shortened == copied.text, copied: Copied { text: shortened, ..copied } }
    }
}

fn without_last(text: &Text) -> Text {
    let count = text.code_points().count() - 1;
    Text::from_code_points(text.code_points().take(count)).expect("they come from a text")
}
