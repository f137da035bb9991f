//! `xi`: the program of the suite. Alone, it runs the main job: every edition on every scope, and what refutes it.
//!
//! Exit codes: 0 all is as it should be; 1 something is not (an unexplained violation, a scenario that fails); 2 the
//! command line or an input is wrong; 3 a search was cut short, so nothing can be said.

mod captures;
mod catalogue;
mod check;
mod codes;
mod conform;
mod conversions;
mod faults;
mod generate;
mod hunt;
mod look;
mod mutants;
mod pages;
mod play;
mod progress;
mod replay;
mod runtimes;
mod schema;
mod seeds;
mod weigh;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a command comes to.
pub enum Exit {
    /// All is as it should be.
    Fine,
    /// Something is not.
    Wrong,
    /// A search was cut short.
    Cut,
}

/// The executable specification of the layer between isolated interpreters.
#[derive(Parser)]
#[command(
    name = "xi",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 as it should be, 1 not so, 2 wrong usage or input, 3 a search was cut short."
)]
struct Cli {
    /// Print JSON instead of tables: the same bytes in every run.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Search editions and scopes.
    Check(check::Check),
    /// Tell the shortest way in which a defect shows.
    Trace(check::Trace),
    /// Judge every defect: alone, and in each edition that has it.
    Defects(catalogue::Defects),
    /// Tell all that is known of a defect: its trace, the state when it goes wrong, the rule, the fixes.
    Explain {
        /// The defect: see `xi defects --list`.
        name: String,
    },
    /// Ask editions what is wrong with them, past what hides what, until nothing is left.
    Hunt(hunt::HuntCommand),
    /// List the rules, with the transitions and the calls of scenarios that exercised each. Searches everything first.
    Rules {
        /// List the symbols of the C code instead, with the rules that have each as a source. Searches nothing.
        #[arg(long)]
        seeds: bool,
    },
    /// List the litmus scenarios, with everything that may come of each.
    Litmus {
        /// Only this one.
        name: Option<String>,
    },
    /// List the error codes, with the shortest way to each.
    Codes {
        /// Tell the way to this one.
        name: Option<String>,
    },
    /// Refuse memory to every operation, in the model and in the implementation.
    Faults,
    /// Generate scenarios from the model, and say whether the files are what comes of it.
    Generate(generate::Generate),
    /// Weigh fixes of the C code: what each closes, leaves and opens, rule by rule.
    Weigh(weigh::Weigh),
    /// Hold the pages of the catalogue of defects, in specs/, to the catalogue and to the stories of the model.
    Pages(pages::PagesCommand),
    /// Play a text scenario on the model.
    Play(play::Play),
    /// Play all scenarios on a runtime: `xi conform -- python3.13`, or `-- COMMAND…` for a driver of your own.
    Conform(conform::Conform),
    /// Write down what a runtime shows, for tests without it.
    Record(conform::Record),
    /// Print the JSON schema of the conversation with a driver.
    Schema(schema::Schema),
    /// Be the driver of our own implementation: requests on stdin, replies on stdout.
    Serve,
    /// Play mutated drivers, each with one seeded mistake that the suite must notice: `xi mutants -- python3.13`.
    Mutants(mutants::Mutants),
    /// Run the scripts that show defects in a real interpreter: `xi replay [NAME] -- python3.13`.
    Replay(replay::Replay),
    /// List the runtimes that the suite knows: where each is found, and how to get it.
    Runtimes(runtimes::Runtimes),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let result = match cli.command {
        None => check::main_job(json),
        Some(Command::Check(check)) => check.run(json),
        Some(Command::Trace(trace)) => trace.run(json),
        Some(Command::Defects(defects)) => defects.run(json),
        Some(Command::Explain { name }) => catalogue::explain(&name, json),
        Some(Command::Hunt(hunt)) => hunt.run(json),
        Some(Command::Rules { seeds: true }) => seeds::seeds(json),
        Some(Command::Rules { seeds: false }) => check::rules(json),
        Some(Command::Litmus { name }) => look::litmus(name.as_deref(), json),
        Some(Command::Codes { name }) => codes::codes(name.as_deref(), json),
        Some(Command::Faults) => faults::faults(json),
        Some(Command::Generate(generate)) => generate.run(json),
        Some(Command::Weigh(weigh)) => weigh.run(json),
        Some(Command::Pages(pages)) => pages.run(json),
        Some(Command::Play(play)) => play.run(json),
        Some(Command::Conform(conform)) => conform.run(json),
        Some(Command::Record(record)) => record.run(),
        Some(Command::Schema(schema)) => schema.run(),
        Some(Command::Serve) => serve(),
        Some(Command::Mutants(mutants)) => mutants.run(json),
        Some(Command::Replay(replay)) => replay.run(json),
        Some(Command::Runtimes(runtimes)) => runtimes.run(json),
    };
    match result {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Wrong) => ExitCode::from(1),
        Ok(Exit::Cut) => ExitCode::from(3),
        Err(message) => {
            eprintln!("xi: {message}");
            ExitCode::from(2)
        }
    }
}

/// The conversation of `crossinterp-driver`.
fn serve() -> Result<Exit, String> {
    use std::io::{BufWriter, stdin, stdout};
    let served = crossinterp_driver::serve(stdin().lock(), BufWriter::new(stdout().lock()));
    served.map(|()| Exit::Fine).map_err(|error| error.to_string())
}

/// Prints. That nobody reads any more (`xi | head`) is not an error and does not change the verdict; that the text
/// cannot be written is one.
pub fn say(text: &str) {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("xi: cannot write the report: {error}");
            std::process::exit(2);
        }
        _ => {}
    }
}

/// Prints as JSON, with a final newline.
pub fn say_json(value: &impl serde::Serialize) -> Result<(), String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| format!("cannot print JSON: {error}"))?;
    say(&(text + "\n"));
    Ok(())
}
