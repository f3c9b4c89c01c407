//! That what the sources cite is there: a row of `decisions.md`, a section of `partner.md`, `money.md`, `clients.md` or the design,
//! a requirement or a recorded payload of `clients.md`.
//!
//! A citation is the page's name and what stands behind it: `decisions.md` rows 9 and 49, partner.md 5.2 to 5.4, clients.md A5,
//! design §8. What goes on in other words is text. A comment's line break is a blank.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::root;
use crate::tally::Tally;

/// The pages that are cited, by the name that stands before the row or section.
const PAGES: &[(&str, &str)] = &[
    ("decisions.md", "docs/spec/decisions.md"),
    ("partner.md", "docs/spec/partner.md"),
    ("money.md", "docs/spec/money.md"),
    ("clients.md", "docs/spec/clients.md"),
    ("design", "docs/design.md"),
];

/// Where citations are looked for, and in which files.
const FOLDERS: &[&str] = &["crates", "docs", "tests", "xtask"];
const KINDS: &[&str] = &["rs", "sql", "toml", "md", "html", "txt", "js", "mjs", "css", "py"];
/// Folders of what is fetched or built.
const PASSED_OVER: &[&str] = &["node_modules", "target", "__pycache__"];

/// One test for each page.
pub(crate) fn check() -> Tally {
    let mut tally = Tally::default();
    match sources() {
        Ok(sources) => PAGES.iter().for_each(|page| tally.add(check_page(*page, &sources))),
        Err(error) => tally.add(Tally::fail(format!("citations: {error:#}"))),
    }
    tally
}

/// A file's path and its text, line breaks of comments undone.
type Source = (PathBuf, String);

fn check_page((name, path): (&str, &str), sources: &[Source]) -> Tally {
    let Ok(text) = std::fs::read_to_string(root().join(path)) else {
        return Tally::fail(format!("{path} is missing, and the code cites it"));
    };
    let there = anchors(&text);
    for (file, source) in sources {
        for cited in citations(source, name) {
            if !there.contains(&cited) {
                return Tally::fail(format!("{} cites {name} {cited}, which is not in {path}", file.display()));
            }
        }
    }
    Tally::pass()
}

fn sources() -> Result<Vec<Source>> {
    let mut files = vec![root().join("README.md")];
    for folder in FOLDERS {
        collect(&root().join(folder), &mut files)?;
    }
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok((file.strip_prefix(root()).unwrap_or(&file).to_owned(), unwrapped(&text)))
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !PASSED_OVER.contains(&&*name) {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|kind| KINDS.iter().any(|known| *known == kind)) {
            files.push(path);
        }
    }
    Ok(())
}

/// The text as one line, without the marks that begin a comment's lines.
fn unwrapped(text: &str) -> String {
    let bare =
        |line: &str| line.trim().trim_start_matches(['/', '!', '#', '*']).trim_start_matches("--").trim().to_owned();
    text.lines().map(bare).collect::<Vec<_>>().join(" ")
}

/// What of a page can be cited: its sections, the points of those that are lists, the first cells of its tables and the bold labels.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut section = String::new();
    for line in page.lines() {
        let marked = line.trim_start_matches('#').trim_start();
        let first = label(line.trim_start_matches(['#', '|', '*', ' ']));
        if line.starts_with("##") && !first.is_empty() {
            section.clone_from(&first);
        } else if let Some((point, _)) =
            marked.split_once(". ").filter(|(point, _)| point.bytes().all(|byte| byte.is_ascii_digit()))
        {
            found.insert(format!("{section}.{point}"));
            continue;
        }
        if line.starts_with(['#', '|']) || line.starts_with("**") {
            found.insert(first);
        }
    }
    found
}

/// The row, section or letter with a number that a text begins with; empty where it begins otherwise.
fn label(text: &str) -> String {
    let letter = text.chars().next().filter(char::is_ascii_uppercase).map_or("", |_| &text[..1]);
    let rest = &text[letter.len()..];
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(rest);
    if whole == 0 {
        return String::new();
    }
    let part = rest[whole..].strip_prefix('.').map_or(0, digits);
    let length = if part == 0 { whole } else { whole + 1 + part };
    if rest[length..].starts_with(|next: char| next.is_ascii_alphanumeric()) {
        return String::new();
    }
    text[..letter.len() + length].to_owned()
}

/// All that a text cites of a page.
fn citations(text: &str, page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(page) {
        let mut rest = text[at + page.len()..].trim_start_matches('`').trim_start();
        // Other sentences have designs too.
        if !page.contains('.') && !rest.starts_with('§') {
            continue;
        }
        rest = rest.strip_prefix("rows ").or_else(|| rest.strip_prefix("row ")).unwrap_or(rest);
        loop {
            rest = rest.strip_prefix('§').unwrap_or(rest);
            let cited = label(rest);
            if cited.is_empty() {
                break;
            }
            rest = &rest[cited.len()..];
            found.push(cited);
            let Some(next) = [", ", " and ", " to "].iter().find_map(|between| rest.strip_prefix(between)) else {
                break;
            };
            rest = next;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_are_read_with_all_that_they_list() {
        let rows: &[(&str, &str, &[&str])] = &[
            ("(`decisions.md` rows 9 and 49).", "decisions.md", &["9", "49"]),
            ("decisions.md rows 28 and 41 to 43 say", "decisions.md", &["28", "41", "43"]),
            ("decisions.md row 55, 12 things", "decisions.md", &["55", "12"]),
            ("(`money.md` §1.2 to §1.4).", "money.md", &["1.2", "1.4"]),
            ("partner.md 5.4. Then", "partner.md", &["5.4"]),
            ("partner.md 10, row 14).", "partner.md", &["10"]),
            ("(partner.md 3.3, clients.md W1 to W3): keys", "clients.md", &["W1", "W3"]),
            ("clients.md §5, H3 to H5).", "clients.md", &["5", "H3", "H5"]),
            ("`partner.md` and `money.md` are", "partner.md", &[]),
            ("(design §9.4): every", "design", &["9.4"]),
            ("the design 5 years ago", "design", &[]),
        ];
        for (text, page, expected) in rows {
            assert_eq!(citations(text, page), *expected, "{text}");
        }
        assert_eq!(unwrapped("/// (`decisions.md`\n    /// row 5).\n-- a\n"), "(`decisions.md` row 5). a");
    }

    #[test]
    fn what_can_be_cited_is_found() {
        let page = "# Title\n## 5. Money\n1. A point\n### 1.10 States ([D])\n| 7 | a row |\n| A12 | another |\n**W1, a delivery.**\n|---|\n";
        let found = anchors(page);
        for anchor in ["5", "5.1", "1.10", "7", "A12", "W1"] {
            assert!(found.contains(anchor), "{anchor} in {found:?}");
        }
        assert!(!found.contains("12") && !found.contains("6"), "{found:?}");
    }

    #[test]
    fn every_citation_is_there_and_one_that_is_not_is_told() {
        let tally = check();
        assert_eq!((tally.failed, tally.passed), (0, 5), "{:?}", tally.notes);
        let page = ("decisions.md", "docs/spec/decisions.md");
        // Put together here, or it would be one itself.
        let text = |row: u32| vec![(PathBuf::from("a.rs"), format!("{} row {row}", page.0))];
        assert_eq!(check_page(page, &text(60)).failed, 0);
        assert_eq!(check_page(page, &text(999)).failed, 1);
    }
}
