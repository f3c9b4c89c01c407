//! `countersign result-codes`: the refusal table as a page, from the data that drives the code.

use countersign_wire::ResultCode;

use crate::failure::Failure;

use super::print;

/// What a reader needs to know before the table.
const PREFACE: &str = "\
# Result codes

This page is what the program itself prints; `cargo xtask docs` writes it. The rows are the table that the code runs on.

A success is `{\"status\":\"SUCCESS\",\"code\":\"000000\",\"data\":…}` with HTTP 200. A refusal is
`{\"status\":\"FAIL\",\"code\":\"4xxxxx\",\"errorMessage\":\"…\"}` with the HTTP status below and without `data`; `code` is a string.
An unknown path answers 404 with code 400001; the setting `fail_status = 200` answers every refusal with HTTP 200. 503 comes with
`Retry-After`. The text is what `errorMessage` says unless something more exact is known; `<name>` stands for the parameter's path.
In the sandbox the header `X-Countersign-Explain` says which rule a call broke.

The last column names where a row comes from: `partner.md` and `money.md` are the project's notes on the public pages, by section;
`decisions.md` settles what the pages leave open, by row.

| code | HTTP | name | text | when it happens | what to do | source |
|---|---|---|---|---|---|---|
";

pub(crate) fn run() -> Result<(), Failure> {
    print(&page())
}

fn page() -> String {
    let mut page = String::from(PREFACE);
    for code in ResultCode::ALL {
        let entry = code.entry();
        let text = if entry.text.is_empty() { String::new() } else { format!("`{}`", entry.text) };
        let cells = [
            format!("`{code}`"),
            code.http_status().to_string(),
            format!("`{}`", entry.name),
            text,
            entry.when.to_owned(),
            entry.remedy.to_owned(),
            entry.source.to_owned(),
        ];
        page.push_str("| ");
        page.push_str(&cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
        page.push_str(" |\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_row_of_seven_cells() {
        let page = page();
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(rows.len(), ResultCode::ALL.len());
        for (row, code) in rows.iter().zip(ResultCode::ALL) {
            assert_eq!(row.matches(" | ").count(), 6, "{row}");
            assert!(row.starts_with(&format!("| `{code}` | {} |", code.http_status())), "{row}");
        }
    }
}
