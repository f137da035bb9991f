//! One scenario under way: the calls made so far, and one player for each edition, so that each next call can be tried.
//!
//! A call is taken only if every edition can say what comes of it and goes on after it, and if what the repaired reading
//! shows differently is the work of one defect that can be named. What makes a call worth taking, `grow` knows.

use std::collections::BTreeSet;

use crossinterp_model::edition::Edition;
use crossinterp_model::module::{self, Call, Layer, Observation, OnWorld, Outcome, Player, Value};

use super::blame::Blame;
use super::item::{Item, Items};
use super::stock::Stock;
use super::vocabulary::{Era, Kind, Template};
use crate::exercise::{Exercise, note};

/// A call of a scenario, and what each edition shows.
#[derive(Clone, Debug)]
pub struct Link {
    /// The call.
    pub call: Call,
    /// The name of its result.
    pub name: Option<String>,
    /// By edition, as far as it gets.
    pub shown: Vec<(Edition, Observation)>,
    /// The defect that explains what an edition shows.
    pub defects: Vec<(Edition, &'static str)>,
    /// What it exercises that is of interest.
    pub items: Items,
}

/// A scenario under way.
#[derive(Clone)]
pub struct Chain {
    players: Vec<(Edition, Player<OnWorld>)>,
    stock: Stock,
    links: Vec<Link>,
}

/// A call that could come next, and what it comes to.
pub struct Tried {
    link: Link,
    players: Vec<(Edition, Player<OnWorld>)>,
    ids: Vec<i64>,
    makes: Option<Kind>,
    returns: bool,
}

impl Tried {
    /// What it would exercise.
    pub fn items(&self) -> &Items {
        &self.link.items
    }
}

impl Chain {
    /// No call yet.
    pub fn new(era: Era) -> Chain {
        let player = |&edition: &Edition| (edition, module::player(edition));
        Chain { players: era.editions().iter().map(player).collect(), stock: Stock::default(), links: Vec::new() }
    }

    /// What was done so far.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// What there is.
    pub fn stock(&self) -> &Stock {
        &self.stock
    }

    /// The verb of the last call.
    pub fn last(&self) -> Option<&str> {
        self.links.last().map(|link| link.call.verb.as_str())
    }

    /// Tries the call in every edition. None if an edition cannot say what comes of it, or does not go on.
    pub fn attempt(&self, template: &Template, call: &Call) -> Option<Tried> {
        let tried = self.play(template, call)?;
        tried.link.shown.iter().all(|(_, shown)| !shown.is_final()).then_some(tried)
    }

    /// The same for the last call of a scenario: some edition ends there.
    pub fn attempt_end(&self, template: &Template, call: &Call) -> Option<Tried> {
        let tried = self.play(template, call)?;
        tried.link.shown.iter().any(|(_, shown)| shown.is_final()).then_some(tried)
    }

    fn play(&self, template: &Template, call: &Call) -> Option<Tried> {
        let name = template.makes.map(|kind| self.stock.fresh(kind));
        let (mut players, mut shown, mut items) = (self.players.clone(), Vec::new(), Items::new());
        for (edition, player) in &mut players {
            let outcome = player.play(call, name.as_deref());
            if matches!(outcome, Outcome::NotModelled(_)) {
                return None;
            }
            items.extend(self.items_of(*edition, player, call, &outcome));
            shown.push((*edition, outcome.render(*edition)));
        }
        let returns = shown.iter().all(|(_, seen)| matches!(seen, Observation::Value(value) if *value != Value::None));
        let ids = same_ids(&players)?;
        if template.makes.is_some() && (!returns || shown.iter().any(|(_, seen)| *seen != shown[0].1)) {
            return None;
        }
        let link = Link { call: call.clone(), name, shown, defects: Vec::new(), items };
        Some(Tried { link, players, ids, makes: template.makes, returns })
    }

    fn items_of(&self, edition: Edition, player: &mut Player<OnWorld>, call: &Call, outcome: &Outcome) -> Items {
        let mut exercise = Exercise::default();
        note(&mut exercise, player, &call.verb, outcome, edition);
        exercise.pairs.extend(self.last().map(|last| (last.to_owned(), call.verb.clone())));
        Item::all(edition, exercise)
    }

    /// Takes the call, unless what an edition shows cannot be explained; whether it did.
    pub fn take(&mut self, tried: Tried, blame: &mut Blame) -> bool {
        let Tried { mut link, players, ids, makes, returns } = tried;
        let Some(defects) = blame.explain(&self.links, &link) else { return false };
        link.defects = defects;
        if let (Some(kind), Some(name), true) = (makes, &link.name, returns) {
            let id = match &link.shown[0].1 {
                Observation::Value(value) => value.as_i64(),
                _ => None,
            };
            self.stock.keep(kind, name.clone(), id);
        }
        if link.shown.iter().all(|(_, seen)| matches!(seen, Observation::Value(_))) {
            self.stock.succeeded(&link.call);
        }
        self.stock.performed(&link.call);
        self.stock.only(&ids);
        self.players = players;
        self.links.push(link);
        true
    }

    /// The calls, when no more are to come.
    pub fn into_links(self) -> Vec<Link> {
        self.links
    }
}

/// The interpreters that there are, if all editions agree on them.
fn same_ids(players: &[(Edition, Player<OnWorld>)]) -> Option<Vec<i64>> {
    let mut all: BTreeSet<Vec<i64>> = players.iter().map(|(_, player)| player.layer().ids()).collect();
    if all.len() == 1 { all.pop_first() } else { None }
}
