//! Whoever is in a session dies: a body between any two of its calls, an embedder between any two steps of a session, a thread
//! with sessions open; or forgets that it is there.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use crossinterp::simple::{Ledger, Simple, Totals, Value};
use crossinterp::{EndError, EnterError, Entered, Interpreter, Memory, Runtime, Session, ShutdownError};
use crossinterp_model::error::ErrorCode;
use crossinterp_model::scarcity::{Act, Armed, Operation, Reading, Target, Task, Visit, Word, Work};
use crossinterp_suite::faults::{compare, first_disagreement};

/// A body with something of everything, and a session in it.
fn body() -> Vec<Act> {
    let inner = Visit::abroad().with(vec![("a", Value::text("payload"))]).within(Target::Third);
    let inner = inner.doing(vec![Act::Carry(Value::text("payload")), Act::Preserve("b", Value::Bytes(vec![1; 100]))]);
    vec![
        Act::Carry(Value::float(1.5)),
        Act::Preserve("c", Value::text("more")),
        Act::Visit(inner),
        Act::Carry(Value::None),
    ]
}

fn with_a_death(mut acts: Vec<Act>, at: usize) -> Vec<Act> {
    acts.insert(at, Act::Panic);
    acts
}

/// Every way in which this body, or that of the session in it, can die.
fn dying_bodies() -> Vec<Vec<Act>> {
    let outer = (0..=body().len()).map(|at| with_a_death(body(), at));
    let inner = (0..3).map(|at| {
        let mut acts = body();
        let Act::Visit(visit) = &mut acts[2] else { panic!("the third act is a session") };
        visit.body = with_a_death(std::mem::take(&mut visit.body), at);
        acts
    });
    outer.chain(inner).collect()
}

/// With memory running out at every point on top of it: both sides tell the same, and nothing is left.
#[test]
fn a_body_can_die_anywhere() {
    for (index, acts) in dying_bodies().into_iter().enumerate() {
        let visit = Visit::abroad().with(vec![("a", Value::text("payload"))]).doing(acts);
        let work = Work::Visit(Armed::AtTheStart, visit);
        let task = Task { operation: Operation::NestedSession, sample: format!("death {index}"), work };
        let compared = compare(&task, Reading::default(), None);
        let disagreement = first_disagreement(&compared);
        assert!(disagreement.is_none(), "{}", disagreement.unwrap_or_default());
        let (model, implementation) = compared.pairs().next().expect("there is a run without a refusal");
        let died = Word::Code(ErrorCode::Other);
        assert_eq!((model.told.word, implementation.told.word), (died, died), "{task}");
    }
}

struct Scene {
    runtime: Runtime<Simple>,
    home: Interpreter<Simple>,
    abroad: Interpreter<Simple>,
    third: Interpreter<Simple>,
    memory: Memory,
    ledger: Ledger,
}

impl Scene {
    fn new() -> Scene {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let runtime = Runtime::builder(host).build();
        let [home, abroad, third] = [(); 3].map(|()| runtime.create().expect("ids are left"));
        Scene { runtime, home, abroad, third, memory, ledger }
    }

    /// Others can come in, everything can end, and nothing is left.
    fn assert_at_rest(self, what: &str) {
        for interpreter in [&self.home, &self.abroad, &self.third] {
            assert!(interpreter.enter().is_ok(), "somebody is left in {interpreter:?}: {what}");
        }
        assert_eq!(self.runtime.shutdown(), Ok(3), "{what}");
        assert_eq!(self.memory.live(), 0, "{what}");
        assert!(self.ledger.totals().is_settled(), "{what}: {:?}", self.ledger.totals());
    }
}

/// Dies when its turn has come. Nothing is printed: no hook runs.
struct Fuse(usize);

impl Fuse {
    fn burn(&mut self) {
        if self.0 == 0 {
            resume_unwind(Box::new("dead"));
        }
        self.0 -= 1;
    }
}

/// Two sessions, one in the other, step by step; whoever makes the steps may die before each of them, and after the last.
fn visit(scene: &Scene, fuse: &mut Fuse) {
    fuse.burn();
    let here = scene.home.enter().expect("nobody is in it");
    fuse.burn();
    let mut outer = Session::enter(&here, &scene.abroad, &[("a", Value::from("text"))]).expect("nothing is in the way");
    fuse.burn();
    outer.preserve("b", Value::from("more")).expect("there is memory");
    fuse.burn();
    let capsule = outer.convert(&Value::from("due")).expect("it can leave");
    fuse.burn();
    let ran = outer.run(|inside| inside.preserve("c", Value::Bytes(vec![1; 100])));
    assert!(ran.is_ok());
    fuse.burn();
    let inner = Session::enter(&outer, &scene.third, &[("d", Value::from("deep"))]).expect("nothing is in the way");
    fuse.burn();
    inner.preserve("e", Value::from("deeper")).expect("there is memory");
    fuse.burn();
    let kept = inner.exit().expect("nothing went wrong");
    fuse.burn();
    drop(kept);
    let kept = outer.exit().expect("nothing went wrong");
    fuse.burn();
    drop((kept, capsule));
    fuse.burn();
}

