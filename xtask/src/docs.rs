//! The pages of `docs/` that a program writes, and the check that they are the ones in the repository.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::compatibility;
use crate::process::{binary, cargo, root};
use crate::tally::Tally;

/// Where a generated page comes from.
enum Source {
    /// What the binary prints with these arguments.
    Output(&'static [&'static str]),
    /// The help of the binary and of each of its subcommands.
    Help,
    /// The tables of clients and of their quirks.
    Compatibility,
}

/// Every generated page. To add one, add a line here and run `cargo xtask docs`.
const PAGES: &[(&str, Source)] = &[
    ("docs/openapi.json", Source::Output(&["openapi"])),
    ("docs/cli.md", Source::Help),
    ("docs/result-codes.md", Source::Output(&["result-codes"])),
    // The last one: it can stop at a table that must be changed first.
    ("docs/compatibility.md", Source::Compatibility),
];

/// `cargo xtask docs [--check]`: builds the binary, then writes or compares every page.
pub(crate) fn command(arguments: &[String]) -> Result<bool> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("docs takes --check or nothing"),
    };
    if !cargo(&["build", "--package", "countersign-server"], &[])? {
        return Ok(false);
    }
    let mut current = true;
    for (page, source) in PAGES {
        if check {
            let tally = compare(page, source);
            println!("{page}: {}", tally.notes.first().map_or("current", String::as_str));
            current &= tally.failed == 0;
        } else {
            let path = path(page);
            std::fs::create_dir_all(path.parent().expect("a page lies in a folder"))?;
            std::fs::write(&path, generate(source)?).with_context(|| format!("cannot write {page}"))?;
            println!("wrote {page}");
        }
    }
    Ok(current)
}

/// One test for each generated page; the binary is built already.
pub(crate) fn check() -> Tally {
    let mut tally = Tally::default();
    for (page, source) in PAGES {
        tally.add(compare(page, source));
    }
    tally
}

fn compare(page: &str, source: &Source) -> Tally {
    let Ok(stored) = std::fs::read_to_string(path(page)) else {
        return Tally::fail(format!("{page} is missing: run `cargo xtask docs` and commit it"));
    };
    match generate(source) {
        Ok(fresh) if fresh == stored => Tally::pass(),
        Ok(_) => Tally::fail(format!("{page} is out of date: run `cargo xtask docs` and commit it")),
        Err(error) => Tally::fail(format!("{page}: {error:#}")),
    }
}

fn path(page: &str) -> PathBuf {
    root().join(page)
}

fn generate(source: &Source) -> Result<String> {
    match source {
        Source::Output(arguments) => output(arguments),
        Source::Help => help(),
        Source::Compatibility => compatibility::page(&output(&["openapi"])?),
    }
}

fn help() -> Result<String> {
    let top = output(&["--help"])?;
    let mut page = String::from(
        "# The command line\n\nThis page is what the program itself prints; `cargo xtask docs` writes it.\n",
    );
    page.push_str(&section("countersign", &top));
    for subcommand in subcommands(&top) {
        let text = output(&[&subcommand, "--help"])?;
        page.push_str(&section(&format!("countersign {subcommand}"), &text));
    }
    Ok(page)
}

fn section(title: &str, text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    format!("\n## `{title}`\n\n```text\n{}\n```\n", lines.join("\n"))
}

/// The names below `Commands:`, without `help` itself.
fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        // Names are indented by two; the wrapped rest of a description is indented further.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// What the binary prints, without the configuration of whoever runs us.
fn output(arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(binary());
    command.args(arguments).env_clear();
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    String::from_utf8(output.stdout).context("the program printed something that is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcommands_are_read_from_the_help() {
        let help = "A network.\n\nUsage: countersign <COMMAND>\n\nCommands:\n  sandbox  A world to play in\n           \
            that goes away\n  serve    A network\n  help     Print this message\n\nOptions:\n  -h, --help  Print help\n";
        assert_eq!(subcommands(help), ["sandbox", "serve"]);
    }
}
