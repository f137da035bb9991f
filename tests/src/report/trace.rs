//! The trace of a failure as a picture: one lane for each thread and interpreter, a row for each call, the wrong one marked.
//!
//! It knows lanes, rows and text, and no page: colours and faces are classes of `page/trace.css`. Coordinates are whole
//! numbers, so that the same failure makes the same bytes.

use std::fmt::Write;

use super::data::{Call, Failure, Fate};
use super::text::{escape, wrap};

/// Rows at most. A longer trace loses its middle: what makes a failure stands at its beginning and its end.
const ROWS_MAX: usize = 40;
/// Of a longer trace, the rows that are kept of its beginning.
const ROWS_FIRST: usize = 10;
/// Columns of text beside the lanes.
const COLUMNS: usize = 52;
/// Lines of text at most for one call, and for what came of it.
const LINES_MAX: usize = 4;
/// Letters of a lane's name at most.
const NAME_LETTERS: usize = 8;

const GUTTER: usize = 34;
const HEAD: usize = 48;
/// Of a lane, what its name does not need.
const LANE_MARGIN: usize = 20;
/// A lane is as wide as the word above its name.
const LANE_MIN: usize = 48;
const LINE: usize = 17;
const ROW_PADDING: usize = 12;
/// Half the width of a letter, doubled to stay whole: 7.5 pixels at the size of the text.
const LETTER_DOUBLED: usize = 15;
const STYLE: &str = include_str!("page/trace.css");

/// The picture of a failure's trace, complete with its colours: a file by itself.
pub fn trace_svg(failure: &Failure) -> String {
    let picture = picture(failure);
    let body = picture.split_once('>').map_or("", |(_, body)| body);
    let head = &picture[..picture.len() - body.len()];
    format!("{head}<style>\n{STYLE}</style>{body}\n")
}

/// The picture without colours, for a page that has them.
pub(super) fn picture(failure: &Failure) -> String {
    let mut drawing = Drawing::new(&failure.trace);
    for row in rows(failure.trace.len()) {
        match row {
            Row::Call(index) => drawing.call(index, &failure.trace[index], failure),
            Row::Left(count) => drawing.left_out(count),
        }
    }
    drawing.finish(failure.trace.len())
}

enum Row {
    Call(usize),
    Left(usize),
}

/// Which calls are shown, and where some are left out.
fn rows(calls: usize) -> Vec<Row> {
    if calls <= ROWS_MAX {
        return (0..calls).map(Row::Call).collect();
    }
    let left = calls - ROWS_MAX;
    let end = ROWS_FIRST + left;
    (0..ROWS_FIRST).map(Row::Call).chain([Row::Left(left)]).chain((end..calls).map(Row::Call)).collect()
}

