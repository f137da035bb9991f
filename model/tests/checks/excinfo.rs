//! Snapshots: every allocation fails once and from then on, and nothing is left; every defect is seen in some exception.

use crossinterp_model::convert::Plan;
use crossinterp_model::defect::{Defect, DefectSet};
use crossinterp_model::edition::Edition;
use crossinterp_model::error::ErrorCode;
use crossinterp_model::excinfo::{
    Broken, Capture, Captured, Fate, Given, Names, Part, Rendering, SEQUENTIAL_DEFECTS, Sample, first_refutation,
    refute, samples, sweep, sweep_edition,
};
use crossinterp_objects::Text;
use quickcheck::{Arbitrary, Gen, QuickCheck};

#[test]
fn in_the_safe_reading_nothing_is_left_whichever_allocation_fails() {
    let mut cases = 0;
    for (name, sample) in samples() {
        for outcome in sweep(&sample, DefectSet::NONE) {
            assert!(outcome.broken.is_empty(), "{name}: {outcome}");
            cases += 1;
        }
    }
    assert!(cases > 1000, "only {cases} captures were tried");
}

#[test]
fn each_defect_alone_is_refuted_by_some_exception_with_its_rule() {
    for defect in SEQUENTIAL_DEFECTS {
        let refuted = refute(defect).unwrap_or_else(|| panic!("no sample shows {defect}"));
        assert!(!refuted.outcome.broken.is_empty() && refuted.rule.id().starts_with("excinfo."), "{defect}");
    }
}

#[test]
fn a_defect_shows_where_it_lives() {
    let place = |name: &str, defect| {
        let (_, sample) = samples().into_iter().find(|(each, _)| *each == name).expect("there is such a sample");
        first_refutation(&sample, defect).unwrap_or_else(|| panic!("{name}: {defect}")).broken
    };
    assert_eq!(place("a module that is no text", Defect::ExcTypeFieldCheck), [Broken::Crashed]);
    assert_eq!(place("a text that cannot be had", Defect::CaptureFailureLost), [Broken::Crashed]);
    assert!(matches!(place("a text with a NUL", Defect::NulInText)[..], [Broken::Said(_)]));
    assert!(matches!(place("a MemoryError", Defect::MemoryErrorLost)[..], [Broken::Said(_)]));
    assert_eq!(place("a traceback with a surrogate", Defect::DisplayNull), [Broken::Crashed]);
    assert_eq!(place("an empty traceback", Defect::DisplayEmpty), [Broken::WroteOutside]);
    assert!(matches!(place("a traceback without a newline", Defect::DisplayEmpty)[..], [Broken::Said(_)]));
    assert!(matches!(
        place("a renderer that cannot be made", Defect::DisplayDoubleRelease)[..],
        [Broken::Misused(_), ..]
    ));
    assert!(matches!(place("a ValueError with a text", Defect::CaptureNone)[..], [Broken::Said(_)]));
}

#[test]
fn defects_of_other_concepts_change_nothing_here() {
    for defect in Defect::ALL.iter().copied().filter(|defect| !SEQUENTIAL_DEFECTS.contains(defect)) {
        for (name, sample) in samples() {
            let refuted = first_refutation(&sample, defect);
            assert!(refuted.is_none(), "{name}: {defect}");
        }
    }
}

#[test]
fn what_breaks_a_capture_of_an_edition_is_a_defect_that_it_has() {
    for edition in Edition::ALL {
        let swept = sweep_edition(edition);
        assert!(swept.unexplained.is_empty(), "{edition}: {:?}", swept.unexplained);
        let here = edition.defects().iter().filter(|defect| SEQUENTIAL_DEFECTS.contains(defect));
        assert_eq!(swept.defects, here.collect::<Vec<_>>(), "{edition}");
    }
}

#[test]
fn a_refutation_reads_as_a_story() {
    let refuted = refute(Defect::DisplayDoubleRelease).expect("it shows");
    let told = refuted.outcome.to_string();
    assert!(told.contains("give the arguments up again") && told.contains("=> a block is freed twice"), "{told}");
}

#[test]
fn a_body_that_raised_is_never_told_as_success_in_the_safe_reading() {
    fn law(Any(exception): Any, index: u32) -> bool {
        let mut capture = Capture::new(Edition::Repaired);
        capture.ledger_mut().begin(if index % 3 == 0 { Plan::Never } else { Plan::At(index % 20) });
        match capture.uncaught(&exception) {
            Fate::Snapshot(snapshot) => {
                capture.clear(snapshot);
                capture.ledger().left().is_empty()
            }
            Fate::Code(code) => code != ErrorCode::NoError && capture.ledger().left().is_empty(),
            Fate::Empty | Fate::Success | Fate::Crash => false,
        }
    }
    QuickCheck::new().tests(2000).quickcheck(law as fn(Any, u32) -> bool);
}

#[test]
fn whatever_the_exception_and_whichever_allocation_fails_nothing_is_left() {
    fn law(Any(exception): Any) -> bool {
        sweep(&Sample::Exception(exception), DefectSet::NONE).iter().all(|outcome| outcome.broken.is_empty())
    }
    QuickCheck::new().tests(300).quickcheck(law as fn(Any) -> bool);
}

#[test]
fn the_line_of_a_snapshot_in_every_branch() {
    let line = |name: &str, module: &str, text: &str| {
        let names = Names { name: Part::text("N"), qualname: Part::text(name), module: Part::text(module) };
        let exception = Given { names, text: Part::text(text), ..Given::built_in("N", "") };
        let mut capture = Capture::new(Edition::V314);
        let Ok(Captured::Snapshot(snapshot)) = capture.init_from_exception(&exception) else { panic!("it is carried") };
        capture.format(&snapshot).expect("it has a module")
    };
    assert_eq!(line("Q", "m", "t"), Some("m.Q: t".into()));
    assert_eq!(line("Q", "m", ""), Some("m.Q: ".into()));
    assert_eq!(line("Q", "builtins", "t"), Some("Q: t".into()));
    assert_eq!(line("Q", "__main__", ""), Some("Q: ".into()));
    assert_eq!(line("Q", "__main__.x", "t"), Some("__main__.x.Q: t".into()));
    assert_eq!(line("Q", "", "t"), Some(".Q: t".into()));
    let mut capture = Capture::new(Edition::V314);
    assert_eq!(capture.format(&Default::default()), Ok(None), "a snapshot of nothing");
}

/// Any exception, of which anything may be odd.
#[derive(Clone, Debug)]
struct Any(Given);

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        let names = Names { name: Part::text("N"), qualname: part(g), module: part(g) };
        let rendering = match u8::arbitrary(g) % 6 {
            0 => Rendering::NoRenderer,
            1 => Rendering::NotMade,
            2 => Rendering::NotFormatted,
            _ => Rendering::Text(text(g)),
        };
        let is_memory_error = u8::arbitrary(g).is_multiple_of(8);
        Any(Given { names, built_in: bool::arbitrary(g), is_memory_error, text: part(g), rendering })
    }
}

fn part(g: &mut Gen) -> Part {
    if u8::arbitrary(g).is_multiple_of(6) { Part::NotText } else { Part::Text(text(g)) }
}

fn text(g: &mut Gen) -> Text {
    let points = [0x61, 0x62, 0x63, 0x0a, 0, 0xe9, 0xdc80];
    let count = usize::arbitrary(g) % 4;
    Text::from_code_points((0..count).map(|_| *g.choose(&points).expect("there are some"))).expect("code points")
}
