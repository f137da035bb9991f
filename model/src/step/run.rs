//! One step under way: the world being changed, and what the step has to say about it.

use crate::call::{Call, CallKind, Outcome, id_of};
use crate::defect::Defect;
use crate::fault::Fault;
use crate::fix::Fix;
use crate::rule::{Rule, RuleSet};
use crate::scope::{Client, Setup};
use crate::step::{
    Pc, capsule, end, enter, idref, interpreter, leave, namespace, pending, process, read, registry, release, session,
    unpickle,
};
use crate::witness::{Witness, WitnessSet};
use crate::world::{Interpreter, NONE, Payload, Phase, Session, Thread, Walk, World};

/// What a thread does next: begin a call, or go on with the one it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The thread begins the call, and takes its first step.
    Begin {
        /// The thread.
        thread: u8,
        /// The call.
        call: Call,
    },
    /// The thread takes the next step of its call.
    Go {
        /// The thread.
        thread: u8,
        /// The step.
        pc: Pc,
    },
}

impl Step {
    /// The thread that takes the step.
    pub fn thread(self) -> u8 {
        match self {
            Step::Begin { thread, .. } | Step::Go { thread, .. } => thread,
        }
    }

    /// Where the thread is when it takes the step.
    pub fn pc(self) -> Pc {
        match self {
            Step::Begin { call, .. } => first_step(call.kind()),
            Step::Go { pc, .. } => pc,
        }
    }
}

/// The world after a step, and what the step was about.
#[derive(Clone, Copy, Debug)]
pub struct Successor {
    /// The world.
    pub world: World,
    /// The rules that the step realised.
    pub rules: RuleSet,
    /// The situations that it met.
    pub witnesses: WitnessSet,
    /// What the caller was told, when the step ended its call.
    pub outcome: Option<Outcome>,
    /// Whether C goes on after the step. False only with a fault; a search stops at any fault, a client may not.
    pub goes_on: bool,
}

/// What a step says of itself, beside the world that it leaves.
pub(crate) struct Taken {
    pub(crate) rules: RuleSet,
    pub(crate) witnesses: WitnessSet,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) goes_on: bool,
}

/// A step under way.
pub(crate) struct Run<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) world: &'a mut World,
    pub(crate) index: u8,
    /// The step that is taken.
    pc: Pc,
    rules: RuleSet,
    witnesses: WitnessSet,
    outcome: Option<Outcome>,
    goes_on: bool,
}

impl<'a> Run<'a> {
    /// Takes the step in the world itself, which must allow it. Worlds are copied by the million: not here.
    pub(crate) fn take(setup: &'a Setup, world: &'a mut World, step: Step) -> Taken {
        let mut run = Run::look(setup, world, step.thread());
        if let Step::Begin { call, .. } = step {
            run.begin(call);
        }
        run.take_gil();
        run.pc = step.pc();
        run.dispatch(step.pc());
        run.into_taken()
    }

