//! The table, as plain text or Markdown.

use crate::results::{Results, Row};

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Aligned columns.
    Plain,
    /// The same with bars and a rule.
    Markdown,
}

const COLUMNS: usize = 9;

const HEAD: [&str; COLUMNS] = [
    "connections",
    "variant",
    "req/s",
    "of bare",
    "of one commit",
    "p50 ms",
    "p99 ms",
    "server CPU us/req",
    "orders/commit",
];

/// The column whose text stands left; figures stand right.
const TEXT_COLUMN: usize = 1;

/// The whole table with its head.
pub(crate) fn render(results: &Results, format: Format) -> String {
    let rows: Vec<[String; COLUMNS]> = results.rows().map(|row| cells(&row)).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.len());
        }
    }
    let mut text = line(&HEAD.map(str::to_owned), &widths, format);
    text.push_str(&rule(&widths, format));
    for row in &rows {
        text.push_str(&line(row, &widths, format));
    }
    text
}

fn cells(row: &Row) -> [String; COLUMNS] {
    let optional = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    [
        row.connections.to_string(),
        row.variant.label().to_owned(),
        format!("{:.0}", row.rate),
        optional(row.of_bare.map(|ratio| format!("{ratio:.2}"))),
        optional(row.of_one_commit.map(|ratio| format!("{ratio:.1}"))),
        milliseconds(row.p50_us),
        milliseconds(row.p99_us),
        optional(row.server_us.map(|us| format!("{us:.1}"))),
        optional(row.orders_per_commit.map(|orders| format!("{orders:.1}"))),
    ]
}

fn milliseconds(us: u64) -> String {
    format!("{}.{:02}", us / 1_000, us % 1_000 / 10)
}

fn line(cells: &[String; COLUMNS], widths: &[usize; COLUMNS], format: Format) -> String {
    let padded = cells.iter().zip(widths).enumerate().map(|(column, (cell, &width))| {
        if column == TEXT_COLUMN { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
    });
    let padded: Vec<String> = padded.collect();
    match format {
        Format::Plain => format!("{}\n", padded.join("  ").trim_end()),
        Format::Markdown => format!("| {} |\n", padded.join(" | ")),
    }
}

fn rule(widths: &[usize; COLUMNS], format: Format) -> String {
    let dashes = widths.iter().enumerate().map(|(column, &width)| match format {
        Format::Plain => "-".repeat(width),
        Format::Markdown if column == TEXT_COLUMN => "-".repeat(width + 2),
        Format::Markdown => format!("{}:", "-".repeat(width + 1)),
    });
    let dashes: Vec<String> = dashes.collect();
    match format {
        Format::Plain => format!("{}\n", dashes.join("  ")),
        Format::Markdown => format!("|{}|\n", dashes.join("|")),
    }
}
