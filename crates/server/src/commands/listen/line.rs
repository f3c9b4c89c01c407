//! One line for each delivery.

use countersign_domain::Timestamp;
use serde_json::json;

use super::forward::Told;
use crate::terminal::harmless;

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// For people.
    Text {
        /// Whether they look at a terminal and did not refuse colours.
        colours: bool,
    },
    /// For programs.
    Json,
}

/// What a line tells.
pub(super) struct Line<'a> {
    /// When it came.
    pub(super) at: Timestamp,
    pub(super) told: &'a Told,
    /// The receiver's HTTP status, where it answered.
    pub(super) status: Option<u16>,
    /// Why it counts as failed.
    pub(super) wrong: Option<String>,
    pub(super) took_ms: u64,
}

impl Lines {
    /// The line, its end included.
    pub(super) fn line(self, line: &Line<'_>) -> String {
        match self {
            Self::Json => json(line),
            Self::Text { colours } => text(line, colours),
        }
    }
}

fn json(line: &Line<'_>) -> String {
    let value = json!({
        "event": "delivery", "at": line.at.ms(), "bizType": line.told.biz_type, "bizStatus": line.told.biz_status,
        "bizIdStr": line.told.biz_id_str, "status": line.status, "wrong": line.wrong, "ms": line.took_ms,
    });
    format!("{value}\n")
}

fn text(line: &Line<'_>, colours: bool) -> String {
    let styled = |code: &str, text: String| if colours { format!("{code}{text}{PLAIN}") } else { text };
    let instant = jiff::Timestamp::from_millisecond(line.at.ms()).unwrap_or(jiff::Timestamp::MAX);
    let time = styled(DIM, instant.strftime("%H:%M:%S").to_string());
    let told = line.told;
    let event = format!("{} {}", harmless(&told.biz_type), harmless(&told.biz_status));
    let (id, took) = (harmless(&told.biz_id_str), line.took_ms);
    let status = line.status.map_or("---".to_owned(), |status| status.to_string());
    let (colour, why) = match &line.wrong {
        None => (GREEN, String::new()),
        Some(wrong) => (RED, format!("  {wrong}")),
    };
    format!("{time}  {event:<40}  {id:<19}  {}  {took} ms{why}\n", styled(colour, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_what_came_and_what_was_answered() {
        let told = Told {
            biz_type: "PAY".to_owned(),
            biz_status: "PAY_SUCCESS".to_owned(),
            biz_id_str: "\u{1b}[2J1".to_owned(),
        };
        let at = Timestamp::from_ms(1_768_478_400_000);
        let fine = Line { at, told: &told, status: Some(200), wrong: None, took_ms: 12 };
        let plain = Lines::Text { colours: false }.line(&fine);
        let cells: Vec<_> = plain.split_whitespace().collect();
        assert_eq!(cells, ["12:00:00", "PAY", "PAY_SUCCESS", "\\u{1b}[2J1", "200", "12", "ms"]);
        assert!(!plain.contains('\u{1b}'));
        let failed = Line { status: None, wrong: Some("could not connect".to_owned()), ..fine };
        let coloured = Lines::Text { colours: true }.line(&failed);
        assert!(coloured.contains("\u{1b}[31m---\u{1b}[0m") && coloured.ends_with("ms  could not connect\n"));
        let json: serde_json::Value = serde_json::from_str(&Lines::Json.line(&failed)).expect("JSON");
        assert_eq!((&json["status"], &json["wrong"]), (&serde_json::Value::Null, &"could not connect".into()));
    }
}
