//! A schedule as a table with one column per thread.

use crossinterp_loom::probe::Event;

/// Columns are this wide, which holds the longest name of a step and an id.
const WIDTH: usize = 26;

/// Renders the steps in the order in which they were taken.
pub fn render(events: &[Event]) -> String {
    let threads = events.iter().map(|event| event.thread).max().map_or(0, |last| last + 1);
    let header: String = (0..threads).map(|thread| format!("{:WIDTH$}", format!("T{thread}"))).collect();
    let mut lines = vec![header.trim_end().to_owned()];
    lines.extend(events.iter().map(line));
    lines.join("\n") + "\n"
}

fn line(event: &Event) -> String {
    let whose = if event.interpreter < 0 { "table".to_owned() } else { event.interpreter.to_string() };
    format!("{}{} ({whose})", " ".repeat(WIDTH * event.thread), event.step)
}
