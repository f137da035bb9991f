//! Namespaces as an embedder meets them: what is made, carried, bound and freed, and that it is all or nothing.

#![cfg(not(loom))]

mod common;

use std::error::Error;

use common::{scripted, simple};
use crossinterp::simple::{Buffer, NotAName, Simple, Text, Totals, Value, name};
use crossinterp::{
    ApplyError, ConvertError, Current, FillError, Freed, MaterialiseError, Memory, NamesError, Namespace,
    NamespaceError, Runtime,
};

type Bound = Vec<(String, Value)>;

fn apply(namespace: &Namespace<Simple>, here: &Current<'_, Simple>) -> Result<Bound, Box<dyn Error>> {
    let mut bound = Bound::new();
    namespace.apply(here, |name, value| bound.push((name.to_owned(), value)))?;
    Ok(bound)
}

fn pairs<const N: usize>(pairs: [(&str, Value); N]) -> Bound {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[test]
fn names_are_bound_in_their_order_and_the_later_of_two_wins() {
    let (runtime, ledger) = simple();
    let (source, target) = (runtime.create().unwrap(), runtime.create().unwrap());
    let given =
        pairs([("b", Value::from("1")), ("a", Value::None), ("b", Value::int(2)), ("e\u{301}", Value::from("é"))]);
    let inside = source.enter().unwrap();
    let namespace = Namespace::from_pairs(&inside, &given).unwrap();
    drop(inside);
    assert_eq!(namespace.names().collect::<Vec<_>>(), ["b", "a", "b", "e\u{301}"]);
    let inside = target.enter().unwrap();
    for _ in 0..2 {
        assert_eq!(apply(&namespace, &inside).unwrap(), given);
    }
    assert_eq!(namespace.free(), Freed { done: 2, nothing: 2, ..Freed::default() });
    drop(inside);
    assert!(ledger.totals().is_settled());
}

#[test]
fn a_namespace_has_names_and_none_with_a_nul() {
    let (runtime, _) = simple();
    let home = runtime.create().unwrap();
    let inside = home.enter().unwrap();
    assert_eq!(Namespace::from_names(&inside, [""; 0]).unwrap_err(), NamesError::Empty);
    let nul = NamesError::Nul { index: 1, name: "b\0c".to_owned() };
    assert_eq!(Namespace::from_names(&inside, ["a", "b\0c"]).unwrap_err(), nul);
    assert!(Namespace::from_names(&inside, [""]).is_ok(), "an empty name is a name");
    assert_eq!(name(&Value::Str(Text::from_code_points([0xdc80]).unwrap())), Err(NotAName::Surrogates));
    assert_eq!(name(&Value::Bytes(vec![])), Err(NotAName::NotText));
}

#[test]
fn a_name_without_value_is_an_error_unless_there_is_a_default() {
    let (runtime, _) = simple();
    let home = runtime.create().unwrap();
    let inside = home.enter().unwrap();
    let mut namespace = Namespace::from_names(&inside, ["a", "b"]).unwrap();
    let bind = |_: &str, _: Value| panic!("nothing is bound");
    let missing = |index, name: &str| ApplyError::Missing { index, name: name.to_owned() };
    assert_eq!(namespace.apply(&inside, bind).unwrap_err(), missing(0, "a"));
    namespace.fill(&inside, |name| (name == "a").then(|| Value::from("here"))).unwrap();
    assert_eq!(namespace.apply(&inside, bind).unwrap_err(), missing(1, "b"));
    assert_eq!(namespace.fill(&inside, |_| Some(Value::None)).unwrap_err(), FillError::Filled);
    let mut bound = Bound::new();
    namespace.apply_or(&inside, || Value::int(0), |name, value| bound.push((name.to_owned(), value))).unwrap();
    assert_eq!(bound, pairs([("a", Value::from("here")), ("b", Value::int(0))]));
    assert_eq!(namespace.free_in(&inside), Freed { done: 1, nothing: 1, ..Freed::default() });
}

#[test]
fn a_value_that_cannot_leave_is_named_and_those_before_it_are_given_back() {
    let (runtime, ledger) = simple();
    let home = runtime.create().unwrap();
    let inside = home.enter().unwrap();
    let buffer = Buffer::new(vec![1]);
    for bad in 0..3 {
        let mut given = pairs([("a", Value::from("x")), ("b", Value::Buffer(buffer.clone())), ("c", Value::from("y"))]);
        given[bad].1 = Value::List(vec![]);
        let (index, name) = (bad, given[bad].0.clone());
        let refused = Namespace::from_pairs(&inside, &given).unwrap_err();
        let expected = FillError::Convert { index, name, error: ConvertError::NotShareable };
        assert_eq!(refused, NamespaceError::Fill(expected));
        assert_eq!((ledger.totals().live, buffer.exports()), (0, 0));
    }
}

#[test]
fn every_value_is_asked_for_before_the_first_is_converted() {
    let (runtime, _) = scripted();
    let home = runtime.create().unwrap();
    let inside = home.enter().unwrap();
    let source = std::sync::Arc::new(std::sync::Mutex::new(vec![Value::int(1), Value::int(2)]));
    let emptied = std::sync::Arc::clone(&source);
    runtime.host().on_convert(move || emptied.lock().unwrap().clear());
    let mut namespace = Namespace::from_names(&inside, ["0", "1"]).unwrap();
    namespace.fill(&inside, |name| source.lock().unwrap().get(name.parse::<usize>().unwrap()).cloned()).unwrap();
    let mut bound = Vec::new();
    namespace.apply(&inside, |_, value| bound.push(value)).unwrap();
    assert_eq!(bound, [Value::int(1), Value::int(2)]);
    assert!(source.lock().unwrap().is_empty(), "the conversion did change the source");
}

#[test]
fn a_value_that_cannot_arrive_leaves_no_name_bound() {
    let (runtime, _) = simple();
    let (source, other, target) = (runtime.create().unwrap(), runtime.create().unwrap(), runtime.create().unwrap());
    let inside = source.enter().unwrap();
    let given = pairs([("a", Value::from("x")), ("b", Value::Buffer(Buffer::new(vec![1])))]);
    let namespace = Namespace::from_pairs(&inside, &given).unwrap();
    drop(inside);
    apply(&namespace, &other.enter().unwrap()).unwrap();
    let bind = |_: &str, _: Value| panic!("nothing is bound");
    let refused = namespace.apply(&target.enter().unwrap(), bind).unwrap_err();
    let used = ApplyError::Materialise { index: 1, name: "b".to_owned(), error: MaterialiseError::Consumed };
    assert_eq!(refused, used);
    runtime.end(source.id()).unwrap();
    let gone = MaterialiseError::OwnerEnded { owner: source.id() };
    let refused = namespace.apply(&target.enter().unwrap(), bind).unwrap_err();
    assert_eq!(refused, ApplyError::Materialise { index: 0, name: "a".to_owned(), error: gone });
    assert_eq!(namespace.free(), Freed { owner_ended: 2, ..Freed::default() });
}

#[test]
fn each_value_goes_home_wherever_the_namespace_is_freed() {
    let (runtime, ledger) = simple();
    let source = runtime.create().unwrap();
    let given = pairs([("a", Value::from("x")), ("b", Value::from("y")), ("c", Value::int(1))]);
    let make = || Namespace::from_pairs(&source.enter().unwrap(), &given).unwrap();
    let (first, second, third) = (make(), make(), make());
    drop(first);
    assert_eq!(ledger.totals().live, 4, "an idle owner is waited for by nobody");
    let inside = source.enter().unwrap();
    assert_eq!(second.free(), Freed { queued: 2, nothing: 1, ..Freed::default() });
    let freed = std::thread::scope(|scope| scope.spawn(|| third.free()).join().unwrap());
    assert_eq!(freed.queued, 2);
    drop(inside);
    let totals = ledger.totals();
    assert_eq!(totals, Totals { created: 6, ..Totals::default() });
}

/// Makes a namespace in one interpreter and applies it in another, and says what was bound; or why not.
fn carry(runtime: &Runtime<Simple>, given: &Bound) -> Result<Bound, Box<dyn Error>> {
    let (source, target) = (runtime.create()?, runtime.create()?);
    let inside = source.enter()?;
    let namespace = Namespace::from_pairs(&inside, given)?;
    drop(inside);
    let inside = target.enter()?;
    apply(&namespace, &inside)
}

/// Whether lack of memory is at the bottom of it.
fn is_no_memory(error: &(dyn Error + 'static)) -> bool {
    error.to_string().contains("no memory") || error.source().is_some_and(is_no_memory)
}

#[test]
fn whichever_allocation_fails_nothing_is_bound_and_nothing_is_held() {
    let buffer = Buffer::new(vec![1]);
    let tuple = Value::Tuple(vec![Value::from("in a tuple"), Value::float(0.5), Value::Tuple(vec![Value::int(1000)])]);
    let given =
        pairs([("a", Value::from("text")), ("b", tuple), ("c", Value::Buffer(buffer.clone())), ("d", Value::None)]);
    for from_then_on in [false, true] {
        let mut failures = 0;
        loop {
            let memory = Memory::counted();
            let host = Simple::new().with_memory(memory.clone());
            let ledger = host.ledger();
            let runtime = Runtime::builder(host).build();
            if from_then_on {
                memory.fail_from(failures)
            } else {
                memory.fail_once(failures)
            }
            let carried = carry(&runtime, &given);
            runtime.shutdown().unwrap();
            assert_eq!((memory.live(), buffer.exports()), (0, 0), "at allocation {failures}");
            assert!(ledger.totals().is_settled());
            match carried {
                Ok(bound) => break assert_eq!(bound, given),
                Err(error) => assert!(is_no_memory(&*error), "at allocation {failures}: {error}"),
            }
            failures += 1;
        }
        let (interpreters, names) = (2, 1 + 4);
        let (leaving, room, arriving) = (2 + (3 + 2 + 1 + 4) + 2 + 1, 1, 1 + 5 + 1);
        assert_eq!(failures, interpreters + names + leaving + room + arriving, "each allocation was refused once");
    }
}
