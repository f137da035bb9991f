//! The calls of a litmus scenario about types and namespaces, made on the implementation.
//!
//! It sits below the player. It performs and observes; what is allowed is not its business.

use crossinterp_loom::simple::{Buffer, Converter, Simple, Type, Value};
use crossinterp_loom::{ApplyError, Current, Memory, Namespace, NamespaceError, RegistryError, Unregistered};
use crossinterp_model::call::{Call, Outcome};
use crossinterp_model::scope::{Scope, TypeKind};
use crossinterp_model::world::Payload;

/// What a thread of the script has of its own. A namespace belongs to one thread at a time.
pub struct Kit {
    pub scope: Scope,
    pub memory: Memory,
    pub namespace: Option<Namespace<Simple>>,
    /// A namespace is made once.
    pub made: bool,
}

impl Kit {
    pub fn new(scope: Scope, memory: Memory) -> Kit {
        Kit { scope, memory, namespace: None, made: false }
    }

    /// Makes the call, if it is about a type or a namespace.
    pub fn perform(&mut self, here: &Current<'_, Simple>, call: Call) -> Option<Outcome> {
        Some(match call {
            Call::Register { class, converter } => self.register(here, class, converter),
            Call::Unregister(class) => unregister(here, &self.ty(class)),
            Call::LookUpType(class) => self.look_up(here, class),
            Call::FillNamespace => self.fill(here),
            Call::ApplyNamespace => self.apply(here),
            Call::ApplyNamespaceNoMemory(item) => {
                // Room for the values comes first, and then one object for each item.
                self.memory.fail_once(1 + u64::from(item));
                let outcome = self.apply(here);
                self.memory.fail_never();
                outcome
            }
            Call::FreeNamespace => match self.namespace.take() {
                Some(namespace) => free(namespace, here),
                None => Outcome::Absent,
            },
            _ => return None,
        })
    }

    fn ty(&self, class: u8) -> Type {
        match self.scope.types[usize::from(class)] {
            TypeKind::Builtin => Type::built_in("int"),
            TypeKind::Static => Type::built_in("list"),
            TypeKind::Heap(_) => Type::heap("Shared"),
        }
    }

    /// The converters by their numbers; what came with the runtime has the first.
    fn converters(&self, class: u8) -> [Converter; 2] {
        let first =
            if self.scope.types[usize::from(class)] == TypeKind::Builtin { Converter::Int } else { Converter::None };
        [first, Converter::Bool]
    }

    fn register(&self, here: &Current<'_, Simple>, class: u8, converter: u8) -> Outcome {
        match here.register(&self.ty(class), &self.converters(class)[usize::from(converter)]) {
            Ok(_) => Outcome::Done,
            Err(RegistryError::Conflict) => Outcome::Conflict,
            Err(other) => panic!("a refusal that the model does not know: {other}"),
        }
    }

    fn look_up(&self, here: &Current<'_, Simple>, class: u8) -> Outcome {
        let Some(found) = here.lookup(&self.ty(class)) else { return Outcome::NotRegistered };
        let number = self.converters(class).iter().position(|converter| *converter == found);
        Outcome::Converter(number.and_then(|number| u8::try_from(number).ok()).expect("one of those registered"))
    }

    /// The dict is there in its source only, and a namespace is made of it once.
    fn fill(&mut self, here: &Current<'_, Simple>) -> Outcome {
        if self.scope.namespace.map(i64::from) != Some(here.id().get()) || self.made {
            return Outcome::Absent;
        }
        let pairs = [("first", value(Payload::Borrowed)), ("second", value(Payload::Copied))];
        self.made = true;
        match Namespace::from_pairs(here, &pairs) {
            Ok(namespace) => self.namespace = Some(namespace),
            Err(NamespaceError::Fill(error)) => panic!("a refusal that the model does not know: {error}"),
            Err(other) => panic!("these names are good: {other}"),
        }
        Outcome::Done
    }

    fn apply(&self, here: &Current<'_, Simple>) -> Outcome {
        let Some(namespace) = &self.namespace else { return Outcome::Absent };
        let mut bound = 0;
        let applied = namespace.apply(here, |_, _| bound += 1);
        assert_eq!(bound, if applied.is_ok() { 2 } else { 0 }, "all or nothing");
        match applied {
            Ok(()) => Outcome::Value,
            Err(ApplyError::Materialise { error, .. }) => crate::player::not_materialised(error),
            Err(other) => panic!("a refusal that the model does not know: {other}"),
        }
    }
}

fn unregister(here: &Current<'_, Simple>, ty: &Type) -> Outcome {
    match here.unregister(ty) {
        Ok(Unregistered::Counted(_) | Unregistered::Removed) => Outcome::Done,
        Ok(Unregistered::NotRegistered) => Outcome::NotRegistered,
        Err(RegistryError::Builtin) => Outcome::Builtin,
        Err(other) => panic!("a refusal that the model does not know: {other}"),
    }
}

fn free(namespace: Namespace<Simple>, here: &Current<'_, Simple>) -> Outcome {
    namespace.free_in(here);
    Outcome::Done
}

/// The implementation carries a float in the capsule itself, so that a tuple stands for what has a block of its own.
pub fn value(payload: Payload) -> Value {
    match payload {
        Payload::Immediate => Value::int(1),
        Payload::Copied => Value::Tuple(vec![Value::int(1)]),
        Payload::Borrowed => Value::Bytes(b"payload".to_vec()),
        Payload::Buffer => Value::Buffer(Buffer::new(b"memory".to_vec())),
    }
}
