//! JSON that keeps what `serde_json::Value` loses: the order of keys and the text of numbers.
//!
//! Snapshots of answers are made of it, because clients depend on both.

use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON text in its own order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ordered {
    /// Members in the order sent.
    Object(Vec<(String, Ordered)>),
    /// Elements.
    List(Vec<Ordered>),
    /// Anything else, as it was written.
    Scalar(String),
}

struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
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

impl Ordered {
    /// Reads a text that must be JSON.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).expect("the text is a JSON object");
                Self::Object(members.into_iter().map(|(key, value)| (key, Self::parse(value.get()))).collect())
            }
            Some(b'[') => {
                let elements: Vec<Box<RawValue>> = serde_json::from_str(text).expect("the text is a JSON list");
                Self::List(elements.iter().map(|element| Self::parse(element.get())).collect())
            }
            _ => Self::Scalar(text.to_owned()),
        }
    }

    /// The keys of an object in their order; empty for anything else.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(members) => members.iter().map(|(key, _)| key.as_str()).collect(),
            Self::List(_) | Self::Scalar(_) => Vec::new(),
        }
    }

    /// The member with this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::List(_) | Self::Scalar(_) => None,
        }
    }

    /// The text of a scalar as it was written, a string's quotes included; panics for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Scalar(text) => text,
            Self::Object(_) | Self::List(_) => panic!("not a scalar: {self}"),
        }
    }

    fn write(&self, out: &mut String, indent: usize) {
        let line = |out: &mut String, indent: usize| {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", indent));
        };
        match self {
            Self::Scalar(text) => out.push_str(text),
            Self::Object(members) if members.is_empty() => out.push_str("{}"),
            Self::List(elements) if elements.is_empty() => out.push_str("[]"),
            Self::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, indent + 1);
                    write!(out, "{key:?}: ").expect("a String takes every write");
                    value.write(out, indent + 1);
                }
                line(out, indent);
                out.push('}');
            }
            Self::List(elements) => {
                out.push('[');
                for (index, value) in elements.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, indent + 1);
                    value.write(out, indent + 1);
                }
                line(out, indent);
                out.push(']');
            }
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out, 0);
        formatter.write_str(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_number_texts_survive() {
        let text = r#"{"b":1.50000000,"a":[{"z":"x","y":null},[]],"c":{}}"#;
        let ordered = Ordered::parse(text);
        assert_eq!(ordered.keys(), ["b", "a", "c"]);
        assert_eq!(ordered.get("b").map(Ordered::text), Some("1.50000000"));
        let printed = ordered.to_string();
        assert_eq!(Ordered::parse(&printed), ordered);
        assert!(printed.contains("\"b\": 1.50000000,\n  \"a\": [\n"), "{printed}");
    }
}
