//! The samples: every kind of value, namespaces of one to three items, exceptions plain, long and broken, sessions of every
//! shape; and, for each, what cannot be converted, named or told, in every place.

use crossinterp_objects::{Buffer, Type, Value};

use super::task::{Act, Armed, Operation, Part, Place, Target, Task, Thrown, Untold, Update, Visit, Work};
use crate::error::ErrorCode;

/// One level more than can be converted.
const TOO_DEEP: usize = 129;

/// Every operation on every sample, always in the same order.
pub fn tasks() -> Vec<Task> {
    let groups = [of_values(), of_registries(), of_namespaces(), of_interpreters(), of_entering()];
    let sessions = [of_preserving(), of_leaving(), of_exceptions(), of_whole_sessions()];
    groups.into_iter().chain(sessions).flatten().collect()
}

fn task(operation: Operation, sample: impl Into<String>, work: Work) -> Task {
    Task { operation, sample: sample.into(), work }
}

/// Values of every kind, and of every way in which memory is asked for on their behalf.
fn values() -> Vec<(&'static str, Value)> {
    let text = Value::text("payload");
    vec![
        ("None", Value::None),
        ("a bool", Value::Bool(true)),
        ("a small int", Value::int(1)),
        ("an int", Value::int(1_i64 << 40)),
        ("a float", Value::float(1.5)),
        ("no bytes", Value::Bytes(Vec::new())),
        ("a byte", Value::Bytes(vec![7])),
        ("bytes", Value::Bytes(b"payload".to_vec())),
        ("many bytes", Value::Bytes(vec![7; 100])),
        ("an empty str", Value::text("")),
        ("a letter", Value::text("é")),
        ("a wide letter", Value::text("ж")),
        ("an ascii str", text.clone()),
        ("a latin str", Value::text("payé")),
        ("a wide str", Value::text("жук\u{1f600}")),
        ("a long str", Value::text(&"payload ".repeat(20))),
        ("an empty tuple", Value::Tuple(Vec::new())),
        ("a tuple", Value::Tuple(vec![Value::int(1), text.clone()])),
        ("a nested tuple", Value::Tuple(vec![Value::Tuple(vec![text.clone(), Value::float(0.5)]), text])),
        ("a memoryview", view()),
        ("a memoryview in a tuple", Value::Tuple(vec![Value::int(1000), view()])),
    ]
}

/// Values that cannot be converted: each for its own reason, alone and as an item.
fn refused() -> Vec<(&'static str, Value)> {
    vec![
        ("a list", Value::List(Vec::new())),
        ("an int too big", Value::int(1_i128 << 64)),
        ("a converter that raises", Value::made("Odd", Vec::new())),
        ("a tuple too deep", Value::nested(TOO_DEEP)),
        ("a tuple with a list", Value::Tuple(vec![Value::text("payload"), Value::List(Vec::new())])),
        ("a tuple with an int too big", Value::Tuple(vec![view(), Value::int(1_i128 << 64), Value::int(1)])),
    ]
}

fn view() -> Value {
    Value::Buffer(Buffer::new(b"memory".to_vec()))
}

fn of_values() -> Vec<Task> {
    let all = || values().into_iter().chain(refused());
    let check = all().map(|(name, value)| task(Operation::Check, name, Work::Check(value)));
    let convert = all().map(|(name, value)| task(Operation::Convert, name, Work::Convert(value)));
    let arrive = values().into_iter().map(|(name, value)| task(Operation::Materialise, name, Work::Materialise(value)));
    let release = places().into_iter().flat_map(|(whereto, place)| {
        let named =
            move |(name, value)| task(Operation::Release, format!("{name} {whereto}"), Work::Release(value, place));
        values().into_iter().map(named)
    });
    check.chain(convert).chain(arrive).chain(release).collect()
}