    /// A run that has not stepped yet: to ask what a step would see.
    pub(crate) fn look(setup: &'a Setup, world: &'a mut World, thread: u8) -> Run<'a> {
        Run {
            setup,
            world,
            index: thread,
            pc: Pc::Idle,
            rules: RuleSet::default(),
            witnesses: WitnessSet::default(),
            outcome: None,
            goes_on: true,
        }
    }

    fn into_taken(self) -> Taken {
        assert!(self.goes_on || self.world.fault().is_some(), "only a fault stops a call");
        Taken { rules: self.rules, witnesses: self.witnesses, outcome: self.outcome, goes_on: self.goes_on }
    }

    fn begin(&mut self, call: Call) {
        let scripted = matches!(self.setup.scope.client, Client::Script(_));
        let counts = scripted || !matches!(call, Call::Leave | Call::Exit | Call::Finish);
        let thread = self.thread_mut();
        debug_assert_eq!(thread.pc, Pc::Idle as u8, "a call begins between calls");
        thread.call = call.kind() as u8;
        thread.arg = call.argument();
        thread.calls += u8::from(counts);
        if let Some(slot) = call.capsule() {
            capsule::hand_over(self, slot);
        }
    }

    fn dispatch(&mut self, pc: Pc) {
        match pc {
            Pc::Idle | Pc::Gone | Pc::Hung => unreachable!("an idle thread takes no step"),
            Pc::CreateNew | Pc::CreateReady | Pc::ListWalk => interpreter::step(self, pc),
            Pc::EnterLookUp | Pc::EnterDetach | Pc::EnterAttach | Pc::EnterClaim | Pc::EnterUndo => {
                enter::step(self, pc)
            }
            Pc::LeaveDrain | Pc::LeaveClear | Pc::LeaveReturn => enter::step(self, pc),
            Pc::EnterConvert | Pc::EnterNamespace | Pc::EnterApply => session::step(self, pc),
            Pc::EnterAskAgain => session::ask_again(self),
            Pc::BodyFails | Pc::BodyMain | Pc::BodyDropsMain | Pc::BodyPreserves => session::step(self, pc),
            Pc::ExitCapture | Pc::ExitConvert | Pc::ExitRestore => leave::step(self, pc),
            Pc::BodyLingers | Pc::BodyDies | Pc::ForkChild | Pc::CreateFails => process::step(self, pc),
            Pc::UnpickleMain | Pc::UnpickleSwap | Pc::UnpickleRestore => unpickle::step(self, pc),
            Pc::DestroyLookUp | Pc::DestroyCheck => end::destroy_step(self, pc),
            Pc::EndDetach | Pc::EndAttach | Pc::EndBegin | Pc::EndThreads | Pc::EndFlush | Pc::EndHooks => {
                end::step(self, pc)
            }
            Pc::EndReclaim | Pc::EndClear | Pc::EndOrphans | Pc::EndUnlink | Pc::EndFree | Pc::EndReturn => {
                end::step(self, pc)
            }
            Pc::EndRegistry | Pc::EndLate | Pc::EndLateLookUp | Pc::EndLateRegister => end::step(self, pc),
            Pc::ConvertGet | Pc::FreeClear => capsule::step(self, pc),
            Pc::MaterialiseBegin | Pc::MaterialiseRead | Pc::MaterialiseEnd => read::step(self, pc),
            Pc::ReleaseBegin | Pc::ReleaseLookUp | Pc::ReleaseHandOver | Pc::ReleaseDrain => release::step(self, pc),
            Pc::CallLookUp | Pc::CallHandOver | Pc::QueueNoMemory | Pc::RunOne => pending::step(self, pc),
            Pc::IdrefLookUp | Pc::IdrefCount => idref::step(self, pc),
            Pc::TypeChoose | Pc::TypeLock | Pc::TypeWalk | Pc::TypeMatched | Pc::TypeStore | Pc::TypeNew => {
                registry::step(self, pc)
            }
            Pc::TypeLink | Pc::TypeUnlink | Pc::TypeFree | Pc::TypeChange | Pc::RuntimeEnd => registry::step(self, pc),
            Pc::NamesTake | Pc::NamesFill | Pc::NamesApply | Pc::NameDrop => namespace::step(self, pc),
            Pc::NamesFree | Pc::NamesFreeItem | Pc::NamesDefer => namespace::step(self, pc),
        }
    }

    // What a step reads.

    pub(crate) fn has(&self, defect: Defect) -> bool {
        self.setup.has(defect)
    }

    pub(crate) fn is_fixed(&self, fix: Fix) -> bool {
        self.setup.is_fixed(fix)
    }

    pub(crate) fn thread(&self) -> &Thread {
        &self.world.threads[usize::from(self.index)]
    }

    pub(crate) fn thread_mut(&mut self) -> &mut Thread {
        &mut self.world.threads[usize::from(self.index)]
    }

    /// The two registers of a walk along a registry or a namespace.
    pub(crate) fn walk(&self) -> &Walk {
        &self.world.walks[usize::from(self.index)]
    }

    pub(crate) fn walk_mut(&mut self) -> &mut Walk {
        &mut self.world.walks[usize::from(self.index)]
    }

    pub(crate) fn call(&self) -> CallKind {
        CallKind::from_code(self.thread().call)
    }

    /// The session that the call is about: the innermost one of the thread.
    pub(crate) fn session(&self) -> &Session {
        self.world.session(self.index).expect("the thread is in a session")
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        let sessions = &mut self.world.sessions[usize::from(self.index)];
        sessions.iter_mut().rev().find(|session| session.is_used()).expect("the thread is in a session")
    }

    /// The id that an enter is about.
    pub(crate) fn enter_id(&self) -> u8 {
        if self.call() == CallKind::EnterWith { id_of(self.arg()) } else { self.arg() }
    }

    /// The argument of the call in progress: an id or a capsule slot.
    pub(crate) fn arg(&self) -> u8 {
        self.thread().arg
    }

    pub(crate) fn payload_arg(&self) -> Payload {
        Payload::ALL[usize::from(self.arg())]
    }

    /// The address of the current interpreter.
    pub(crate) fn current(&self) -> u8 {
        self.thread().current
    }

    /// The address that a lookup left in the register. It may be stale.
    pub(crate) fn register(&self) -> u8 {
        self.thread().reg_slot
    }

    /// Whether the address in the register still is the interpreter that was looked up: unlinked perhaps, but not freed.
    pub(crate) fn register_is_fresh(&self) -> bool {
        let found = self.world.interpreter(self.register());
        found.phase() != Phase::Free && found.id == self.thread().reg_id
    }

    pub(crate) fn target(&mut self) -> &mut Interpreter {
        let slot = self.register();
        self.world.interpreter_mut(slot)
    }

    // What a step says.

    pub(crate) fn rule(&mut self, rule: Rule) {
        self.rules.insert(rule);
    }

    pub(crate) fn witness(&mut self, witness: Witness) {
        self.witnesses.insert(witness);
    }

    /// The step went wrong, and what C does from here on is undefined or nothing at all.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.note_fault(fault);
        self.goes_on = false;
    }

    /// The step went wrong, and C goes on regardless: the step must carry its effect through. The first fault of a
    /// step stands.
    pub(crate) fn note_fault(&mut self, fault: Fault) {
        if self.world.fault().is_none() {
            self.world.set_fault(fault, self.pc);
        }
        self.rule(fault.rule());
    }

    /// Looks an id up under the list lock, and keeps the address in the register.
    /// Rules `interpreter.lookup.found`, `interpreter.lookup.missing`; `_PyInterpreterState_LookUpID` in `pystate.c`.
    pub(crate) fn look_up(&mut self, id: u8) -> bool {
        let found = self.world.look_up(id);
        self.rule(if found.is_some() { Rule::LookupFound } else { Rule::LookupMissing });
        let thread = self.thread_mut();
        thread.reg_slot = found.unwrap_or(NONE);
        thread.reg_id = if found.is_some() { id } else { NONE };
        found.is_some()
    }

    // Where the thread goes from here.

    /// The call goes on with that step.
    pub(crate) fn next(&mut self, pc: Pc) {
        self.thread_mut().pc = pc as u8;
    }

    /// What the steps were asked for is done: the call is over, unless it has more items to see to.
    pub(crate) fn done(&mut self, outcome: Outcome) {
        if namespace::reads(self.call()) || namespace::releases(self.call()) {
            return namespace::after_item(self, outcome);
        }
        if self.call() == CallKind::Exit && leave::has_capsule(self) {
            return leave::after_capsule(self, outcome);
        }
        self.finish(outcome);
    }

    /// The call is over, and this is what the caller is told.
    pub(crate) fn finish(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
        self.record(outcome);
        let ended = self.call() == CallKind::Finish;
        self.drop_gil();
        let thread = self.thread_mut();
        thread.pc = if ended { Pc::Gone } else { Pc::Idle } as u8;
        (thread.call, thread.arg, thread.aux) = (0, 0, 0);
        (thread.reg_slot, thread.reg_id, thread.back) = (NONE, NONE, NONE);
    }

    fn record(&mut self, outcome: Outcome) {
        if self.setup.scope.record && !matches!(self.call(), CallKind::Leave | CallKind::Finish) {
            let thread = self.thread_mut();
            let position = usize::from(thread.calls) - 1;
            thread.results[position] = outcome.code();
        }
    }

    // The GIL.

    /// Rule `interpreter.gil.exclusive`: a thread steps only while it holds the GIL of its current interpreter.
    fn take_gil(&mut self) {
        let (current, index) = (self.current(), self.index);
        if self.setup.scope.gil && current != NONE {
            self.rule(Rule::GilExclusive);
            self.world.interpreter_mut(current).gil = index;
        }
    }

    /// Releases the GIL of the current interpreter: others of its threads may go on.
    pub(crate) fn drop_gil(&mut self) {
        let current = self.current();
        if current != NONE {
            self.world.interpreter_mut(current).gil = NONE;
        }
    }

    /// Detaches from the current interpreter, which stays where the thread will return to.
    pub(crate) fn detach(&mut self) {
        self.drop_gil();
        self.thread_mut().current = NONE;
    }

    /// Attaches to the interpreter at that address. The caller has seen that its GIL is free.
    pub(crate) fn attach(&mut self, slot: u8) {
        self.thread_mut().current = slot;
        self.take_gil();
    }
}

