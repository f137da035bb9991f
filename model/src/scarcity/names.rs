//! Names with their values on the way: all of them, or none. `_create_sharedns`, `_fill_sharedns` and `_apply_sharedns` of
//! 3.14, in the safe reading.

use super::scene::Scene;
use super::task::Update;
use super::told::Word;
use crate::convert::{Arrival, BlockId, XiRef};

/// A namespace.
pub(super) struct Names {
    owner: i64,
    block: BlockId,
    items: Vec<Item>,
}

struct Item {
    name: &'static str,
    block: BlockId,
    capsule: Option<XiRef>,
}

impl Names {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}

/// What arrived under its name.
pub(super) type Arrived = (&'static str, Arrival);

impl Scene<'_> {
    /// A namespace of an interpreter; none where there are no names.
    ///
    /// Rules `namespace.names.nul`, `.failure`, `namespace.fill.order`, `.failure` and `.no-memory`.
    pub(super) fn fill(&mut self, owner: i64, updates: &[Update]) -> Result<Option<Names>, Word> {
        if updates.is_empty() {
            return Ok(None);
        }
        self.conversion.move_to(owner);
        let mut names = Names { owner, block: self.allocate("a namespace")?, items: Vec::new() };
        let filled = self.name_all(&mut names, updates).and_then(|()| self.convert_all(&mut names, updates));
        match filled {
            Ok(()) => Ok(Some(names)),
            Err(word) => {
                self.give_back(names);
                Err(word)
            }
        }
    }

    fn name_all(&mut self, names: &mut Names, updates: &[Update]) -> Result<(), Word> {
        for (name, _) in updates {
            if name.contains('\0') {
                return Err(Word::BadName);
            }
            let block = self.allocate("a name")?;
            names.items.push(Item { name, block, capsule: None });
        }
        Ok(())
    }

    fn convert_all(&mut self, names: &mut Names, updates: &[Update]) -> Result<(), Word> {
        for (item, (_, value)) in names.items.iter_mut().zip(updates) {
            item.capsule = Some(self.conversion.convert(value).map_err(|failure| Word::of(&failure))?);
        }
        Ok(())
    }

    /// Each value in its owner. Rules `namespace.free.owner` and `namespace.free.elsewhere`.
    pub(super) fn give_back(&mut self, names: Names) {
        for Item { block, capsule, .. } in names.items {
            if let Some(capsule) = capsule {
                self.release(names.owner, capsule);
            }
            self.free(block);
        }
        self.free(names.block);
    }

    /// The values, made in an interpreter. Rules `namespace.apply.order` and `namespace.apply.whole`: before all of them
    /// are there, none is bound.
    pub(super) fn arrive(&mut self, reader: i64, names: &Names) -> Result<Vec<Arrived>, Word> {
        self.conversion.move_to(reader);
        let room = self.allocate("room for the values")?;
        let mut arrived = Vec::new();
        let mut refused = None;
        for item in &names.items {
            let capsule = item.capsule.expect("a namespace that was made is full");
            match self.conversion.materialise(capsule) {
                Ok(arrival) => arrived.push((item.name, arrival)),
                Err(failure) => {
                    refused = Some(Word::of(&failure));
                    break;
                }
            }
        }
        self.free(room);
        match refused {
            None => Ok(arrived),
            Some(word) => {
                arrived.into_iter().for_each(|(_, arrival)| self.conversion.drop_arrival(arrival));
                Err(word)
            }
        }
    }
}
