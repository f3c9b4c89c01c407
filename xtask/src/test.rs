//! `cargo xtask test`: prepare, run every suite, print a table and, alone on the last line, `N passed, N failed`.
//!
//! Nothing is skipped in silence: what cannot run, for want of a program or of the binary, counts as one failed test and
//! is named with its remedy.

use anyhow::{Result, bail};

use crate::postgres::{Cluster, Durability};
use crate::prepare::{Need, prepare};
use crate::process::{Ended, now};
use crate::runners::{self, Surroundings};
use crate::suite::Suite;
use crate::tally::Tally;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    suites: Vec<Suite>,
    filter: Option<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut suites = Vec::new();
        let mut filter = None;
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--only" {
                let name = rest.next().map_or("", String::as_str);
                match Suite::parse(name) {
                    Some(suite) => suites.push(suite),
                    None => bail!("--only takes one of {}", Suite::ALL.map(Suite::name).join(", ")),
                }
            } else if argument.starts_with('-') || filter.is_some() {
                bail!("test takes --only SUITE and one FILTER, not {argument:?}");
            } else {
                filter = Some(argument.clone());
            }
        }
        if suites.is_empty() {
            suites = Suite::ALL.to_vec();
        }
        Ok(Self { suites, filter })
    }
}

/// One row of the table.
struct Row {
    name: &'static str,
    tally: Tally,
    seconds: u64,
}

/// Runs the suites that were asked for; true when every test passed.
pub(crate) fn run(arguments: &[String]) -> Result<bool> {
    let options = Options::parse(arguments)?;
    let needs: Vec<Need> = crate::prepare::ALL
        .into_iter()
        .filter(|need| options.suites.iter().any(|suite| suite.needs().contains(need)))
        .collect();
    headline("prepare");
    let missing = prepare(&needs);

    let mut rows = Vec::new();
    let (cluster, server) = postgres(&needs, &missing);
    if let Some(failure) = server {
        rows.push(Row { name: "postgres", tally: failure, seconds: 0 });
    }
    let url = cluster.as_ref().map(Cluster::url);
    let surroundings = Surroundings { postgres: url.as_deref(), filter: options.filter.as_deref() };

    let mut built = None;
    for suite in Suite::ALL.into_iter().filter(|suite| options.suites.contains(suite)) {
        headline(suite.name());
        let started = now();
        if suite.needs_binary() && built.is_none() {
            built = Some(runners::build(options.suites.contains(&Suite::Rust)));
        }
        let tally = match obstacle(suite, &missing, built.as_ref()) {
            Some(reason) => Tally::fail(format!("not run: {reason}")),
            None => {
                runners::run(suite, &surroundings).unwrap_or_else(|error| Tally::fail(format!("not run: {error:#}")))
            }
        };
        rows.push(Row { name: suite.name(), tally, seconds: started.elapsed().as_secs() });
    }
    drop(cluster);
    Ok(summary(&rows))
}

/// Starts the private PostgreSQL where a suite wants one; where it cannot, that is a failure by itself and the suites
/// run without it.
fn postgres(needs: &[Need], missing: &[(Need, String)]) -> (Option<Cluster>, Option<Tally>) {
    if !needs.contains(&Need::Postgres) {
        return (None, None);
    }
    if let Some((_, remedy)) = missing.iter().find(|(need, _)| *need == Need::Postgres) {
        return (None, Some(Tally::fail(remedy)));
    }
    match Cluster::start(Durability::Unsynced) {
        Ok(cluster) => (Some(cluster), None),
        Err(error) => (None, Some(Tally::fail(format!("{error:#}")))),
    }
}

/// Why a suite cannot run, if it cannot.
fn obstacle(suite: Suite, missing: &[(Need, String)], built: Option<&Result<Ended>>) -> Option<String> {
    let lacking =
        missing.iter().filter(|(need, _)| *need != Need::Postgres).find(|(need, _)| suite.needs().contains(need));
    if let Some((_, remedy)) = lacking {
        return Some(remedy.clone());
    }
    match built {
        Some(Ok(Ended::Badly(how))) if suite.needs_binary() => Some(format!("the build ended with {how}")),
        Some(Err(error)) if suite.needs_binary() => Some(format!("{error:#}")),
        _ => None,
    }
}

fn headline(name: &str) {
    println!("\n=== {name} ===");
}

/// Prints the failed tests, the table and the last line.
fn summary(rows: &[Row]) -> bool {
    let mut all = Tally::default();
    headline("summary");
    for row in rows {
        for note in &row.tally.notes {
            println!("failed  {}: {note}", row.name);
        }
    }
    println!("{:<14}{:>8}{:>8}{:>9}", "suite", "passed", "failed", "seconds");
    for row in rows {
        println!("{:<14}{:>8}{:>8}{:>9}", row.name, row.tally.passed, row.tally.failed, row.seconds);
        all.add(row.tally.clone());
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    all.failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Options::parse(&arguments)
    }

    #[test]
    fn without_arguments_everything_runs() {
        let options = parse(&[]).expect("no arguments are fine");
        assert_eq!(options.suites, Suite::ALL);
        assert_eq!(options.filter, None);
    }

    #[test]
    fn suites_and_a_filter_are_taken() {
        let options = parse(&["--only", "rust", "ledger", "--only", "fmt"]).expect("these arguments are fine");
        assert_eq!(options.suites, [Suite::Rust, Suite::Fmt]);
        assert_eq!(options.filter.as_deref(), Some("ledger"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for arguments in [["--only", "everything"].as_slice(), &["--only"], &["--fast"], &["a", "b"]] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn a_missing_program_stops_its_suites_only() {
        let missing = [(Need::Chromium, "install it".to_owned())];
        assert_eq!(obstacle(Suite::Browser, &missing, None).as_deref(), Some("install it"));
        assert_eq!(obstacle(Suite::Python, &missing, None), None);
    }

    #[test]
    fn a_failed_build_stops_what_needs_the_binary() {
        let built = Ok(Ended::Badly("exit status: 101".to_owned()));
        assert!(obstacle(Suite::Python, &[], Some(&built)).is_some());
        assert_eq!(obstacle(Suite::Fmt, &[], Some(&built)), None);
    }
}