/// The first step of each call.
pub(crate) fn first_step(kind: CallKind) -> Pc {
    match kind {
        CallKind::Create => Pc::CreateNew,
        CallKind::Destroy => Pc::DestroyLookUp,
        CallKind::Enter => Pc::EnterLookUp,
        CallKind::Leave | CallKind::Finish => Pc::LeaveDrain,
        CallKind::Convert | CallKind::ConvertNoMemory => Pc::ConvertGet,
        CallKind::Materialise => Pc::MaterialiseBegin,
        CallKind::Release | CallKind::ReleaseRawFree | CallKind::ReleaseItem | CallKind::DropView => Pc::ReleaseBegin,
        CallKind::Free => Pc::FreeClear,
        CallKind::CallIn | CallKind::CallInFailing => Pc::CallLookUp,
        CallKind::RunPending => Pc::RunOne,
        CallKind::Incref | CallKind::Decref => Pc::IdrefLookUp,
        CallKind::ListAll => Pc::ListWalk,
        CallKind::Register | CallKind::RegisterNoMemory | CallKind::Unregister => Pc::TypeChoose,
        CallKind::LookUpType | CallKind::TypeDies => Pc::TypeChoose,
        CallKind::EndRuntime => Pc::RuntimeEnd,
        CallKind::FillNamespace | CallKind::FillNamespaceNoMemory | CallKind::FillNamespaceNul => Pc::NamesTake,
        CallKind::DropName => Pc::NameDrop,
        CallKind::ApplyNamespace | CallKind::ApplyNamespaceNoMemory => Pc::NamesApply,
        CallKind::FreeNamespace => Pc::NamesFree,
        CallKind::EnterWith => Pc::EnterLookUp,
        CallKind::Raise => Pc::BodyFails,
        CallKind::GetMain => Pc::BodyMain,
        CallKind::DropMain => Pc::BodyDropsMain,
        CallKind::Preserve => Pc::BodyPreserves,
        CallKind::Exit => Pc::ExitCapture,
        CallKind::Linger => Pc::BodyLingers,
        CallKind::Fork => Pc::ForkChild,
        CallKind::CreateFailing => Pc::CreateFails,
        CallKind::Die => Pc::BodyDies,
        CallKind::Unpickle => Pc::UnpickleMain,
    }
}
