//! How an exception is displayed: the lines of Python's `traceback`, with those that it is chained to, and groups.
//!
//! It knows no interpreter. The source of the code that an exception went through is nobody's to show.

use crossinterp_objects::{Text, Value, repr, str};

use super::thrown::{Renderer, Said, Thrown};

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
const CLOSING: &str = "+------------------------------------\n";
/// Members of a group that are displayed, and groups within groups.
const WIDTH_MAX: usize = 15;
const DEPTH_MAX: usize = 10;

/// The lines, if they can be had.
pub(super) fn render(thrown: &Thrown) -> Option<Text> {
    match &thrown.renderer {
        Renderer::Broken => None,
        Renderer::Lines(Value::List(lines) | Value::Tuple(lines)) => join(lines),
        Renderer::Lines(_) => None,
        Renderer::Usual if has_module(thrown) => {
            let mut page = Page::default();
            page.chain(thrown);
            Some(page.text)
        }
        Renderer::Usual => None,
    }
}

fn join(lines: &[Value]) -> Option<Text> {
    lines.iter().try_fold(Text::default(), |mut text, line| {
        let Value::Str(line) = line else { return None };
        text.append(line);
        Some(text)
    })
}

/// Every type is asked for its module, and one that has none raises.
fn has_module(thrown: &Thrown) -> bool {
    let linked = thrown.cause.iter().chain(&thrown.context).map(AsRef::as_ref);
    !matches!(thrown.module, Said::Raised(..)) && linked.chain(thrown.members.iter().flatten()).all(has_module)
}

/// The lines so far, and how deep in groups the next one is.
#[derive(Default)]
struct Page {
    text: Text,
    depth: usize,
    /// Whether the last member of a group has still to be closed.
    open: bool,
}

impl Page {
    /// What came first comes first.
    fn chain(&mut self, thrown: &Thrown) {
        let context = thrown.context.as_ref().filter(|_| !thrown.suppressed).map(|context| (context, CONTEXT));
        if let Some((link, words)) = thrown.cause.as_ref().map(|cause| (cause, CAUSE)).or(context) {
            self.chain(link);
            self.put(&words.into(), '|');
        }
        match &thrown.members {
            None => self.single(thrown),
            Some(_) if self.depth > DEPTH_MAX => self.line(&format!("... (max_group_depth is {DEPTH_MAX})").into()),
            Some(members) => self.group(thrown, members),
        }
    }

    fn single(&mut self, thrown: &Thrown) {
        if !thrown.frames.is_empty() {
            self.line(&"Traceback (most recent call last):".into());
            self.frames(thrown);
        }
        self.conclusion(thrown);
    }

    fn frames(&mut self, thrown: &Thrown) {
        for frame in &thrown.frames {
            self.line(&format!("  File \"{}\", line {}, in {}", frame.file, frame.line, frame.code).into());
        }
    }

    fn group(&mut self, thrown: &Thrown, members: &[Thrown]) {
        let is_outermost = self.depth == 0;
        self.depth += usize::from(is_outermost);
        if !thrown.frames.is_empty() {
            let margin = if is_outermost { '+' } else { '|' };
            self.put(&"Exception Group Traceback (most recent call last):\n".into(), margin);
            self.frames(thrown);
        }
        self.conclusion(thrown);
        self.open = false;
        let last = members.len().min(WIDTH_MAX + 1) - 1;
        for index in 0..=last {
            self.member(members, index, index == last);
        }
        self.depth -= usize::from(is_outermost);
    }

    fn member(&mut self, members: &[Thrown], index: usize, is_last: bool) {
        self.open |= is_last;
        let is_shown = index < WIDTH_MAX;
        let title = if is_shown { (index + 1).to_string() } else { "...".to_owned() };
        let corner = if index == 0 { "+-" } else { "  " };
        self.bare(&format!("{corner}+---------------- {title} ----------------\n"));
        self.depth += 1;
        if is_shown {
            self.chain(&members[index]);
        } else {
            let left = members.len() - WIDTH_MAX;
            let plural = if left > 1 { "s" } else { "" };
            self.line(&format!("and {left} more exception{plural}").into());
        }
        if is_last && std::mem::take(&mut self.open) {
            self.bare(CLOSING);
        }
        self.depth -= 1;
    }

