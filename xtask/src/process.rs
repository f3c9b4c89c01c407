//! Running other programs: one place that streams their output line by line and bounds how long they may take.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, pipe};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The longest that one streamed program may run: the whole test command has 45 minutes.
const STREAM_SECONDS_MAX: u64 = 35 * 60;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// Cargo's target folder, where everything that tests write goes as well.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The debug build of the product.
pub(crate) fn binary() -> PathBuf {
    target().join("debug").join("countersign")
}

/// The first program of that name on `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// The cargo that runs us.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs cargo in the repository with our own input and output; true when it ended well.
pub(crate) fn cargo(arguments: &[&str], more: &[String]) -> Result<bool> {
    let mut command = Command::new(cargo_program());
    command.args(arguments).args(more).current_dir(root());
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    Ok(status.success())
}

/// True when the program can be run and ends with 0; its output is dropped.
pub(crate) fn quiet(program: impl Into<OsString>, arguments: &[&str]) -> bool {
    Command::new(program.into())
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// How a streamed program ended.
pub(crate) enum Ended {
    Well,
    /// In words: its exit status, or that it took too long.
    Badly(String),
}

/// Runs a program, prints what it says as it says it, and shows every line to `observe`.
///
/// Standard output and standard error share one pipe: the order of their lines tells which test binary a result belongs
/// to. A program that takes longer than [`STREAM_SECONDS_MAX`] is ended with all that it started.
pub(crate) fn stream(command: &mut Command, mut observe: impl FnMut(&str)) -> Result<Ended> {
    let (reader, writer) = pipe().context("cannot make a pipe")?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().context("cannot share the pipe")?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("cannot run {command:?}"))?;
    // The command holds the writing ends; only without them does the reader see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(line).is_err() {
                break;
            }
        }
    });

    let limit = Duration::from_secs(STREAM_SECONDS_MAX);
    let started = now();
    loop {
        match lines.recv_timeout(limit.saturating_sub(started.elapsed())) {
            Ok(line) => {
                println!("{line}");
                observe(&line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                kill_tree(&mut child);
                return Ok(Ended::Badly(format!("took more than {STREAM_SECONDS_MAX} seconds")));
            }
        }
    }
    let status = child.wait().context("cannot wait for the program")?;
    Ok(if status.success() { Ended::Well } else { Ended::Badly(status.to_string()) })
}

/// The one clock of xtask, for time limits and the times in the summary.
#[expect(clippy::disallowed_methods, reason = "a development tool measures how long the tests take")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Ends our child and its descendants; only processes below our own child are touched.
fn kill_tree(child: &mut Child) {
    for descendant in descendants(child.id()) {
        quiet("kill", &["-KILL", &descendant.to_string()]);
    }
    if child.kill().is_ok() {
        child.wait().ok();
    }
}

/// Every process below `parent`, by Linux's own list of children.
fn descendants(parent: u32) -> Vec<u32> {
    let list = format!("/proc/{parent}/task/{parent}/children");
    let mut found = Vec::new();
    for child in std::fs::read_to_string(list).unwrap_or_default().split_whitespace().filter_map(|id| id.parse().ok()) {
        found.push(child);
        found.extend(descendants(child));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_arrive_in_order() {
        let mut seen = Vec::new();
        let ended = stream(&mut shell("echo one; echo two >&2; echo three"), |line| {
            seen.push(line.to_owned());
        });
        assert!(matches!(ended, Ok(Ended::Well)));
        assert_eq!(seen, ["one", "two", "three"]);
    }

    #[test]
    fn a_bad_end_is_told() {
        let ended = stream(&mut shell("exit 3"), |_| {}).expect("sh runs");
        assert!(matches!(ended, Ended::Badly(how) if how.contains('3')));
    }
}
