//! How each suite is run and counted.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::citations;
use crate::docs;
use crate::postgres::URL_VARIABLE;
use crate::prepare::{chromium, node};
use crate::process::{Ended, binary, cargo_program, root, stream, target};
use crate::suite::Suite;
use crate::tally::{Libtest, NodeTest, Tally, Unittest, Watch};

/// The request window that tests give the real binary: on a busy machine one second, the default, is too short.
const TIMESTAMP_WINDOW: (&str, &str) = ("COUNTERSIGN_TIMESTAMP_WINDOW_MS", "30000");

/// Tells the tests of the clients and of the browser which program to start.
const BINARY_VARIABLE: &str = "COUNTERSIGN_BINARY";

/// Tells the Rust tests which Node prints webhook bodies anew.
const NODE_VARIABLE: &str = "COUNTERSIGN_TEST_NODE";

/// A workspace of its own: its dependencies are an old client's.
const CLIENTS_RUST: &str = "tests/clients/rust/Cargo.toml";

/// What the suites of one run share.
pub(crate) struct Surroundings<'a> {
    /// The URL of the private PostgreSQL, where one runs.
    pub(crate) postgres: Option<&'a str>,
    /// Only tests whose name contains this.
    pub(crate) filter: Option<&'a str>,
}

/// Builds what the suites run: with the Rust tests everything at once, so that no dependency is compiled twice with
/// different features; else the binary alone.
pub(crate) fn build(with_tests: bool) -> Result<Ended> {
    let what: &[&str] =
        if with_tests { &["--workspace", "--bins", "--tests"] } else { &["--package", "countersign-server"] };
    stream(cargo().arg("build").args(what), |_| {})
}

/// Runs one suite; an error means that it could not be run at all.
pub(crate) fn run(suite: Suite, surroundings: &Surroundings<'_>) -> Result<Tally> {
    match suite {
        Suite::Fmt => fmt(),
        Suite::Clippy => clippy(),
        Suite::Docs => Ok(pages()),
        Suite::Rust => rust(surroundings),
        Suite::Python => python("tests/clients/python", "python-clients", surroundings),
        Suite::Mail => python("tests/mail", "python-mail", surroundings),
        Suite::ClientsNode => clients_node(surroundings),
        Suite::ClientsRust => clients_rust(surroundings),
        Suite::Browser => browser(surroundings),
    }
}

/// What is written is as a program writes it, and what is cited is there.
fn pages() -> Tally {
    let mut tally = docs::check();
    tally.add(citations::check());
    tally
}

fn fmt() -> Result<Tally> {
    let mut tally = Tally::default();
    for manifest in ["Cargo.toml", CLIENTS_RUST] {
        let arguments = ["fmt", "--all", "--check", "--manifest-path", manifest];
        tally.add(Tally::whole(&stream(cargo().args(arguments), |_| {})?));
    }
    Ok(tally)
}

fn clippy() -> Result<Tally> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    Ok(Tally::whole(&stream(cargo().args(arguments), |_| {})?))
}

fn rust(surroundings: &Surroundings<'_>) -> Result<Tally> {
    let node = node().context("there is no Node that is new enough")?;
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).env(NODE_VARIABLE, node);
    command.args(surroundings.filter);
    if let Some(url) = surroundings.postgres {
        command.env(URL_VARIABLE, url);
    }
    watched(&mut command, Libtest::default(), surroundings)
}

/// The tests in a folder, with the packages that it asks for in an environment of their own.
fn python(folder: &str, environment: &str, surroundings: &Surroundings<'_>) -> Result<Tally> {
    let folder = root().join(folder);
    let environment = target().join(environment);
    install(&folder.join("requirements.txt"), &environment.join("installed.txt"), |requirements| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--clear"]).arg(&environment);
        let mut pip = Command::new(environment.join("bin/pip"));
        pip.args(["install", "--disable-pip-version-check", "--quiet", "--requirement"]).arg(requirements);
        [venv, pip]
    })?;
    let mut command = Command::new(environment.join("bin/python"));
    command
        .args(["-m", "unittest", "discover", "--verbose", "--pattern", "*_test.py"])
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if let Some(filter) = surroundings.filter {
        command.args(["-k", filter]);
    }
    if let Some(url) = surroundings.postgres {
        command.env(URL_VARIABLE, url);
    }
    watched(with_binary(&mut command), Unittest::default(), surroundings)
}

fn browser(surroundings: &Surroundings<'_>) -> Result<Tally> {
    let folder = root().join("tests/browser");
    let chromium = chromium().context("there is no Chromium")?;
    let mut command = node_command(&folder, surroundings)?;
    command.env("CHROMIUM", chromium).env("SCREENSHOTS", target().join("screenshots"));
    watched(with_binary(&mut command), NodeTest::default(), surroundings)
}

fn clients_node(surroundings: &Surroundings<'_>) -> Result<Tally> {
    let mut command = node_command(&root().join("tests/clients/node"), surroundings)?;
    if let Some(url) = surroundings.postgres {
        command.env(URL_VARIABLE, url);
    }
    watched(with_binary(&mut command), NodeTest::default(), surroundings)
}

fn clients_rust(surroundings: &Surroundings<'_>) -> Result<Tally> {
    let mut command = cargo();
    command
        .args(["test", "--locked", "--no-fail-fast", "--manifest-path", CLIENTS_RUST])
        .args(surroundings.filter)
        .env("CARGO_TARGET_DIR", target().join("clients-rust"));
    if let Some(url) = surroundings.postgres {
        command.env(URL_VARIABLE, url);
    }
    watched(with_binary(&mut command), Libtest::default(), surroundings)
}

/// Node's test runner over a folder of tests, with the packages of its lock file installed.
fn node_command(folder: &Path, surroundings: &Surroundings<'_>) -> Result<Command> {
    let node = node().context("there is no Node that is new enough")?;
    install(&folder.join("package-lock.json"), &folder.join("node_modules/installed.json"), |_| {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder);
        [npm]
    })?;
    let mut command = Command::new(node);
    // One file at a time: each has a server of its own, and there may be only two cores.
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).current_dir(folder);
    if let Some(filter) = surroundings.filter {
        command.arg(format!("--test-name-pattern={filter}"));
    }
    command.args(node_tests(folder)?);
    Ok(command)
}

/// The test files of a folder, by name.
fn node_tests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}

/// Runs the installers unless what was installed last, remembered in `marker`, was for the same `wanted` file.
fn install<const N: usize>(wanted: &Path, marker: &Path, installers: impl FnOnce(&Path) -> [Command; N]) -> Result<()> {
    let content = std::fs::read(wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    if std::fs::read(marker).is_ok_and(|installed| installed == content) {
        return Ok(());
    }
    for mut installer in installers(wanted) {
        if let Ended::Badly(how) = stream(&mut installer, |_| {})? {
            bail!("{installer:?}: {how}");
        }
    }
    std::fs::write(marker, content).with_context(|| format!("cannot write {}", marker.display()))
}

/// Cargo, with output that can be read by a program.
fn cargo() -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(root()).env("CARGO_TERM_COLOR", "never");
    command
}

fn with_binary(command: &mut Command) -> &mut Command {
    let (name, value) = TIMESTAMP_WINDOW;
    command.env(BINARY_VARIABLE, binary()).env(name, value)
}

fn watched(command: &mut Command, mut watch: impl Watch, surroundings: &Surroundings<'_>) -> Result<Tally> {
    let ended = stream(command, |line| watch.line(line))?;
    Ok(watch.settled(&ended, surroundings.filter.is_some()))
}
