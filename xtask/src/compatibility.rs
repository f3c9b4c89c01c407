//! `docs/compatibility.md`: what public clients need, and the tests that prove it.
//!
//! The page is written from two tables. That a named test exists is looked up in the sources, and that a path is not there
//! yet is looked up in the API description, so that neither can become untrue in silence.

mod clients;
mod quirks;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

use crate::process::root;

use clients::CLIENTS;
use quirks::SECTIONS;

/// A group of quirks, as in the project's notes on clients.
struct Section {
    title: &'static str,
    rows: &'static [Quirk],
}

/// One thing that public clients rely on.
struct Quirk {
    /// Its row in the project's notes on clients.
    id: &'static str,
    /// What a compatible server does.
    what: &'static str,
    /// The tests, each as `file::name`.
    tests: &'static [&'static str],
    /// Paths without which the row cannot be proved whole.
    waits: &'static [&'static str],
}

/// One public client.
struct Client {
    name: &'static str,
    /// How it is proved.
    proof: Proof,
    /// The paths that it calls.
    calls: &'static [&'static str],
    /// The quirks whose shapes it needs.
    needs: &'static [&'static str],
    /// What it cannot do by its own bug, whatever a server answers.
    bugs: &'static str,
}

enum Proof {
    /// The client itself runs in this file of tests.
    Runs(&'static str),
    /// Its shapes are sent and read by the tests of the rows that it needs.
    Shapes,
}

const PREFACE: &str = "\
# Compatibility

`cargo xtask docs` writes this page from tables, and `cargo xtask test` fails when a test that it names is gone, when a path that it
calls missing is there, or when the page is not the one in the repository.

What public clients send and need was read from their sources, their requests and the payloads that their users published. R rows
are what a compatible server must accept, A rows what it must answer, H rows what its webhooks must look like.
";

/// The page; an error when a table says what is not so.
pub(crate) fn page(openapi: &str) -> Result<String> {
    let exists = |path: &str| openapi.contains(&format!("\"/binancepay/openapi/{path}\": {{"));
    let mut page = String::from(PREFACE);
    let mut ids = BTreeSet::new();
    for section in SECTIONS {
        write!(page, "\n## {}\n\n| row | what | proved by |\n|---|---|---|\n", section.title)?;
        for row in section.rows {
            ids.insert(row.id);
            writeln!(page, "| {} | {} | {} |", row.id, row.what, proof(row, exists)?)?;
        }
    }
    page.push_str(
        "\n## Clients\n\nA path in parentheses is not there yet; the client is answered 404 with the envelope.\n\n",
    );
    page.push_str("| client | how it is proved | calls | needs | its own bugs |\n|---|---|---|---|---|\n");
    for client in CLIENTS {
        page.push_str(&client_row(client, &ids, exists)?);
    }
    Ok(page)
}

fn proof(row: &Quirk, exists: impl Fn(&str) -> bool) -> Result<String> {
    let mut parts = Vec::new();
    for test in row.tests {
        let (file, name) = test.split_once("::").context("a test is named as file::name")?;
        has_test(file, name).with_context(|| format!("row {}", row.id))?;
        parts.push(format!("`{name}` in {file}"));
    }
    for path in row.waits {
        if exists(path) {
            bail!("row {}: {path} is there now; name the test that proves the row with it", row.id);
        }
        parts.push(format!("waits for `{path}`"));
    }
    if parts.is_empty() {
        bail!("row {} has neither a test nor a path to wait for", row.id);
    }
    Ok(parts.join("; "))
}

/// Whether the file declares a test of this name: a Rust or Python function, or a title given to Node's runner.
fn has_test(file: &str, name: &str) -> Result<()> {
    let text = std::fs::read_to_string(root().join(file)).with_context(|| format!("{file} cannot be read"))?;
    let declared = [format!("fn {name}("), format!("def {name}("), format!("test(\"{name}\"")];
    if declared.iter().any(|form| text.contains(form.as_str())) {
        return Ok(());
    }
    bail!("{file} has no test {name:?}: it was renamed or removed; name the one that proves this now")
}

fn client_row(client: &Client, ids: &BTreeSet<&str>, exists: impl Fn(&str) -> bool) -> Result<String> {
    if let Some(unknown) = client.needs.iter().find(|id| !ids.contains(*id)) {
        bail!("{} needs {unknown}, which is no row", client.name);
    }
    let proof = match client.proof {
        Proof::Runs(file) if root().join(file).is_file() => format!("runs unmodified in {file}"),
        Proof::Runs(file) => bail!("{}: {file} is not there", client.name),
        Proof::Shapes => "by its shapes".to_owned(),
    };
    let calls: Vec<String> = client
        .calls
        .iter()
        .map(|path| if exists(path) { format!("`{path}`") } else { format!("(`{path}`)") })
        .collect();
    let needs = client.needs.join(" ");
    let cells = [client.name, &proof, &calls.join(" "), &needs, client.bugs];
    Ok(format!("| {} |\n", cells.join(" | ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_test_is_in_its_file() {
        page("").unwrap();
    }

    #[test]
    fn a_lost_test_and_a_found_path_are_told() {
        const FILE: &str = "xtask/src/compatibility.rs";
        assert!(has_test(FILE, "a_lost_test_and_a_found_path_are_told").is_ok());
        assert!(has_test(FILE, "a_lost_test").is_err());
        assert!(has_test("nowhere.rs", "a").is_err());
        let waiting = Quirk { id: "R0", what: "", tests: &[], waits: &["order"] };
        assert!(proof(&waiting, |_| false).is_ok());
        assert!(proof(&waiting, |_| true).is_err());
        assert!(proof(&Quirk { waits: &[], ..waiting }, |_| false).is_err());
    }

    #[test]
    fn every_row_of_the_notes_is_there_once() {
        let ids: Vec<String> = SECTIONS.iter().flat_map(|section| section.rows).map(|row| row.id.to_owned()).collect();
        let expected = [("R", 18), ("A", 12), ("H", 9)];
        let expected: Vec<String> =
            expected.iter().flat_map(|(letter, count)| (1..=*count).map(move |row| format!("{letter}{row}"))).collect();
        assert_eq!(ids, expected);
    }
}
