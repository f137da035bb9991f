//! What a scenario meets at the edges of a small world, and what is left of a capsule whose slot was given to another.

use super::*;

const MAIN_ID: i64 = 0;

fn created(layer: &mut OnWorld) -> i64 {
    layer.create(Whence::Stdlib).expect("there is room")
}

fn converted(layer: &mut OnWorld, payload: Payload) -> CapsuleId {
    layer.convert(payload, MAIN_ID).expect("there is room")
}

#[test]
fn more_than_a_world_holds_is_a_limit_and_no_panic() {
    let mut layer = OnWorld::new(Edition::V314);
    let ids: Vec<_> = (0..3).map(|_| created(&mut layer)).collect();
    assert_eq!(layer.create(Whence::Stdlib), Err(Limit::Interpreters));
    assert_eq!((layer.enter(ids[0]), layer.enter(ids[1])), (Ok(true), Ok(true)));
    assert_eq!(layer.enter(ids[2]), Err(Limit::Threads));
    for _ in 0..CAPSULES_MAX {
        converted(&mut layer, Payload::Borrowed);
    }
    assert_eq!(layer.convert(Payload::Immediate, MAIN_ID), Err(Limit::Capsules));
}

#[test]
fn a_limit_that_is_met_leaves_the_process_running() {
    let mut layer = OnWorld::new(Edition::Repaired);
    let ids: Vec<_> = (0..3).map(|_| created(&mut layer)).collect();
    assert_eq!(layer.create(Whence::Stdlib), Err(Limit::Interpreters));
    assert_eq!(layer.end(ids[1], MAIN_ID), Ok(()));
    assert_eq!(layer.create(Whence::Stdlib), Ok(4));
    assert_eq!(layer.ids(), [0, 1, 3, 4]);
}

#[test]
fn every_id_but_the_last_can_be_given_out() {
    let mut layer = OnWorld::new(Edition::V313);
    (1..i64::from(NONE)).for_each(|_| layer.create_and_fail().expect("an id is left"));
    assert_eq!(layer.create(Whence::Stdlib), Err(Limit::Ids));
    assert_eq!(layer.ids(), [MAIN_ID]);
}

#[test]
fn the_slot_of_a_dropped_capsule_is_used_again() {
    for edition in Edition::ALL {
        let mut layer = OnWorld::new(edition);
        for payload in Payload::ALL.into_iter().cycle().take(3 * CAPSULES_MAX) {
            let capsule = converted(&mut layer, payload);
            assert!(layer.holds_payload(capsule), "{edition}: {payload:?}");
            assert_eq!(layer.release(capsule, Parting::RawFree, MAIN_ID), Ok(Release::Done));
            assert!(!layer.holds_payload(capsule), "{edition}: {payload:?}");
        }
    }
}

#[test]
fn a_release_beyond_the_queue_is_lost_and_its_payload_is_held_for_ever() {
    let mut layer = OnWorld::new(Edition::V313);
    let id = created(&mut layer);
    assert_eq!(layer.enter(id), Ok(true));
    let capsules: Vec<_> = (0..layer.queue_capacity() + 5)
        .map(|_| {
            let capsule = converted(&mut layer, Payload::Borrowed);
            (capsule, layer.release(capsule, Parting::Item, id).expect("the call ends"))
        })
        .collect();
    assert_eq!(layer.leave(id), Ok(()));
    assert_eq!(layer.run_pending(MAIN_ID), Ok(()));
    for (index, (capsule, told)) in capsules.into_iter().enumerate() {
        let lost = index >= layer.queue_capacity();
        assert_eq!(told, if lost { Release::Lost } else { Release::Queued });
        assert_eq!(layer.holds_payload(capsule), lost);
    }
}

#[test]
fn a_process_that_is_over_stays_over() {
    let mut layer = OnWorld::new(Edition::V314);
    let id = created(&mut layer);
    assert_eq!(layer.incref(id, true), Ok(()));
    assert_eq!(layer.enter(id), Ok(true));
    assert_eq!(layer.decref(id, id), Ok(Decref::NeverReturns));
    assert_eq!(layer.create(Whence::Stdlib), Err(Limit::Undefined(Fault::EndedFromInside)));
}

#[test]
fn a_thread_whose_interpreter_ended_under_it_is_nowhere_even_when_the_address_is_used_again() {
    let mut layer = OnWorld::new(Edition::V314);
    let id = created(&mut layer);
    assert_eq!(layer.incref(id, true), Ok(()));
    assert_eq!(layer.enter(id), Ok(true));
    assert_eq!(layer.decref(id, MAIN_ID), Ok(Decref::EndedUnderThread));
    let next = created(&mut layer);
    assert_eq!(layer.leave(next), Err(Limit::Nobody { id: next }));
    assert_eq!(layer.leave(id), Err(Limit::Nobody { id }));
    assert_eq!(layer.enter(next), Ok(true));
}

#[test]
fn reading_what_is_gone_is_no_prediction() {
    let mut layer = OnWorld::new(Edition::V313);
    let id = created(&mut layer);
    assert_eq!(layer.enter(id), Ok(true));
    let capsule = layer.convert(Payload::Borrowed, id).expect("there is room");
    assert_eq!(layer.leave(id), Ok(()));
    assert_eq!(layer.end(id, MAIN_ID), Ok(()));
    assert_eq!(layer.materialise(capsule, MAIN_ID), Err(Limit::Undefined(Fault::ReadOfDeadOwner)));
}

#[test]
fn a_buffer_that_is_read_gives_its_export_back_once_its_view_is_dropped() {
    for edition in Edition::ALL {
        let mut layer = OnWorld::new(edition);
        let capsule = converted(&mut layer, Payload::Buffer);
        assert!(layer.holds_export(capsule), "{edition}");
        assert_eq!(layer.materialise(capsule, MAIN_ID), Ok(()));
        assert!(!layer.holds_export(capsule), "{edition}");
    }
}
