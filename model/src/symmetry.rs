//! Symmetry: worlds that differ only in the names of interchangeable threads, interpreters and capsules are taken for one.
//!
//! A [`Group`] lists every renaming under which a scope looks the same: capsules that were given alike, threads born in
//! one interpreter, and threads that each have an interpreter of their own, together with it. The least renamed world
//! stands for all. Scripts name their threads, a scope that makes or lists interpreters gives addresses an order, and
//! one that gives capsules up gives slots an order; there only what is left interchangeable is renamed.

use crate::call::CallKind;
use crate::scope::{Client, Scope};
use crate::world::{CAPSULES_MAX, INTERPRETERS_MAX, NONE, Pending, THREADS_MAX, World};
use zerocopy::IntoBytes;

/// New names for what is interchangeable. Interpreters that are renamed keep address and id together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renaming {
    threads: [u8; THREADS_MAX],
    interpreters: [u8; INTERPRETERS_MAX],
    capsules: [u8; CAPSULES_MAX],
}

impl Renaming {
    const IDENTITY: Renaming = Renaming { threads: [0, 1, 2], interpreters: [0, 1, 2, 3], capsules: [0, 1, 2, 3] };

    /// The world under new names.
    pub fn apply(&self, world: &World) -> World {
        let mut renamed = *world;
        for (old, interpreter) in world.interpreters.iter().enumerate() {
            let place = &mut renamed.interpreters[usize::from(self.interpreters[old])];
            *place = *interpreter;
            place.id = self.interpreter(interpreter.id);
            place.running = self.thread(interpreter.running);
            place.gil = self.thread(interpreter.gil);
            for code in place.pending_codes_mut() {
                *code = Pending::with_capsule(*code, |slot| self.capsules[usize::from(slot)]);
            }
        }
        for (old, capsule) in world.capsules.iter().enumerate() {
            let place = &mut renamed.capsules[usize::from(self.capsules[old])];
            *place = *capsule;
            place.owner = self.interpreter(capsule.owner);
        }
        self.apply_to_threads(world, &mut renamed);
        renamed
    }

    fn apply_to_threads(&self, world: &World, renamed: &mut World) {
        for (old, thread) in world.threads.iter().enumerate() {
            let place = &mut renamed.threads[usize::from(self.threads[old])];
            *place = *thread;
            for name in [
                &mut place.home,
                &mut place.current,
                &mut place.reg_slot,
                &mut place.reg_id,
                &mut place.back,
                &mut place.session,
            ] {
                *name = self.interpreter(*name);
            }
            place.arg = match CallKind::from_code(thread.call).argument_names() {
                Names::Interpreter => self.interpreter(thread.arg),
                Names::Capsule => self.capsules[usize::from(thread.arg)],
                Names::Nothing => thread.arg,
            };
        }
    }

    fn thread(&self, name: u8) -> u8 {
        self.threads.get(usize::from(name)).copied().unwrap_or(name)
    }

    fn interpreter(&self, name: u8) -> u8 {
        self.interpreters.get(usize::from(name)).copied().unwrap_or(name)
    }
}

/// What the argument of a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// An interpreter, by id.
    Interpreter,
    /// A capsule, by slot.
    Capsule,
    /// Nothing that could have another name.
    Nothing,
}

/// Every renaming under which a scope looks the same; the identity is the first.
#[derive(Clone, Debug)]
pub struct Group {
    renamings: Vec<Renaming>,
}

impl Group {
    /// The renamings of the scope.
    pub fn of(scope: &Scope) -> Group {
        let mut renamings = vec![Renaming::IDENTITY];
        if !scope.types.is_empty() || scope.namespace.is_some() || scope.sessions > 0 {
            // Types and namespaces name interpreters and capsules, and keep the names that they have.
            return Group { renamings };
        }
        for swap in thread_swaps(scope).into_iter().chain(capsule_swaps(scope)) {
            close_under(&mut renamings, swap);
        }
        Group { renamings }
    }

