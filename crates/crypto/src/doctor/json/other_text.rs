//! Texts that are no JSON but come out where somebody meant to serialise.

use super::read::{Document, Value};
use super::text::meaning;

/// The most that is written, in bytes.
const WRITTEN_MAX: usize = 64 * 1024;

impl Document<'_> {
    /// The members of an object of plain values, as key and text; `None` for anything else.
    pub(in crate::doctor) fn flat_members(&self) -> Option<Vec<(String, String)>> {
        let Value::Object(members, _) = &self.root else { return None };
        members
            .iter()
            .map(|member| {
                let text = match &member.value {
                    Value::Literal(text) => (*text).to_owned(),
                    Value::Text(inside) => meaning(inside)?,
                    Value::Array(..) | Value::Object(..) => return None,
                };
                Some((meaning(member.key)?, text))
            })
            .collect()
    }

    /// What the string means, where the document is a string.
    pub(in crate::doctor) fn text(&self) -> Option<String> {
        match &self.root {
            Value::Text(inside) => meaning(inside),
            _ => None,
        }
    }

    /// As Python's `str` prints the value; `None` where that takes escapes.
    pub(in crate::doctor) fn python_text(&self) -> Option<String> {
        let mut out = String::new();
        push_python(&mut out, &self.root)?;
        Some(out)
    }
}

fn push_python(out: &mut String, value: &Value<'_>) -> Option<()> {
    match value {
        _ if out.len() > WRITTEN_MAX => return None,
        Value::Literal("true") => out.push_str("True"),
        Value::Literal("false") => out.push_str("False"),
        Value::Literal("null") => out.push_str("None"),
        Value::Literal(number) => out.push_str(number),
        Value::Text(inside) => push_python_text(out, inside)?,
        Value::Array(items, _) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                push_python(out, &item.value)?;
            }
            out.push(']');
        }
        Value::Object(members, _) => {
            out.push('{');
            for (place, member) in members.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                push_python_text(out, member.key)?;
                out.push_str(": ");
                push_python(out, &member.value)?;
            }
            out.push('}');
        }
    }
    Some(())
}

fn push_python_text(out: &mut String, inside: &str) -> Option<()> {
    let text = meaning(inside)?;
    let quote = if text.contains('\'') { '"' } else { '\'' };
    if text.contains(quote) || text.contains('\\') || text.chars().any(char::is_control) {
        return None;
    }
    out.push(quote);
    out.push_str(&text);
    out.push(quote);
    Some(())
}