fn places() -> [(&'static str, Place); 3] {
    [("at home", Place::Home), ("abroad", Place::Abroad), ("after the end", Place::AfterTheEnd)]
}

fn of_registries() -> Vec<Task> {
    let classes = [("a static type", Type::built_in("list")), ("a heap type", Type::heap("Point"))];
    let each = classes.into_iter().flat_map(|(name, class)| {
        let register = |sample: &str, before, differs| {
            let work = Work::Register { class: class.clone(), before, differs };
            task(Operation::Register, format!("{name} {sample}"), work)
        };
        let unregister = |sample: &str, before| {
            task(Operation::Unregister, format!("{name} {sample}"), Work::Unregister(class.clone(), before))
        };
        vec![
            register("for the first time", 0, false),
            register("again", 1, false),
            register("with another converter", 1, true),
            unregister("registered once", 1),
            unregister("registered twice", 2),
            unregister("not registered", 0),
            task(Operation::LookUp, name, Work::LookUp(class.clone())),
        ]
    });
    each.collect()
}

/// Namespaces of one, two and three items that can be carried.
fn namespaces() -> Vec<(&'static str, Vec<Update>)> {
    vec![
        ("one name", vec![("a", Value::int(1))]),
        ("two names", vec![("a", Value::text("payload")), ("b", Value::Tuple(vec![Value::int(1000), Value::None]))]),
        ("three names", vec![("a", view()), ("b", Value::float(1.5)), ("c", Value::Bytes(vec![7; 100]))]),
        ("a name twice", vec![("a", Value::text("first")), ("a", Value::text("second"))]),
    ]
}

/// Namespaces in which one thing is wrong: each kind of value that cannot leave, and a name that is none, at each place.
fn broken_namespaces() -> Vec<(String, Vec<Update>)> {
    let good = || vec![("a", Value::text("payload")), ("b", view()), ("c", Value::int(1000))];
    let values = refused().into_iter().flat_map(|(name, value)| {
        (0..3).map(move |place| {
            let mut updates = good();
            updates[place].1 = value.clone();
            (format!("{name}, item {place}"), updates)
        })
    });
    let names = (0..3).map(|place| {
        let mut updates = good();
        updates[place].0 = "a\0b";
        (format!("a name with a NUL, item {place}"), updates)
    });
    values.chain(names).collect()
}

fn of_namespaces() -> Vec<Task> {
    let good = namespaces();
    let named = good.iter().map(|(name, updates)| ((*name).to_owned(), updates.clone()));
    let fill = named.chain(broken_namespaces());
    let fill = fill.map(|(name, updates)| task(Operation::FillNamespace, name, Work::Fill(updates)));
    let apply = good.iter().map(|(name, updates)| task(Operation::ApplyNamespace, *name, Work::Apply(updates.clone())));
    let free = [("at home", Place::Home), ("abroad", Place::Abroad)].into_iter().flat_map(|(whereto, place)| {
        good.iter().map(move |(name, updates)| {
            task(Operation::FreeNamespace, format!("{name} {whereto}"), Work::Free(updates.clone(), place))
        })
    });
    fill.chain(apply).chain(free).collect()
}

fn of_interpreters() -> Vec<Task> {
    let lent = values().into_iter().map(|(_, value)| value).collect();
    vec![
        task(Operation::Create, "one more", Work::Create),
        task(Operation::End, "nothing lent", Work::End(Vec::new())),
        task(Operation::End, "every kind of value lent", Work::End(lent)),
    ]
}

fn of_entering() -> Vec<Task> {
    let enter = |name: &str, visit: Visit| task(Operation::Enter, name, Work::Visit(Armed::AtTheStart, visit));
    let mut all = vec![
        enter("without updates", Visit::abroad()),
        enter("an interpreter that runs", Visit::abroad().doing(vec![Act::Visit(Visit::abroad())])),
    ];
    all.extend(namespaces().into_iter().map(|(name, updates)| enter(name, Visit::abroad().with(updates))));
    all.extend(broken_namespaces().iter().map(|(name, updates)| enter(name, Visit::abroad().with(updates.clone()))));
    all
}

fn preserving(updates: &[Update]) -> Vec<Act> {
    updates.iter().map(|(name, value)| Act::Preserve(name, value.clone())).collect()
}

fn of_preserving() -> Vec<Task> {
    let preserve = |name: &str, updates: &[Update]| {
        let visit = Visit::abroad().doing(preserving(updates)).dropped();
        task(Operation::Preserve, name, Work::Visit(Armed::InTheBody, visit))
    };
    let good = namespaces();
    let nul = [("a", Value::int(1)), ("b\0", Value::int(2))];
    good.iter().map(|(name, updates)| preserve(name, updates)).chain([preserve("a name with a NUL", &nul)]).collect()
}

fn of_leaving() -> Vec<Task> {
    let exit =
        |name: String, body| task(Operation::Exit, name, Work::Visit(Armed::AtTheExit, Visit::abroad().doing(body)));
    let named = namespaces().into_iter().map(|(name, updates)| (name.to_owned(), updates));
    let bad =
        broken_namespaces().into_iter().filter(|(_, updates)| updates.iter().all(|(name, _)| !name.contains('\0')));
    let kept = named.chain(bad).map(|(name, updates)| exit(name, preserving(&updates)));
    let failing = namespaces().into_iter().map(|(name, updates)| {
        let mut body = preserving(&updates);
        body.push(Act::Raise(Thrown::new("ValueError", "boom")));
        exit(format!("{name}, and the body raised"), body)
    });
    std::iter::once(exit("nothing preserved".to_owned(), Vec::new())).chain(kept).chain(failing).collect()
}

fn thrown() -> Vec<(String, Thrown)> {
    let own = || Thrown::new("Late", "by 5").of_module("rail");
    let mut all = vec![
        ("a plain one".to_owned(), Thrown::new("ValueError", "boom")),
        ("one that says nothing".to_owned(), Thrown::new("ValueError", "")),
        ("a long text".to_owned(), Thrown::new("ValueError", &"a long text ".repeat(50))),
        ("a wide text".to_owned(), Thrown::new("ValueError", "жук")),
        ("one of a module".to_owned(), own()),
        ("a MemoryError".to_owned(), Thrown::memory_error()),
    ];
    let parts = [
        (Part::Name, "name"),
        (Part::Qualname, "qualified name"),
        (Part::Module, "module"),
        (Part::Message, "text"),
        (Part::Display, "traceback"),
    ];
    let reasons = [(Untold::Raises, "raises"), (Untold::NotText, "is no text"), (Untold::Nul, "has a NUL")];
    for (part, name) in parts {
        all.extend(reasons.map(|(why, says)| (format!("its {name} {says}"), own().without(part, why))));
    }
    all
}

fn of_exceptions() -> Vec<Task> {
    let capture = |name: String, act: Act| {
        task(Operation::Capture, name, Work::Visit(Armed::InTheBody, Visit::abroad().doing(vec![act])))
    };
    let raised = thrown().into_iter().map(|(name, thrown)| capture(name, Act::Raise(thrown)));
    let codes = ErrorCode::ALL.into_iter().flat_map(|code| {
        let boom = Thrown::new("ValueError", "boom");
        let with = capture(format!("{code} with an exception"), Act::Fail(code, Some(boom)));
        // Of nothing at all, nobody is told: what a body without both comes to is for the sessions to say.
        let alone = !matches!(code, ErrorCode::NoError | ErrorCode::UncaughtException);
        std::iter::once(with).chain(alone.then(|| capture(format!("{code} alone"), Act::Fail(code, None))))
    });
    raised.chain(codes).chain([capture("a panic".to_owned(), Act::Panic)]).collect()
}

/// Updates, something carried, something preserved, and whatever ends it.
fn whole(ends: Vec<Act>) -> Visit {
    let updates = vec![("a", Value::text("payload")), ("b", Value::Tuple(vec![Value::int(1000)]))];
    let mut body = vec![Act::Carry(Value::text("payload")), Act::Preserve("c", Value::text("more"))];
    body.push(Act::Preserve("d", Value::Bytes(vec![1; 100])));
    body.extend(ends);
    Visit::abroad().with(updates).doing(body)
}

fn of_whole_sessions() -> Vec<Task> {
    let start = |operation, name: &str, visit: Visit| task(operation, name, Work::Visit(Armed::AtTheStart, visit));
    let boom = || Act::Raise(Thrown::new("ValueError", "boom"));
    let inner = |ends: Vec<Act>| Act::Visit(whole(ends).within(Target::Third));
    let session = Operation::Session;
    let nested = Operation::NestedSession;
    let here = Operation::SessionHere;
    let updates = || vec![("a", Value::text("payload"))];
    vec![
        start(session, "that succeeds", whole(Vec::new())),
        start(session, "whose body raises", whole(vec![boom()])),
        start(session, "whose body panics", whole(vec![Act::Panic])),
        start(session, "whose body finds no memory", whole(vec![Act::Raise(Thrown::memory_error())])),
        start(session, "that is dropped", whole(Vec::new()).dropped()),
        start(nested, "both succeed", whole(vec![inner(Vec::new()), Act::Preserve("e", Value::int(1000))])),
        start(nested, "the inner one raises", whole(vec![inner(vec![boom()])])),
        start(nested, "the inner one panics", whole(vec![inner(vec![Act::Panic])])),
        start(nested, "the outer one raises", whole(vec![inner(Vec::new()), boom()])),
        start(nested, "back home, which runs", whole(vec![Act::Visit(Visit::abroad().within(Target::Home))])),
        start(here, "that does nothing", Visit::abroad().within(Target::Home)),
        start(here, "that succeeds", whole(Vec::new()).within(Target::Home)),
        start(here, "whose body raises", whole(vec![boom()]).within(Target::Home)),
        start(here, "and from there abroad", {
            let abroad = Visit::abroad().with(updates()).doing(vec![Act::Preserve("b", Value::float(1.5))]);
            Visit::abroad().within(Target::Home).doing(vec![Act::Visit(abroad)])
        }),
    ]
}
