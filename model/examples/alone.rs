use crossinterp_model::*;
fn main() {
    for &d in defect::Defect::ALL {
        let set = defect::DefectSet::NONE.with_needs(d);
        print!("{:40}", d.name());
        let mut any = false;
        for &scope in catalogue::SCOPES {
            let model = Model::new(catalogue::around_repaired(scope, set));
            let r = explore::Explorer::new(&model).run();
            for x in &r.refutations {
                let ok = x.fault.defect(set).is_some();
                any |= x.fault.explanations().contains(&d);
                print!(" {}:{:?}({}){}", scope.name, x.fault, x.path.len(), if ok {""} else {"UNEXPLAINED"});
                if !ok || std::env::args().nth(1).as_deref() == Some(d.name()) {
                    for st in &x.path { println!("          {}", stateright::Model::format_action(&model, st)); }
                }
            }
        }
        println!("{}", if any {""} else {" NOT REFUTED"});
    }
}
