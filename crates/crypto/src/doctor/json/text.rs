//! The inside of JSON strings: one character at a time, with the way it was written.

/// One character of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    /// As it was written, escapes and all.
    pub(super) written: &'a str,
    /// What it means; `None` where it means no character, as half a surrogate pair does.
    pub(super) meant: Option<char>,
}

/// The characters of what stood between quotation marks.
pub(super) fn units(inside: &str) -> impl Iterator<Item = Unit<'_>> {
    let mut rest = inside;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (length, meant) = if first == '\\' { escape(rest) } else { (first.len_utf8(), Some(first)) };
        let (written, left) = rest.split_at(length);
        rest = left;
        Some(Unit { written, meant })
    })
}

/// The length and meaning of the escape at the start of `rest`.
fn escape(rest: &str) -> (usize, Option<char>) {
    let Some(kind) = rest[1..].chars().next() else { return (1, None) };
    let meant = match kind {
        '"' | '\\' | '/' => kind,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(rest),
        _ => return (1 + kind.len_utf8(), None),
    };
    (2, Some(meant))
}

fn unicode_escape(rest: &str) -> (usize, Option<char>) {
    let Some(unit) = code_unit(rest) else { return (2, None) };
    let pair = rest.get(6..).and_then(code_unit);
    let units = [Some(unit), pair].into_iter().flatten();
    match char::decode_utf16(units).next() {
        Some(Ok(meant)) => (6 * meant.len_utf16(), Some(meant)),
        _ => (6, None),
    }
}

/// The value of a unicode escape at the start of `rest`.
fn code_unit(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// What a string means; `None` where it means no text.
pub(super) fn meaning(inside: &str) -> Option<String> {
    units(inside).map(|unit| unit.meant).collect()
}

/// Writes a unicode escape, two for characters beyond the basic plane.
pub(super) fn push_escape(out: &mut String, character: char, upper: bool) {
    let mut pair = [0; 2];
    for unit in character.encode_utf16(&mut pair) {
        let bytes = unit.to_be_bytes();
        out.push_str("\\u");
        out.push_str(&if upper { hex::encode_upper(bytes) } else { hex::encode(bytes) });
    }
}

/// A text as a JSON string, with the fewest escapes; in `ascii`, letters beyond it are escaped too.
pub(in crate::doctor) fn quoted(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character.is_ascii_control() || (ascii && !character.is_ascii()) => {
                push_escape(&mut out, character, false);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{meaning, quoted, units};

    #[test]
    fn escapes_mean_what_they_say_and_are_kept_as_written() {
        for (inside, meant) in [
            ("plain é", Some("plain é")),
            (r#"\"\\\/\b\f\n\r\t"#, Some("\"\\/\u{8}\u{c}\n\r\t")),
            (r"\u00e9\u00E9", Some("éé")),
            (r"\ud83d\ude00!", Some("😀!")),
            (r"\ud83d!", None),
            (r"\ude00\ud83d", None),
            (r"\ud83d\u0041", None),
            (r"\u+041", None),
            (r"\u12", None),
            (r"\é", None),
            ("\\", None),
        ] {
            assert_eq!(meaning(inside).as_deref(), meant, "{inside}");
            let written: String = units(inside).map(|unit| unit.written).collect();
            assert_eq!(written, inside);
        }
    }

    #[test]
    fn quoting_escapes_only_what_must_be() {
        let text = "{\"a\":\"\\u00e9/é\"}\n\u{1}";
        assert_eq!(quoted(text, false), r#""{\"a\":\"\\u00e9/é\"}\n\u0001""#);
        assert_eq!(quoted(text, true), r#""{\"a\":\"\\u00e9/\u00e9\"}\n\u0001""#);
    }
}
