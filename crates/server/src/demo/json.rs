//! JSON as people read it: members in the order they came, numbers digit by digit, long texts cut, secrets masked.
//!
//! A value stays on one line where it fits and is broken into lines where it does not. Control characters are escaped, so
//! that no answer can steer the terminal.

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::terminal::harmless_json;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Members whose text is never shown whole.
const MASKED: [&str; 6] = [
    "authorizationToken",
    "BinancePay-technicalServiceProviderAuthId",
    "apiKey",
    "apiSecret",
    "password",
    "controlToken",
];
/// Columns of one line, its indentation not counted.
const WIDTH: usize = 88;
/// Characters shown of a text.
const TEXT_MAX: usize = 76;
/// Levels shown; what lies deeper is left out.
const DEPTH_MAX: usize = 16;

/// A parsed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    /// A number, true, false or null, as it stood there.
    Bare(String),
    /// The content of a string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a JSON text; `None` when it is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<&RawValue>(bytes).ok().and_then(|raw| Self::read(raw, 0))
    }

    fn read(raw: &RawValue, depth: usize) -> Option<Self> {
        let text = raw.get();
        if depth > DEPTH_MAX {
            return Some(Self::Bare("…".to_owned()));
        }
        Some(match text.as_bytes().first()? {
            b'{' => {
                let Members(members) = serde_json::from_str(text).ok()?;
                let read = |(name, raw): (Cow<'_, str>, &RawValue)| {
                    let value = Self::read(raw, depth + 1)?;
                    Some((name.to_string(), if MASKED.contains(&name.as_ref()) { value.masked() } else { value }))
                };
                Self::Object(members.into_iter().map(read).collect::<Option<_>>()?)
            }
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                Self::List(items.into_iter().map(|raw| Self::read(raw, depth + 1)).collect::<Option<_>>()?)
            }
            b'"' => Self::Text(serde_json::from_str(text).ok()?),
            _ => Self::Bare(text.to_owned()),
        })
    }

    fn masked(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(mask(&text)),
            _ => Self::Text("••••".to_owned()),
        }
    }

    /// The content of a string member.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        let Self::Object(members) = self else { return None };
        members.iter().find_map(|(name, value)| match value {
            Self::Text(text) if name == member => Some(text.as_str()),
            _ => None,
        })
    }

    /// The same with a member's text left out, because it is shown elsewhere.
    pub(super) fn without_text_of(self, member: &str) -> Self {
        let Self::Object(members) = self else { return self };
        let shorten = |(name, value)| if name == member { (name, Self::Text("…".to_owned())) } else { (name, value) };
        Self::Object(members.into_iter().map(shorten).collect())
    }

    /// The value in lines, the first one without indentation.
    pub(super) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, indent: usize) {
        let line = self.to_string();
        let inner = indent + 2;
        match self {
            Self::List(items) if !fits(indent, &line) => {
                out.push('[');
                write_items(out, items, inner);
                let _ = write!(out, "\n{:indent$}]", "");
            }
            Self::Object(members) if !fits(indent, &line) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "," };
                    let _ = write!(out, "{separator}\n{:inner$}{}: ", "", quoted(name));
                    value.write(out, inner);
                }
                let _ = write!(out, "\n{:indent$}}}", "");
            }
            _ => out.push_str(&line),
        }
    }
}

fn fits(indent: usize, line: &str) -> bool {
    indent + line.chars().count() <= WIDTH
}

/// The items of a list that is broken: short ones fill their lines, others have one each.
fn write_items(out: &mut String, items: &[Json], indent: usize) {
    let mut line = String::new();
    for (index, item) in items.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let short = matches!(item, Json::Bare(_) | Json::Text(_)).then(|| format!("{line}{separator} {item}"));
        if let Some(filled) = short.filter(|filled| !line.is_empty() && fits(indent, filled)) {
            out.push_str(&filled[line.len()..]);
            line = filled;
        } else {
            let _ = write!(out, "{separator}\n{:indent$}", "");
            item.write(out, indent);
            line = if matches!(item, Json::Bare(_) | Json::Text(_)) { item.to_string() } else { String::new() };
        }
    }
}

