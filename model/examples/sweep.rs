use crossinterp_model::*;
fn main() {
    let deep = std::env::args().any(|a| a == "deep");
    let only = std::env::args().nth(1).unwrap_or_default();
    let pick = std::env::var("ED").unwrap_or_default();
    for edition in edition::Edition::ALL {
        if !pick.is_empty() && edition.name() != pick { continue }
        for &scope in catalogue::SCOPES.iter().chain(if deep { catalogue::DEEP } else { &[] }) {
            if !only.is_empty() && only != "deep" && scope.name != only { continue }
            let mut model = Model::new(catalogue::setup(scope, edition));
            if std::env::var("SYM").is_ok() { model = model.with_symmetry(); }
            let t = std::time::Instant::now();
            let r = explore::Explorer::new(&model).expects(scope.expects).states_max(60_000_000).run();
            let s = t.elapsed().as_secs_f64();
            println!("{:9} {:12} {:?} states {} trans {} depth {} {:.2}s {:.2}M/s {:.1}B/state frontier {}MB", edition.name(), scope.name, r.verdict, r.states, r.transitions, r.depth, s, r.states as f64/s/1e6, r.table_bytes as f64/r.states as f64, r.frontier_bytes>>20);
            for x in &r.refutations {
                let ok = x.fault.defect(model.setup.defects).is_some();
                println!("     {:?} by {} in {} {}", x.fault, x.fault.defect(model.setup.defects).map_or("-", |d| d.name()), x.path.len(), if ok {""} else {"UNEXPLAINED"});
                if !ok || std::env::args().any(|a| a == "trace") {
                    for st in &x.path { println!("          {}", stateright::Model::format_action(&model, st)); }
                }
            }
        }
    }
}