    /// The type with what it says, and what was noted.
    fn conclusion(&mut self, thrown: &Thrown) {
        match &thrown.place {
            Some(place) => self.syntax(thrown, place),
            None => self.line(&labelled(thrown, &shown(thrown))),
        }
        self.notes(thrown.notes.as_ref());
    }

    fn notes(&mut self, notes: Option<&Value>) {
        match notes {
            None | Some(Value::None) => {}
            Some(Value::List(notes) | Value::Tuple(notes)) => {
                for note in notes {
                    let note = str(note).unwrap_or_else(|_| "<note str() failed>".into());
                    lines(&note).iter().for_each(|line| self.line(line));
                }
            }
            Some(other) => self.line(&repr(other).unwrap_or_else(|_| "<__notes__ repr() failed>".into())),
        }
    }

    /// The place, the source with carets under it, and the words without the place.
    fn syntax(&mut self, thrown: &Thrown, place: &[Value]) {
        if let [Value::Str(file), Value::Int(line), ..] = place {
            self.line(&format!("  File \"{}\", line {line}", file.escaped()).into());
        }
        if let [_, _, Value::Int(offset), Value::Str(source)] = place {
            let length = source.code_points().count();
            let before = offset
                .to_i64()
                .and_then(|offset| usize::try_from(offset.checked_sub(1)?).ok())
                .unwrap_or(0)
                .min(length);
            self.line(&joined("    ", source));
            self.line(&format!("    {}{}", " ".repeat(before), "^".repeat((length - before).max(1))).into());
        }
        let words = shown(thrown).escaped();
        let words = words.rsplit_once(" (").map_or(words.as_str(), |(words, _)| words);
        self.line(&labelled(thrown, &Text::from_escaped(words).unwrap_or_default()));
    }

    fn line(&mut self, line: &Text) {
        let mut line = line.clone();
        line.append(&"\n".into());
        self.put(&line, '|');
    }

    fn bare(&mut self, text: &str) {
        self.text.append(&format!("{}{text}", "  ".repeat(self.depth)).into());
    }

    /// Within a group every line begins with a margin, the lines of a text too.
    fn put(&mut self, text: &Text, margin: char) {
        if self.depth == 0 {
            return self.text.append(text);
        }
        let mut begins = true;
        for point in text.code_points() {
            if std::mem::replace(&mut begins, ends_line(point)) {
                self.bare(&format!("{margin} "));
            }
            self.text.push(point);
        }
    }
}

fn joined(before: &str, text: &Text) -> Text {
    let mut whole = Text::from(before);
    whole.append(text);
    whole
}

fn ends_line(point: u32) -> bool {
    matches!(point, 0x0a..=0x0c | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The type, and the words if there are any.
fn labelled(thrown: &Thrown, words: &Text) -> Text {
    let mut line = Text::default();
    match &thrown.module {
        Said::Text(module) if *module == "builtins" || *module == "__main__" => {}
        Said::Text(module) => {
            line.append(module);
            line.append(&".".into());
        }
        _ => line.append(&"<unknown>.".into()),
    }
    if let Said::Text(qualname) = &thrown.qualname {
        line.append(qualname);
    }
    if !words.is_empty() {
        line.append(&joined(": ", words));
    }
    line
}

fn shown(thrown: &Thrown) -> Text {
    match &thrown.shown {
        Said::Text(text) => text.clone(),
        _ => "<exception str() failed>".into(),
    }
}

fn lines(text: &Text) -> Vec<Text> {
    let points: Vec<u32> = text.code_points().collect();
    let lines = points.split(|point| *point == u32::from('\n'));
    lines.filter_map(|line| Text::from_code_points(line.iter().copied())).collect()
}
