//! The implementation's side of a scene: a runtime of three interpreters over one account of memory and one ledger.
//!
//! It makes and ends; what is done in between, and in which words it is told, is for `play` and `visit`.

use crossinterp::simple::{Converter, Ledger, NotShareable, Simple, Type, Value};
use crossinterp::{ConvertError, FillError, Interpreter, Memory, NamesError, NamespaceError, Runtime, Session};
use crossinterp_model::convert::Plan;
use crossinterp_model::edition::Edition;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::scarcity::{Target, Word};

use super::play::Mistake;

/// A type whose objects the converter that it is registered with cannot take.
const ODD: &str = "Odd";

/// A process.
pub(super) struct Scene {
    pub(super) runtime: Runtime<Simple>,
    pub(super) home: Interpreter<Simple>,
    pub(super) abroad: Interpreter<Simple>,
    pub(super) third: Interpreter<Simple>,
    pub(super) memory: Memory,
    pub(super) ledger: Ledger,
    pub(super) mistake: Option<Mistake>,
}

impl Scene {
    pub(super) fn new(mistake: Option<Mistake>) -> Scene {
        let memory = Memory::counted();
        let host = Simple::new().with_memory(memory.clone());
        let ledger = host.ledger();
        let runtime = Runtime::builder(host).build();
        let [home, abroad, third] = [(); 3].map(|()| runtime.create().expect("ids are left"));
        for interpreter in [&home, &abroad, &third] {
            let inside = interpreter.enter().expect("nobody is in it");
            inside.register(&Type::heap(ODD), &Converter::Int).expect("nobody has registered it");
        }
        Scene { runtime, home, abroad, third, memory, ledger, mistake }
    }

    /// From now on memory runs out as the plan says.
    pub(super) fn arm(&self, plan: Plan) {
        let missed = u64::from(self.mistake == Some(Mistake::MissesAnIndex));
        match plan {
            Plan::Never => self.memory.fail_never(),
            Plan::At(index) => self.memory.fail_once(u64::from(index) + missed),
            Plan::From(index) => self.memory.fail_from(u64::from(index) + missed),
        }
    }

    pub(super) fn interpreter(&self, target: Target) -> &Interpreter<Simple> {
        match target {
            Target::Home => &self.home,
            Target::Abroad => &self.abroad,
            Target::Third => &self.third,
        }
    }

    /// How many names are bound in an interpreter: asked in a session of its own, where nobody runs main.
    pub(super) fn bound(&self, here: &crossinterp::Current<'_, Simple>, target: Target) -> usize {
        let asked = Session::enter(here, self.interpreter(target), Session::<Simple>::nothing());
        asked.map_or(0, |session| bound_in(&session))
    }
}

/// How many names are bound where a session runs.
pub(super) fn bound_in(session: &Session<'_, Simple>) -> usize {
    session.main().map_or(0, |main| main.names().len())
}

/// A refused conversion in a word.
pub(super) fn word_of_convert(error: &ConvertError<NotShareable>) -> Word {
    match error {
        ConvertError::NoMemory => Word::NoMemory,
        ConvertError::NotShareable | ConvertError::Host(_) => Word::NotShareable,
        ConvertError::TooDeep => Word::TooDeep,
        _ => Word::Nothing,
    }
}

/// A namespace that was not made in a word.
pub(super) fn word_of_namespace(error: &NamespaceError<NotShareable>) -> Word {
    match error {
        NamespaceError::Names(NamesError::NoMemory) => Word::NoMemory,
        NamespaceError::Names(NamesError::Nul { .. }) => Word::BadName,
        NamespaceError::Fill(FillError::Convert { error, .. }) => word_of_convert(error),
        _ => Word::Nothing,
    }
}

/// The same code, as the model has it.
pub(super) fn code_of(code: crossinterp::ErrorCode) -> ErrorCode {
    ErrorCode::from_number(code.number(), Edition::Repaired).expect("both have the same codes")
}

/// How often the memory in a value is seen by others.
pub(super) fn exports(value: &Value) -> usize {
    match value {
        Value::Buffer(buffer) => buffer.exports(),
        Value::Tuple(items) => items.iter().map(exports).sum(),
        _ => 0,
    }
}