/// How many places there are to die in.
fn places() -> usize {
    const MANY: usize = 1000;
    let mut fuse = Fuse(MANY);
    visit(&Scene::new(), &mut fuse);
    MANY - fuse.0
}

#[test]
fn an_embedder_can_die_before_and_after_every_step_of_a_session() {
    let places = places();
    assert!(places > 10, "only {places} places");
    for place in 0..places {
        let scene = Scene::new();
        let died = catch_unwind(AssertUnwindSafe(|| visit(&scene, &mut Fuse(place))));
        assert!(died.is_err(), "it dies at place {place}");
        scene.assert_at_rest(&format!("death at place {place}"));
    }
}

#[test]
fn a_thread_can_die_with_sessions_open_and_another_one_goes_on() {
    for place in 0..places() {
        let scene = Scene::new();
        let died = thread::scope(|scope| scope.spawn(|| visit(&scene, &mut Fuse(place))).join());
        assert!(died.is_err(), "it dies at place {place}");
        scene.assert_at_rest(&format!("death of a thread at place {place}"));
    }
}

/// The check can fail: a session that is forgotten is still there.
#[test]
fn a_session_that_is_forgotten_is_found() {
    let scene = Scene::new();
    let left =
        forget_a_session(&scene, |here, scene| Session::enter(here, &scene.abroad, Session::<Simple>::nothing()));
    assert!(left);
    assert_eq!(scene.runtime.shutdown(), Err(ShutdownError::Running { running: vec![scene.abroad.id()] }));
}

type Opened<'a> = Result<Session<'a, Simple>, crossinterp::SessionError<crossinterp::simple::NotShareable>>;

/// Opens a session from home, forgets it, and goes home again. Whether it was opened.
fn forget_a_session(scene: &Scene, open: impl for<'a> Fn(&'a Entered<'_, Simple>, &'a Scene) -> Opened<'a>) -> bool {
    let here = scene.home.enter().expect("nobody is in it");
    open(&here, scene).map(std::mem::forget).is_ok()
}

/// What is promised of a guard that is forgotten: its interpreter runs for ever, everybody is told so, nobody waits, and what is
/// left there is never freed under anybody.
#[test]
fn a_forgotten_session_keeps_its_interpreter_running_and_nobody_waits_for_it() {
    let scene = Scene::new();
    let updates = [("a", Value::from("text"))];
    assert!(forget_a_session(&scene, |here, scene| {
        let session = Session::enter(here, &scene.abroad, &updates)?;
        session.preserve("b", Value::from("more")).expect("there is memory");
        Ok(session)
    }));
    let id = scene.abroad.id();
    assert_eq!(scene.abroad.enter().err(), Some(EnterError::AlreadyRunning { id }));
    assert_eq!(scene.runtime.end(id), Err(EndError::Running { id }));
    assert_eq!(scene.abroad.waiting(), 0);
    assert_eq!(scene.runtime.shutdown(), Err(ShutdownError::Running { running: vec![id] }));
    let (memory, ledger) = (scene.memory.clone(), scene.ledger.clone());
    drop(scene);
    // The update was home's and went with it; a name and the list's place were of the session.
    assert_eq!(ledger.totals(), Totals { created: 1, ..Totals::default() });
    assert!(memory.live() <= 1, "no more than what was preserved");
}

#[test]
fn a_forgotten_capsule_is_taken_back_by_the_end_of_its_owner() {
    let scene = Scene::new();
    let capsule = scene.home.enter().expect("nobody is in it").convert(&Value::from("text")).expect("it can leave");
    std::mem::forget(capsule);
    assert_eq!(scene.runtime.end(scene.home.id()).map(|ended| ended.reclaimed), Ok(1));
    assert!(scene.ledger.totals().is_settled());
}

/// Who waits in line for an interpreter whose session was forgotten does not come in; who asks without waiting is told.
#[test]
fn a_capsule_of_a_forgotten_place_can_be_read_and_given_back() {
    let scene = Scene::new();
    let guard = scene.abroad.enter().expect("nobody is in it");
    let capsule = guard.convert(&Value::from("text")).expect("it can leave");
    std::mem::forget(guard);
    let here = scene.home.enter().expect("nobody is in it");
    assert_eq!(here.materialise(&capsule), Ok(Value::from("text")));
    assert_eq!(here.release(&capsule), Ok(crossinterp::Release::Queued), "for an owner that never comes back");
    drop(here);
    let id = scene.abroad.id();
    assert_eq!(scene.runtime.shutdown(), Err(ShutdownError::Running { running: vec![id] }));
}
