//! What the `traceback` module of an interpreter makes of an exception: the text that a snapshot carries.
//!
//! The exception itself may have been raised, in code whose source nobody has; those that hang on it were not. Lines are
//! joined as they come, each with its newline.

use crossinterp_objects::{Text, Value, repr, str};

use super::error::{Error, Renderer};
use crate::excinfo::{Part, Rendering};

/// Where a frame is: the file as it calls itself, the line, the name of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub file: &'static str,
    pub line: usize,
    pub code: String,
}

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// Exceptions of a group that are shown, and groups in groups.
const GROUP_WIDTH_MAX: usize = 15;
const GROUP_DEPTH_MAX: usize = 10;

/// Renders an exception that went through those frames.
pub(super) fn render(error: &Error, frames: &[Frame]) -> Rendering {
    match &error.renderer {
        Renderer::Missing => return Rendering::NoRenderer,
        Renderer::NotMade => return Rendering::NotMade,
        Renderer::NotFormatted => return Rendering::NotFormatted,
        Renderer::Lines(lines) => return joined(lines),
        Renderer::Usual => {}
    }
    if !can_be_made(error) {
        return Rendering::NotMade;
    }
    let mut page = Page::default();
    page.chain(error, frames);
    Rendering::Text(page.text)
}

/// The lines that a scenario gives, if they can be joined.
fn joined(lines: &Value) -> Rendering {
    let (Value::List(lines) | Value::Tuple(lines)) = lines else { return Rendering::NotFormatted };
    let mut text = Text::default();
    for line in lines {
        let Value::Str(line) = line else { return Rendering::NotFormatted };
        text.append(line);
    }
    Rendering::Text(text)
}

/// The renderer asks each type for its module, and one without any raises.
fn can_be_made(error: &Error) -> bool {
    let links = error.cause.iter().chain(&error.context).map(AsRef::as_ref);
    !matches!(error.names.module, Part::Failed(_)) && links.chain(error.members.iter().flatten()).all(can_be_made)
}

/// Text that grows, with the margin of the groups it is in.
#[derive(Default)]
struct Page {
    text: Text,
    /// Groups around this line.
    depth: usize,
    /// Whether the last member of a group has to be closed below it.
    need_close: bool,
}

impl Page {
    /// The first cause first, and the exception itself last.
    fn chain(&mut self, error: &Error, frames: &[Frame]) {
        let link = match (&error.cause, &error.context) {
            (Some(cause), _) => Some((cause, CAUSE)),
            (None, Some(context)) if !error.suppressed => Some((context, CONTEXT)),
            _ => None,
        };
        if let Some((link, words)) = link {
            self.chain(link, &[]);
            self.emit(&words.into(), '|');
        }
        match &error.members {
            None => self.one(error, frames),
            Some(_) if self.depth > GROUP_DEPTH_MAX => {
                self.emit(&format!("... (max_group_depth is {GROUP_DEPTH_MAX})\n").as_str().into(), '|');
            }
            Some(members) => self.group(error, members, frames),
        }
    }

    fn one(&mut self, error: &Error, frames: &[Frame]) {
        if !frames.is_empty() {
            self.emit(&"Traceback (most recent call last):\n".into(), '|');
            self.frames(frames);
        }
        self.last_lines(error);
    }

    fn frames(&mut self, frames: &[Frame]) {
        for Frame { file, line, code } in frames {
            self.emit(&format!("  File \"{file}\", line {line}, in {code}\n").as_str().into(), '|');
        }
    }

    fn group(&mut self, error: &Error, members: &[Error], frames: &[Frame]) {
        let is_outermost = self.depth == 0;
        self.depth += usize::from(is_outermost);
        if !frames.is_empty() {
            let margin = if is_outermost { '+' } else { '|' };
            self.emit(&"Exception Group Traceback (most recent call last):\n".into(), margin);
            self.frames(frames);
        }
        self.last_lines(error);
        self.need_close = false;
        let shown = if members.len() <= GROUP_WIDTH_MAX { members.len() } else { GROUP_WIDTH_MAX + 1 };
        for index in 0..shown {
            self.member(members, index, index + 1 == shown);
        }
        self.depth -= usize::from(is_outermost);
    }

