//! The matrix rule x change as a table, and its legend.

use comfy_table::{Cell as TableCell, CellAlignment, Table, presets};
use crossinterp_model::rule::Rule;

use super::{Effect, Weighed};

impl Effect {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Effect::Closed => "closed",
            Effect::Narrowed => "narrowed",
            Effect::Open => "open",
            Effect::Hidden => "hidden",
            Effect::Unmasked => "unmasked",
            Effect::Opened => "OPENED",
        }
    }

    /// The sign for it in the matrix.
    pub const fn sign(self) -> &'static str {
        match self {
            Effect::Closed => "✓",
            Effect::Narrowed => "~",
            Effect::Open => "x",
            Effect::Hidden => "-",
            Effect::Unmasked => "?",
            Effect::Opened => "!",
        }
    }
}

/// What the columns and the signs mean.
pub fn legend(weighed: &[Weighed]) -> String {
    let mut text = String::new();
    for (index, one) in weighed.iter().enumerate() {
        let searched = if one.complete { "exhausted" } else { "CUT SHORT: nothing follows from an empty place" };
        text += &format!("{}  {} in {}: {searched}\n", letter(index), one.change.name(), one.edition);
    }
    text + "\n\
        (empty)  upheld before and after\n\
        ✓  refuted before, upheld after: the change closes it\n\
        ~  refuted before and after, in fewer ways\n\
        x  refuted before and after\n\
        -  refuted before; after, a new violation ends the process first, so nothing is known\n\
        ?  a violation shows that was there before, behind what the change closes\n\
        !  a violation is there that the change brought\n"
}

/// The name of a column.
fn letter(index: usize) -> String {
    u32::try_from(index)
        .ok()
        .and_then(|index| char::from_u32('A' as u32 + index))
        .map_or_else(String::new, String::from)
}

/// The rules that some change has to do with, and what each does to them.
pub fn matrix(weighed: &[Weighed]) -> Table {
    let mut table = Table::new();
    let letters = (0..weighed.len()).map(letter);
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(std::iter::once("rule".to_owned()).chain(letters));
    for rule in Rule::ALL.iter().filter(|rule| weighed.iter().any(|one| one.cells.contains_key(rule))) {
        let sign = |one: &Weighed| one.cells.get(rule).map_or("", |cell| cell.effect.sign());
        let cells = weighed.iter().map(|one| TableCell::new(sign(one)).set_alignment(CellAlignment::Center));
        table.add_row(std::iter::once(TableCell::new(rule.id())).chain(cells));
    }
    table
}
