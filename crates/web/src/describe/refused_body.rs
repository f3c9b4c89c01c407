//! The body of a refused call as its owner reads it: set out in lines, with authorization tokens masked.
//!
//! Members keep their order and numbers their text, for one of these may be what was wrong. A token is masked under its own
//! key and under misspellings of it; in what is no JSON every long run of letters and digits is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Deeper levels are not indented further: a body of brackets must not grow into a page of spaces.
const INDENT_LEVELS_MAX: usize = 12;
/// How much of a masked text stays.
const VISIBLE: usize = 4;
/// Runs of letters and digits that are this long may be tokens.
const RUN_MIN: usize = 24;
/// The token's key as it is compared: letters alone, in lower case.
const TOKEN_KEY: &str = "technicalserviceproviderauthid";

/// The text to show; `None` for bytes that are no UTF-8.
pub(crate) fn refused_body(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    if serde_json::from_str::<&RawValue>(text).is_ok_and(|value| write(&mut out, value.get(), 0)) {
        return Some(out);
    }
    Some(without_runs(text))
}

/// Members in the order sent, repeated ones included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Writes a JSON text in lines; false where it turns out to be none.
fn write(out: &mut String, json: &str, level: usize) -> bool {
    match json.as_bytes().first() {
        Some(b'{') => {
            let Ok(Members(members)) = serde_json::from_str(json) else { return false };
            write_list(out, ('{', '}'), level, members.into_iter(), |out, (key, value)| {
                let Ok(quoted) = serde_json::to_string(&key) else { return false };
                out.push_str(&quoted);
                out.push_str(": ");
                if names_token(&key) {
                    out.push_str(&masked(value.get()));
                    return true;
                }
                write(out, value.get(), level + 1)
            })
        }
        Some(b'[') => {
            let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) else { return false };
            write_list(out, ('[', ']'), level, elements.into_iter(), |out, value| write(out, value.get(), level + 1))
        }
        _ => {
            out.push_str(json);
            true
        }
    }
}

fn write_list<T>(
    out: &mut String,
    (open, close): (char, char),
    level: usize,
    items: impl ExactSizeIterator<Item = T>,
    mut item: impl FnMut(&mut String, T) -> bool,
) -> bool {
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level.min(INDENT_LEVELS_MAX)));
    };
    let last = items.len();
    out.push(open);
    for (index, value) in items.enumerate() {
        line(out, level + 1);
        if !item(out, value) {
            return false;
        }
        if index + 1 < last {
            out.push(',');
        }
    }
    if last > 0 {
        line(out, level);
    }
    out.push(close);
    true
}

fn names_token(key: &str) -> bool {
    let letters: String = key.chars().filter(char::is_ascii_alphabetic).collect();
    letters.to_ascii_lowercase().contains(TOKEN_KEY)
}

/// The beginning of a string; of anything else nothing.
fn masked(json: &str) -> String {
    match serde_json::from_str::<String>(json) {
        Ok(text) if text.chars().count() > 2 * VISIBLE => {
            let shown: String = text.chars().take(VISIBLE).filter(char::is_ascii_alphanumeric).collect();
            format!("\"{shown}…\"")
        }
        Ok(text) if text.is_empty() => "\"\"".to_owned(),
        _ if json == "null" => json.to_owned(),
        _ => "…".to_owned(),
    }
}

/// Text with every long run of letters and digits cut to its beginning.
fn without_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let alike = |char: char| char.is_alphanumeric() == first.is_alphanumeric();
        let end = rest.find(|char| !alike(char)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if first.is_alphanumeric() && run.chars().count() >= RUN_MIN {
            out.extend(run.chars().take(VISIBLE).chain(['…']));
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn shown(text: &str) -> String {
        refused_body(text.as_bytes()).expect("text")
    }

    #[test]
    fn json_is_set_out_in_its_own_order_with_its_own_numbers() {
        let text = r#" {"b":1.50,"a":[{"z":"x\/y"},[],{}],"b":2e3} "#;
        let expected = "{\n  \"b\": 1.50,\n  \"a\": [\n    {\n      \"z\": \"x\\/y\"\n    },\n    [],\n    {}\n  ],\n  \"b\": 2e3\n}";
        assert_eq!(shown(text), expected);
        assert_eq!(shown("3.0"), "3.0");
    }

    #[test]
    fn tokens_are_masked_however_they_are_spelt() {
        let key = "BinancePay-technicalServiceProviderAuthId";
        let bodies = [
            format!(r#"{{"{key}":"{TOKEN}"}}"#),
            format!(r#"{{"binancepay_TechnicalServiceProviderAuthId":"{TOKEN}"}}"#),
            format!(r#"{{"Binance\u0050ay-technicalServiceProviderAuthI\u0064":"{TOKEN}"}}"#),
            format!(r#"{{"a":[{{"{key}":["{TOKEN}",1]}}]}}"#),
            format!(r#"{{"{key}":{{"{TOKEN}":1}}}}"#),
            format!(r#"{{"{key}":"{TOKEN}""#),
            format!("{key}={TOKEN}&x=1"),
            format!("{{'{key}': '{TOKEN}'}}"),
        ];
        for body in bodies {
            let shown = shown(&body);
            assert!(!shown.contains(&TOKEN[..9]) && shown.contains('…'), "{shown}");
        }
        assert_eq!(
            shown(r#"{"technicalServiceProviderAuthId":null}"#),
            "{\n  \"technicalServiceProviderAuthId\": null\n}"
        );
    }

    #[test]
    fn what_is_no_json_is_shown_as_it_is() {
        assert_eq!(shown("wallet=FUNDING_WALLET&x=1"), "wallet=FUNDING_WALLET&x=1");
        assert_eq!(shown("{'a': \u{e9}}"), "{'a': \u{e9}}");
        assert_eq!(refused_body(b"\xff\xfe"), None);
    }

    #[test]
    fn hostile_bodies_stay_small() {
        for body in [
            format!("{}{}", "[".repeat(100), "]".repeat(100)),
            "[".repeat(16_384),
            format!("[{}1]", "1,".repeat(8_000)),
        ] {
            assert!(shown(&body).len() <= 16 * body.len().max(1_024), "{}", body.len());
        }
    }
}
