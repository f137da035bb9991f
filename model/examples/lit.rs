use crossinterp_model::*;
fn main() { for &s in litmus::ALL { println!("{}", s.name); match litmus::outcomes(s, defect::DefectSet::NONE) { Ok(o) => for x in o { println!("   {x}") }, Err(f) => println!("   FAULT {f:?}") } } }
