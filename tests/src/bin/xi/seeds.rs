//! `xi rules --seeds`: each symbol of the C code with the rules that have it as their source, or why none has.

use crossinterp_suite::book::{self, Book, Symbol};
use serde::Serialize;

use crate::{Exit, say, say_json};

/// Columns of a terminal that everybody has.
const WIDTH: usize = 80;
const INDENT: &str = "    ";

#[derive(Serialize)]
struct Row<'b> {
    symbol: &'b str,
    editions: &'b [String],
    rules: Vec<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outside: Option<&'b str>,
}

impl<'b> Row<'b> {
    fn of(book: &'b Book, symbol: &'b Symbol) -> Row<'b> {
        Row {
            symbol: &symbol.name,
            editions: &symbol.editions,
            rules: book.rules_of(&symbol.name),
            outside: book.reason_of(&symbol.name),
        }
    }

    fn is_answered(&self) -> bool {
        !self.rules.is_empty() || self.outside.is_some()
    }

    fn answer(&self) -> String {
        match self.outside {
            Some(reason) => format!("outside: {reason}"),
            None if self.rules.is_empty() => "NOTHING".to_owned(),
            None => self.rules.join(", "),
        }
    }

    /// The name on a line of its own, so that it can be looked for, and the answer below it.
    fn tell(&self) -> String {
        let options = textwrap::Options::new(WIDTH).initial_indent(INDENT).subsequent_indent(INDENT);
        // A rule's id is not parted at its hyphens.
        let whole = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        format!("{}\n{}\n", self.symbol, textwrap::fill(&self.answer(), whole))
    }
}

/// Lists every symbol. One that has neither a rule nor a reason is wrong.
pub fn seeds(json: bool) -> Result<Exit, String> {
    let book = book::read().map_err(|error| error.to_string())?;
    let rows: Vec<_> = book.symbols.iter().map(|symbol| Row::of(&book, symbol)).collect();
    let unanswered = rows.iter().filter(|row| !row.is_answered()).count();
    if json {
        say_json(&rows)?;
    } else {
        rows.iter().for_each(|row| say(&row.tell()));
        say(&format!("{}\n", summary(&rows)));
    }
    Ok(if unanswered == 0 { Exit::Fine } else { Exit::Wrong })
}

fn summary(rows: &[Row<'_>]) -> String {
    let outside = rows.iter().filter(|row| row.outside.is_some()).count();
    let unanswered = rows.iter().filter(|row| !row.is_answered()).count();
    let with_rules = rows.len() - outside - unanswered;
    format!(
        "{} symbols: {with_rules} with a rule, {outside} outside with a reason, {unanswered} with neither",
        rows.len()
    )
}
