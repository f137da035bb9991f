//! Histories: calls with the moments at which they began and ended.

use std::fmt;

/// One call of a history.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operation<C, A> {
    /// Who called.
    pub thread: usize,
    /// What.
    pub call: C,
    /// The moment it began.
    pub begun: usize,
    /// The answer and the moment it came; none if the call never returned.
    pub told: Option<(A, usize)>,
}

/// Calls in the order in which they began. Moments are numbers of events, so no two are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct History<C, A> {
    operations: Vec<Operation<C, A>>,
    events: usize,
}

impl<C, A> Default for History<C, A> {
    fn default() -> Self {
        History { operations: Vec::new(), events: 0 }
    }
}

impl<C, A> History<C, A> {
    /// The thread begins a call.
    ///
    /// # Panics
    ///
    /// If the thread is in the middle of another one: a thread makes one call at a time.
    pub fn begin(&mut self, thread: usize, call: C) {
        assert!(self.open(thread).is_none(), "thread {thread} is in the middle of a call");
        self.operations.push(Operation { thread, call, begun: self.events, told: None });
        self.events += 1;
    }

    /// The thread's call returns.
    ///
    /// # Panics
    ///
    /// If the thread is in no call.
    pub fn end(&mut self, thread: usize, answer: A) {
        let moment = self.events;
        let operation = self.open(thread).unwrap_or_else(|| panic!("thread {thread} is in no call"));
        operation.told = Some((answer, moment));
        self.events += 1;
    }

    fn open(&mut self, thread: usize) -> Option<&mut Operation<C, A>> {
        self.operations.iter_mut().find(|operation| operation.thread == thread && operation.told.is_none())
    }

    /// The calls.
    pub fn operations(&self) -> &[Operation<C, A>] {
        &self.operations
    }
}

/// A line for each call, with the span of moments in which it was under way.
impl<C: fmt::Display, A: fmt::Display> fmt::Display for History<C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for operation in &self.operations {
            writeln!(f, "{}", Line { operation, events: self.events })?;
        }
        Ok(())
    }
}

struct Line<'a, C, A> {
    operation: &'a Operation<C, A>,
    events: usize,
}

impl<C: fmt::Display, A: fmt::Display> fmt::Display for Line<'_, C, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operation { thread, call, begun, told } = self.operation;
        let end = told.as_ref().map_or(self.events, |(_, end)| *end + 1);
        let span: String =
            (0..self.events).map(|moment| if (*begun..end).contains(&moment) { '=' } else { '.' }).collect();
        match told {
            Some((answer, _)) => write!(f, "{span}  T{thread}  {call} -> {answer}"),
            None => write!(f, "{span}  T{thread}  {call} never returns"),
        }
    }
}