    fn member(&mut self, members: &[Error], index: usize, is_last: bool) {
        self.need_close |= is_last;
        let title = if index < GROUP_WIDTH_MAX { (index + 1).to_string() } else { "...".to_owned() };
        let corner = if index == 0 { "+-" } else { "  " };
        self.raw(&format!("{}{corner}+---------------- {title} ----------------\n", self.indent()));
        self.depth += 1;
        if index < GROUP_WIDTH_MAX {
            self.chain(&members[index], &[]);
        } else {
            let remaining = members.len() - GROUP_WIDTH_MAX;
            let plural = if remaining > 1 { "s" } else { "" };
            self.emit(&format!("and {remaining} more exception{plural}\n").as_str().into(), '|');
        }
        if is_last && self.need_close {
            self.raw(&format!("{}+------------------------------------\n", self.indent()));
            self.need_close = false;
        }
        self.depth -= 1;
    }

    /// The type with the text, and what was noted.
    fn last_lines(&mut self, error: &Error) {
        match &error.place {
            Some(place) => self.syntax(error, place),
            None => {
                let mut line = shown_type(error);
                let text = shown_text(error);
                if !text.is_empty() {
                    line.append(&": ".into());
                    line.append(&text);
                }
                self.line(&line);
            }
        }
        self.notes(error.notes.as_ref());
    }

    fn notes(&mut self, notes: Option<&Value>) {
        match notes {
            None | Some(Value::None) => {}
            Some(Value::List(notes) | Value::Tuple(notes)) => {
                for note in notes {
                    let note = str(note).unwrap_or_else(|_| "<note str() failed>".into());
                    split_lines(&note).iter().for_each(|line| self.line(line));
                }
            }
            Some(other) => {
                let shown = repr(other).unwrap_or_else(|_| "<__notes__ repr() failed>".into());
                self.line(&shown);
            }
        }
    }

    /// A mistake of syntax: the place, the source with a caret, the words without the place.
    fn syntax(&mut self, error: &Error, place: &Value) {
        let Value::Tuple(place) = place else { return };
        if let [Value::Str(file), Value::Int(line), ..] = place.as_slice() {
            self.emit(&format!("  File \"{}\", line {line}\n", file.escaped()).as_str().into(), '|');
        }
        if let [_, _, Value::Int(offset), Value::Str(source)] = place.as_slice() {
            let mut text = Text::from("    ");
            text.append(source);
            self.line(&text);
            self.line(&carets(offset.to_i64(), source.code_points().count()).as_str().into());
        }
        let mut line = shown_type(error);
        line.append(&": ".into());
        line.append(&syntax_words(error));
        self.line(&line);
    }

    fn line(&mut self, line: &Text) {
        let mut line = line.clone();
        line.append(&"\n".into());
        self.emit(&line, '|');
    }

    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    fn raw(&mut self, text: &str) {
        self.text.append(&text.into());
    }

    /// Within a group each line begins with a margin, the lines of a text too.
    fn emit(&mut self, text: &Text, margin: char) {
        if self.depth == 0 {
            return self.text.append(text);
        }
        let margin = format!("{}{margin} ", self.indent());
        let mut starts = true;
        for point in text.code_points() {
            if std::mem::replace(&mut starts, is_line_end(point)) {
                self.raw(&margin);
            }
            self.text.push(point);
        }
    }
}

/// Marks the source from the offset, from 1, to its end.
fn carets(offset: Option<i64>, length: usize) -> String {
    let before = offset.and_then(|offset| usize::try_from(offset - 1).ok()).unwrap_or(0).min(length);
    format!("    {}{}", " ".repeat(before), "^".repeat((length - before).max(1)))
}

fn is_line_end(point: u32) -> bool {
    matches!(point, 0x0a..=0x0c | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The type's name with its module, unless that is the builtins' or the program's.
fn shown_type(error: &Error) -> Text {
    let mut line = Text::default();
    match &error.names.module {
        Part::Text(module) if *module == "builtins" || *module == "__main__" => {}
        Part::Text(module) => {
            line.append(module);
            line.append(&".".into());
        }
        _ => line.append(&"<unknown>.".into()),
    }
    if let Part::Text(qualname) = &error.names.qualname {
        line.append(qualname);
    }
    line
}

fn shown_text(error: &Error) -> Text {
    match &error.shown {
        Part::Text(text) => text.clone(),
        _ => "<exception str() failed>".into(),
    }
}

/// The text of a mistake of syntax without its place.
fn syntax_words(error: &Error) -> Text {
    let text = shown_text(error).escaped();
    let words = text.rsplit_once(" (").map_or(text.as_str(), |(words, _)| words);
    Text::from_escaped(words).unwrap_or_default()
}

fn split_lines(text: &Text) -> Vec<Text> {
    let points: Vec<u32> = text.code_points().collect();
    let lines = points.split(|&point| point == u32::from('\n'));
    lines.filter_map(|line| Text::from_code_points(line.iter().copied())).collect()
}