/// The value on one line.
impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare(text) => formatter.write_str(text),
            Self::Text(text) => formatter.write_str(&quoted(&cut(text))),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(formatter, "[{}]", items.join(", "))
            }
            Self::Object(members) if members.is_empty() => formatter.write_str("{}"),
            Self::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("{}: {value}", quoted(name))).collect();
                write!(formatter, "{{ {} }}", members.join(", "))
            }
        }
    }
}

/// The first characters of a secret: enough to see that two are the same.
pub(super) fn mask(secret: &str) -> String {
    let shown = if secret.chars().count() > 16 { 4 } else { 0 };
    format!("{}••••", secret.chars().take(shown).collect::<String>())
}

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(TEXT_MAX) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

fn quoted(text: &str) -> String {
    harmless_json(&serde_json::to_string(text).expect("a string is JSON"))
}

/// The members of an object, in their order.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
                    members.push((Cow::Owned(name), raw));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pretty(text: &str) -> String {
        Json::parse(text.as_bytes()).expect(text).pretty()
    }

    #[test]
    fn short_values_stay_on_one_line_and_keep_their_digits() {
        for (text, expected) in [
            ("{}", "{}"),
            ("[]", "[]"),
            (" 0.01000000 ", "0.01000000"),
            ("{\"b\":1,\"a\":[1,2.50,null,true]}", r#"{ "b": 1, "a": [1, 2.50, null, true] }"#),
            (r#"{"bizId":210462863998500864}"#, r#"{ "bizId": 210462863998500864 }"#),
        ] {
            assert_eq!(pretty(text), expected);
        }
    }

    #[test]
    fn long_values_are_broken_and_long_texts_cut() {
        let long = "x".repeat(60);
        let text = format!(r#"{{"a":{{"b":"{long}","c":1}},"d":["{long}","{long}"],"e":"{long}{long}"}}"#);
        let expected = format!(
            "{{\n  \"a\": {{ \"b\": \"{long}\", \"c\": 1 }},\n  \"d\": [\n    \"{long}\",\n    \"{long}\"\n  ],\n  \"e\": \"{}…\"\n}}",
            "x".repeat(TEXT_MAX)
        );
        assert_eq!(pretty(&text), expected);
    }

    #[test]
    fn short_items_fill_their_lines() {
        let items: Vec<String> = (1_000_000..1_000_020).map(|number| number.to_string()).collect();
        let shown = pretty(&format!("[{},{{}},1]", items.join(",")));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!((lines.len(), lines[3], lines[4], lines[5]), (7, "  1000018, 1000019,", "  {},", "  1"), "{shown}");
        assert!(lines.iter().all(|line| line.len() <= WIDTH + 1), "{shown}");
        assert_eq!(shown.split_whitespace().collect::<String>(), format!("[{},{{}},1]", items.join(",")));
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let text = r#"{"data":[{"authorizationToken":"4f92a76767a948d8b5ab60abd8ca2e15"}],"password":"short","apiSecret":7,"apiKey":null}"#;
        let shown = pretty(text);
        assert!(shown.contains(r#""authorizationToken": "4f92••••""#), "{shown}");
        assert!(shown.contains(r#""password": "••••""#), "{shown}");
        assert!(shown.contains(r#""apiSecret": "••••""#), "{shown}");
        assert!(!shown.contains("a767") && !shown.contains("short") && !shown.contains('7'), "{shown}");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let shown = pretty("{\"a\\u001b\":\"\\u001b[2J\u{9b}31m\u{7f}\"}");
        assert_eq!(shown, r#"{ "a\u001b": "\u001b[2J\u009b31m\u007f" }"#);
        assert!(shown.chars().all(|char| !char.is_control()));
    }

    #[test]
    fn what_is_no_json_is_none_and_depth_is_bounded() {
        for text in ["", "<html>", "{", "{} {}", "\u{feff}{}"] {
            assert_eq!(Json::parse(text.as_bytes()), None, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(pretty(&deep).contains('…'));
    }

    #[test]
    fn a_notification_shows_its_data_elsewhere() {
        let notification = Json::parse(br#"{"bizType":"PAY","data":"{\"a\":1}","bizId":1}"#).expect("JSON");
        assert_eq!(notification.text("data"), Some(r#"{"a":1}"#));
        assert_eq!(notification.text("bizId"), None);
        let shown = notification.without_text_of("data").pretty();
        assert_eq!(shown, r#"{ "bizType": "PAY", "data": "…", "bizId": 1 }"#);
    }
}
