//! The driver as a program: requests on stdin, replies on stdout, and nothing else on either.

use std::io::{self, BufWriter};
use std::process::ExitCode;

fn main() -> ExitCode {
    match crossinterp_driver::serve(io::stdin().lock(), BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crossinterp-driver: {error}");
            ExitCode::from(2)
        }
    }
}