/// Somebody who makes calls, or on whom they are made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane<'a> {
    Thread(&'a str),
    Interpreter(&'a str),
}

impl<'a> Lane<'a> {
    /// Who makes the call.
    fn maker(call: &'a Call) -> Lane<'a> {
        let thread = || Lane::Thread(call.thread.as_deref().unwrap_or("main"));
        call.inside.as_deref().map_or_else(thread, Lane::Interpreter)
    }

    fn of(calls: &'a [Call]) -> Vec<Lane<'a>> {
        let mut lanes = Vec::new();
        for call in calls {
            let acted_on = call.on.as_deref().map(Lane::Interpreter);
            for lane in [Some(Lane::maker(call)), acted_on].into_iter().flatten() {
                if !lanes.contains(&lane) {
                    lanes.push(lane);
                }
            }
        }
        // Threads first: they are who acts.
        lanes.sort_by_key(|lane| matches!(lane, Lane::Interpreter(_)));
        lanes
    }

    const fn name(self) -> &'a str {
        match self {
            Lane::Thread(name) | Lane::Interpreter(name) => name,
        }
    }
}

struct Drawing<'a> {
    lanes: Vec<Lane<'a>>,
    /// What lies below the lanes.
    ground: String,
    body: String,
    y: usize,
}

impl<'a> Drawing<'a> {
    fn new(calls: &'a [Call]) -> Drawing<'a> {
        Drawing { lanes: Lane::of(calls), ground: String::new(), body: String::new(), y: HEAD }
    }

    fn pitch(&self) -> usize {
        let letters = self.lanes.iter().map(|lane| shortened(lane.name()).chars().count()).max().unwrap_or(0);
        LANE_MIN.max(letters * LETTER_DOUBLED / 2 + LANE_MARGIN)
    }

    fn x(&self, lane: Lane<'_>) -> usize {
        let index = self.lanes.iter().position(|other| *other == lane).unwrap_or(0);
        GUTTER + index * self.pitch() + self.pitch() / 2
    }

    fn text_x(&self) -> usize {
        GUTTER + self.lanes.len() * self.pitch() + 6
    }

    fn width(&self) -> usize {
        self.text_x() + COLUMNS * LETTER_DOUBLED / 2 + 8
    }

    /// One call: its number, its arrows, its text; and, if it is the last, what it may have shown instead.
    fn call(&mut self, index: usize, call: &Call, failure: &Failure) {
        let is_wrong = index + 1 == failure.trace.len();
        let made = wrap(&call.call, "  ", COLUMNS, LINES_MAX);
        let came = wrap(&format!("→ {}", call.outcome), "  ", COLUMNS, LINES_MAX);
        let instead = if is_wrong { instead(&failure.expected) } else { Vec::new() };
        let height = LINE * (made.len() + came.len() + instead.len()) + ROW_PADDING;
        if is_wrong {
            self.mark(height);
        }
        let first = self.y + LINE;
        let second = first + LINE * made.len();
        self.number(index + 1, first, is_wrong);
        self.arrows(call, first - 4, second - 4);
        self.lines(&made, first, "call");
        self.lines(&came, second, if is_wrong { "came wrong" } else { "came" });
        self.lines(&instead, second + LINE * came.len(), "instead");
        self.y += height;
    }

    fn mark(&mut self, height: usize) {
        let (y, width) = (self.y + 2, self.width() - 2);
        self.ground = format!("<rect class='mark' x='1' y='{y}' width='{width}' height='{height}' rx='4'/>");
    }

    fn number(&mut self, number: usize, y: usize, is_wrong: bool) {
        let x = GUTTER - 12;
        self.add(format_args!("<text class='number' x='{x}' y='{y}'>{number}</text>"));
        if is_wrong {
            let (left, top) = (x - 12, y + 7);
            let path = format!("M{left} {top}l9 9m0 -9l-9 9");
            self.add(format_args!("<path class='cross' d='{path}'/>"));
        }
    }

    fn arrows(&mut self, call: &Call, going: usize, coming: usize) {
        let maker = Lane::maker(call);
        let from = self.x(maker);
        match call.on.as_deref().map(Lane::Interpreter).filter(|on| *on != maker) {
            Some(on) => self.between(call.fate, from, self.x(on), going, coming),
            None => self.on_itself(call.fate, from, going, coming),
        }
    }

    fn between(&mut self, fate: Fate, from: usize, to: usize, going: usize, coming: usize) {
        self.arrow("go", from, to, going);
        match fate {
            Fate::Returned => self.arrow("back", to, from, coming),
            Fate::Waits => self.waiting(to, coming),
            Fate::Died => self.dead(to, coming),
        }
    }

    fn on_itself(&mut self, fate: Fate, x: usize, going: usize, coming: usize) {
        let out = x + 16;
        match fate {
            Fate::Returned => {
                self.add(format_args!("<path class='go' d='M{x} {going}H{out}V{coming}H{}'/>", x + 6));
                self.head("back", x, coming, false);
            }
            Fate::Waits => self.waiting(x, coming),
            Fate::Died => self.dead(x, coming),
        }
    }

    fn arrow(&mut self, class: &str, from: usize, to: usize, y: usize) {
        let rightwards = from < to;
        let end = if rightwards { to - 6 } else { to + 6 };
        self.add(format_args!("<path class='{class}' d='M{from} {y}H{end}'/>"));
        self.head(class, to, y, rightwards);
    }

    fn head(&mut self, class: &str, tip: usize, y: usize, rightwards: bool) {
        let sign = if rightwards { "-" } else { "" };
        let tip = if rightwards { tip - 1 } else { tip + 1 };
        self.add(format_args!("<path class='{class} head' d='M{tip} {y}l{sign}7 -4v8z'/>"));
    }

    fn waiting(&mut self, x: usize, y: usize) {
        self.add(format_args!("<circle class='waits' cx='{x}' cy='{y}' r='5'/>"));
        self.add(format_args!("<path class='waits' d='M{x} {}v3h2'/>", y - 3));
    }

    fn dead(&mut self, x: usize, y: usize) {
        let (left, top) = (x - 5, y - 5);
        self.add(format_args!("<path class='cross' d='M{left} {top}l10 10m0 -10l-10 10'/>"));
    }

    fn lines(&mut self, lines: &[String], y: usize, class: &str) {
        let x = self.text_x();
        for (index, line) in lines.iter().enumerate() {
            let (y, line) = (y + index * LINE, escape(line));
            self.add(format_args!("<text class='{class}' x='{x}' y='{y}'>{line}</text>"));
        }
    }

    fn left_out(&mut self, count: usize) {
        let y = self.y + LINE;
        let text = format!("{count} calls that showed what they must");
        self.lines(&[text], y, "left");
        self.y += LINE + ROW_PADDING;
    }

    /// The lanes go behind everything, as far down as the rows have come.
    fn finish(self, calls: usize) -> String {
        let (width, height) = (self.width(), self.y + 8);
        let lanes: String = self.lanes.iter().map(|lane| self.lane(*lane)).collect();
        let label = format!("{calls} calls; the last one went wrong");
        format!(
            "<svg class='trace' xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' \
             height='{height}' role='img' aria-label='{label}'>{}{lanes}{}</svg>",
            self.ground, self.body
        )
    }

    fn lane(&self, lane: Lane<'_>) -> String {
        let (x, bottom, wide) = (self.x(lane), self.y + 4, self.pitch() - 8);
        let (kind, class, round) = match lane {
            Lane::Thread(_) => ("thread", "thread", 11),
            Lane::Interpreter(_) => ("interp.", "interpreter", 2),
        };
        let name = escape(&shortened(lane.name()));
        let left = x - wide / 2;
        format!(
            "<text class='kind' x='{x}' y='11'>{kind}</text>\
             <rect class='{class}' x='{left}' y='16' width='{wide}' height='22' rx='{round}'/>\
             <text class='name' x='{x}' y='31'>{name}</text>\
             <path class='life {class}' d='M{x} 38V{bottom}'/>"
        )
    }

    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        self.body.write_fmt(element).unwrap_or_default();
    }
}

fn instead(expected: &[String]) -> Vec<String> {
    let each = expected.iter().enumerate().map(|(index, text)| {
        let lead = if index == 0 { "must be " } else { "     or " };
        format!("{lead}{text}")
    });
    let mut lines: Vec<_> = each.flat_map(|text| wrap(&text, &" ".repeat(8), COLUMNS, LINES_MAX)).collect();
    if lines.len() > 2 * LINES_MAX {
        lines.truncate(2 * LINES_MAX);
        lines.push("     …".to_owned());
    }
    lines
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS {
        return name.to_owned();
    }
    name.chars().take(NAME_LETTERS - 1).chain(['…']).collect()
}
