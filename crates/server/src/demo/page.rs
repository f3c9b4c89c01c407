//! How the walk looks: numbered steps, requests and answers in full, one mark per statement, a table at the end.

use std::io::{self, Write};

use super::error::StepFailed;
use super::json::Json;
use super::transcript::Recorded;
use crate::terminal::harmless;

/// Left of everything below a step's title.
const MARGIN: &str = "    ";
/// Left of JSON.
const JSON_MARGIN: &str = "      ";

/// One line of the closing table.
pub(super) struct TableRow {
    pub(super) whose: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) change: String,
}

#[derive(Clone, Copy)]
enum Style {
    Bold,
    Dim,
    Green,
    Red,
    Cyan,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Green => "32",
            Self::Red => "31",
            Self::Cyan => "36",
        }
    }
}

/// Where the walk is shown.
pub(super) struct Page<'o> {
    out: &'o mut (dyn Write + Send),
    colours: bool,
}

impl<'o> Page<'o> {
    /// A page; `colours` where a person looks at a terminal and did not refuse them.
    pub(super) fn new(out: &'o mut (dyn Write + Send), colours: bool) -> Self {
        Self { out, colours }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colours { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_owned() }
    }

    /// The first lines.
    pub(super) fn heading(&mut self, title: &str, below: &str) -> io::Result<()> {
        let title = self.styled(Style::Bold, title);
        writeln!(self.out, "{title}\n{below}")
    }

    /// Begins a step; 0 is the stage, which has no number.
    pub(super) fn step(&mut self, number: usize, title: &str) -> io::Result<()> {
        let number = if number == 0 { "  ".to_owned() } else { format!("{number:>2}") };
        let line = self.styled(Style::Bold, &format!("{number}  {title}"));
        writeln!(self.out, "\n{line}")?;
        self.out.flush()
    }

    /// What the reader should know before the next exchange.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        let text = self.styled(Style::Dim, &harmless(text));
        writeln!(self.out, "{MARGIN}{text}")
    }

    /// A request and its answer.
    pub(super) fn exchange(&mut self, exchange: &Recorded) -> io::Result<()> {
        let caller = self.styled(Style::Cyan, exchange.caller);
        writeln!(self.out, "{MARGIN}{caller} → POST {}", harmless(&exchange.path))?;
        self.json(&exchange.request)?;
        let good = (200..300).contains(&exchange.http_status);
        let status = format!("← {}", exchange.http_status);
        let status = self.styled(if good { Style::Green } else { Style::Red }, &status);
        writeln!(self.out, "{MARGIN}{status}")?;
        self.json(&exchange.answer)?;
        match &exchange.explanation {
            Some(explanation) => self.note(&format!("X-Countersign-Explain: {explanation}")),
            None => Ok(()),
        }
    }

    /// A webhook that arrived: the notification, and its data unfolded.
    pub(super) fn webhook(&mut self, url: &str, body: &[u8]) -> io::Result<()> {
        let caller = self.styled(Style::Cyan, "webhook");
        writeln!(self.out, "{MARGIN}{caller} → POST {}", harmless(url))?;
        let Some(notification) = Json::parse(body) else { return self.json(body) };
        let data = notification.text("data").and_then(|data| Json::parse(data.as_bytes()));
        let Some(data) = data else { return self.value(&notification) };
        self.value(&notification.without_text_of("data"))?;
        self.note("and its data, which is JSON inside that string:")?;
        self.value(&data)
    }

    fn json(&mut self, bytes: &[u8]) -> io::Result<()> {
        match Json::parse(bytes) {
            Some(value) => self.value(&value),
            None if bytes.is_empty() => self.note("  (empty)"),
            None => self.note(&format!("  (no JSON, {} bytes)", bytes.len())),
        }
    }

    fn value(&mut self, value: &Json) -> io::Result<()> {
        value.pretty().lines().try_for_each(|line| writeln!(self.out, "{JSON_MARGIN}{line}"))
    }

    /// A statement that holds.
    pub(super) fn holds(&mut self, claim: &str) -> io::Result<()> {
        let mark = self.styled(Style::Green, "✓");
        writeln!(self.out, "{MARGIN}{mark} {}", harmless(claim))
    }

    /// A statement that does not.
    pub(super) fn fails(&mut self, failed: &StepFailed) -> io::Result<()> {
        let mark = self.styled(Style::Red, "✗");
        writeln!(self.out, "{MARGIN}{mark} {}", harmless(&failed.claim))?;
        writeln!(self.out, "{MARGIN}  expected {}", harmless(&failed.expected))?;
        writeln!(self.out, "{MARGIN}  found    {}", harmless(&failed.found))?;
        self.out.flush()
    }

    /// The closing table, its numbers set right.
    pub(super) fn table(&mut self, title: &str, rows: &[TableRow]) -> io::Result<()> {
        let head = TableRow {
            whose: title.to_owned(),
            before: "before".to_owned(),
            after: "after".to_owned(),
            change: "change".to_owned(),
        };
        let all = || std::iter::once(&head).chain(rows);
        let widest = |cell: fn(&TableRow) -> &str| all().map(|row| cell(row).chars().count()).max().unwrap_or(0);
        let first = widest(|row| &row.whose);
        let (before, after, change) = (widest(|row| &row.before), widest(|row| &row.after), widest(|row| &row.change));
        for (index, row) in all().enumerate() {
            let TableRow { whose, before: was, after: is, change: by } = row;
            let line = format!("{:first$}   {was:>before$}   {is:>after$}   {by:>change$}", harmless(whose));
            let line = if index == 0 { self.styled(Style::Bold, &line) } else { line };
            writeln!(self.out, "{MARGIN}{line}")?;
        }
        Ok(())
    }

    /// The last line.
    pub(super) fn closing(&mut self, text: &str) -> io::Result<()> {
        let text = self.styled(Style::Green, text);
        writeln!(self.out, "\n{text}")?;
        self.out.flush()
    }
}