    /// The renamings.
    pub fn renamings(&self) -> &[Renaming] {
        &self.renamings
    }

    /// The least of all worlds that differ from this one only in names.
    pub fn canonical(&self, world: &World) -> World {
        let renamed = self.renamings[1..].iter().map(|renaming| renaming.apply(world));
        renamed.fold(*world, |least, other| if other.as_bytes() < least.as_bytes() { other } else { least })
    }
}

/// Adds a swap, and all that comes of combining it with what is there.
fn close_under(renamings: &mut Vec<Renaming>, swap: Renaming) {
    loop {
        let products: Vec<_> = renamings.iter().map(|&first| compose(first, swap)).collect();
        let rest: Vec<_> = renamings.iter().flat_map(|&a| renamings.iter().map(move |&b| compose(a, b))).collect();
        let before = renamings.len();
        for new in products.into_iter().chain(rest) {
            if !renamings.contains(&new) {
                renamings.push(new);
            }
        }
        if renamings.len() == before {
            return;
        }
    }
}

fn compose(first: Renaming, second: Renaming) -> Renaming {
    Renaming {
        threads: first.threads.map(|name| second.threads[usize::from(name)]),
        interpreters: first.interpreters.map(|name| second.interpreters[usize::from(name)]),
        capsules: first.capsules.map(|name| second.capsules[usize::from(name)]),
    }
}

fn thread_swaps(scope: &Scope) -> Vec<Renaming> {
    if matches!(scope.client, Client::Script(_)) {
        return Vec::new();
    }
    let pairs = (1..scope.homes.len()).map(|b| (b - 1, b));
    pairs.filter_map(|(a, b)| thread_swap(scope, a, b)).collect()
}

/// Swaps two threads, and their interpreters if these are two and nothing else tells them apart.
fn thread_swap(scope: &Scope, a: usize, b: usize) -> Option<Renaming> {
    let mut swap = Renaming::IDENTITY;
    swap.threads.swap(a, b);
    let (home_a, home_b) = (scope.homes[a], scope.homes[b]);
    if home_a == home_b {
        // The first thread that is born somewhere runs main there, the others do not.
        return (a > 0 && scope.homes[..a].contains(&home_a)).then_some(swap);
    }
    let addresses_have_an_order = scope.allows(CallKind::Create) || scope.allows(CallKind::ListAll);
    let alone = |home: u8| scope.homes.iter().filter(|&&other| other == home).count() == 1;
    let plain = |home: u8| alone(home) && scope.given.iter().all(|given| given.owner != home);
    if addresses_have_an_order || !plain(home_a) || !plain(home_b) {
        return None;
    }
    swap.interpreters.swap(usize::from(home_a), usize::from(home_b));
    Some(swap)
}

/// Calls after which a step takes what is due by its slot, the lowest first. No renaming of capsules commutes with that:
/// which of two alike is taken first would depend on their names.
const TAKES_BY_SLOT: [CallKind; 7] = [
    CallKind::Destroy,
    CallKind::Decref,
    CallKind::Release,
    CallKind::ReleaseRawFree,
    CallKind::ReleaseItem,
    CallKind::Free,
    CallKind::DropView,
];

fn capsule_swaps(scope: &Scope) -> Vec<Renaming> {
    let scripted = matches!(scope.client, Client::Script(_));
    if scripted || TAKES_BY_SLOT.iter().any(|&kind| scope.allows(kind)) {
        return Vec::new();
    }
    let alike = |a: usize, b: usize| {
        let (a, b) = (scope.given[a], scope.given[b]);
        a.owner == b.owner && a.payload == b.payload
    };
    let pairs = (1..scope.given.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let swaps = pairs.filter(|&(a, b)| alike(a, b)).map(|(a, b)| {
        let mut swap = Renaming::IDENTITY;
        swap.capsules.swap(a, b);
        swap
    });
    swaps.collect()
}

const _: () = assert!(INTERPRETERS_MAX == 4 && THREADS_MAX == 3 && CAPSULES_MAX == 4 && NONE > 16);
