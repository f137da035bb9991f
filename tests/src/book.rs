//! The book's tables of symbols, and which of its rules have which of them as their source.
//!
//! It compares names. Whether a rule says what its function does is for readers, and for the runtimes that are played.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A table or a page cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It cannot be read. The path says which; whoever moved it knows where it is.
    #[error("{}: {cause}", path.display())]
    Unreadable {
        /// The file or the folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A line has too few columns: it is to be completed.
    #[error("{}:{line}: a line has {wanted} columns", path.display())]
    Malformed {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// How many columns it must have.
        wanted: usize,
    },
}

/// A symbol of the C code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// The texts that have it.
    pub editions: Vec<String>,
}

/// A function that the book accounts for, under its name in each text that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// In 3.13-dev.
    pub dev313: Option<String>,
    /// In 3.14.
    pub v314: Option<String>,
    /// The chapter whose matter it is.
    pub chapter: String,
}

impl Function {
    /// Its names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.dev313.iter().chain(&self.v314).map(String::as_str)
    }
}

/// A rule of the book: its id, the page that it is on, and the names in its Source entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The chapter.
    pub chapter: String,
    /// The id.
    pub id: String,
    /// What must hold: the text before its entries, on one line.
    pub statement: String,
    /// The names.
    pub sources: BTreeSet<String>,
}

/// The tables and the sources.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Every symbol that the book answers for.
    pub symbols: Vec<Symbol>,
    /// What rules are about.
    pub functions: Vec<Function>,
    /// What is left out, with the reason.
    pub outside: Vec<(String, String)>,
    /// The rules, in the order of the pages' names.
    pub rules: Vec<Cited>,
}

impl Book {
    /// The ids of the rules that have the symbol as a source.
    pub fn rules_of(&self, name: &str) -> Vec<&str> {
        self.rules.iter().filter(|rule| rule.sources.contains(name)).map(|rule| rule.id.as_str()).collect()
    }

    /// What the rule of that id says.
    pub fn statement_of(&self, id: &str) -> Option<String> {
        self.rules.iter().find(|rule| rule.id == id).map(|rule| rule.statement.clone())
    }

    /// Why the symbol is left out, if it is.
    pub fn reason_of(&self, name: &str) -> Option<&str> {
        self.outside.iter().find(|(left_out, _)| left_out == name).map(|(_, reason)| reason.as_str())
    }

    /// Symbols that are in neither table.
    pub fn unanswered(&self) -> Vec<&str> {
        let answered: BTreeSet<_> = self.functions.iter().flat_map(Function::names).chain(self.left_out()).collect();
        self.symbols.iter().map(|symbol| symbol.name.as_str()).filter(|name| !answered.contains(name)).collect()
    }

    /// Names in either table that are no symbols, and names in both.
    pub fn superfluous(&self) -> Vec<&str> {
        let symbols: BTreeSet<_> = self.symbols.iter().map(|symbol| symbol.name.as_str()).collect();
        let functions: BTreeSet<_> = self.functions.iter().flat_map(Function::names).collect();
        let strangers = functions.iter().copied().chain(self.left_out()).filter(|name| !symbols.contains(name));
        strangers.chain(self.left_out().filter(|name| functions.contains(name))).collect()
    }

    fn left_out(&self) -> impl Iterator<Item = &str> {
        self.outside.iter().map(|(name, _)| name.as_str())
    }
}

/// The book of this repository.
pub fn read() -> Result<Book, BookError> {
    read_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"))
}

/// The book in a folder.
pub fn read_from(specs: &Path) -> Result<Book, BookError> {
    Ok(Book {
        symbols: table(&specs.join("symbols.txt"), 2)?.into_iter().map(symbol).collect(),
        functions: table(&specs.join("functions.txt"), 3)?.into_iter().map(function).collect(),
        outside: table(&specs.join("outside.txt"), 2)?.into_iter().map(left_out).collect(),
        rules: pages(specs)?.iter().flat_map(|(chapter, page)| cited(chapter, page)).collect(),
    })
}

fn symbol(columns: Vec<String>) -> Symbol {
    let [name, editions @ ..] = &columns[..] else { unreachable!("a line has two columns") };
    Symbol { name: name.clone(), editions: editions.to_vec() }
}

fn function(columns: Vec<String>) -> Function {
    let name = |column: &String| (column != "-").then(|| column.clone());
    Function { dev313: name(&columns[0]), v314: name(&columns[1]), chapter: columns[2].clone() }
}

fn left_out(columns: Vec<String>) -> (String, String) {
    (columns[0].clone(), columns[1..].join(" "))
}

/// The lines of a table, but for comments: so many columns or more each.
fn table(path: &Path, wanted: usize) -> Result<Vec<Vec<String>>, BookError> {
    let text = read_text(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(at, line)| {
            let columns: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            let malformed = BookError::Malformed { path: path.to_owned(), line: at + 1, wanted };
            if columns.len() < wanted { Err(malformed) } else { Ok(columns) }
        })
        .collect()
}

fn read_text(path: &Path) -> Result<String, BookError> {
    fs::read_to_string(path).map_err(|cause| BookError::Unreadable { path: path.to_owned(), cause })
}

/// The pages of the book, by the names of their chapters.
pub fn pages(folder: &Path) -> Result<Vec<(String, String)>, BookError> {
    let unreadable = |cause| BookError::Unreadable { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.retain(|path| path.is_file());
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| Ok((name(path), read_text(path)?))).collect()
}

/// The rules of a page with their sources.
pub fn cited(chapter: &str, page: &str) -> Vec<Cited> {
    let of_rule = |(id, text): (&str, &str)| Cited {
        chapter: chapter.to_owned(),
        id: id.to_owned(),
        statement: statement(text),
        sources: source(text).map(quoted).unwrap_or_default(),
    };
    rules(page).into_iter().map(of_rule).collect()
}

/// The rules of a page: each with the text from its marker to the next.
pub fn rules(page: &str) -> Vec<(&str, &str)> {
    let named = page.split("\nr[").skip(1).filter_map(|text| text.split_once("]\n"));
    named.filter(|(id, _)| !id.contains(char::is_whitespace)).collect()
}

/// What a rule says before its entries.
fn statement(rule: &str) -> String {
    let text = rule.split("\n- **").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The Source entry of a rule, as one piece of text.
pub fn source(rule: &str) -> Option<&str> {
    let (_, entry) = rule.split_once("\n- **Source:**")?;
    entry.split("\n- **").next()
}

/// The names that stand between backticks.
pub fn quoted(entry: &str) -> BTreeSet<String> {
    entry.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
