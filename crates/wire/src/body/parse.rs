//! From bytes to the members of the top-level object, or 400008.

use std::fmt;

use super::entries::{self, Entry};
use crate::refusal::Refusal;
use crate::result_code::ResultCode;

/// The deepest nesting of objects and lists; requests need five.
pub const DEPTH_MAX: usize = 32;

/// A body that is one JSON object. Its syntax is proved; its content is judged by [`Body::check`].
pub struct Body<'a> {
    pub(super) entries: Vec<Entry<'a>>,
}

/// Members by count only: bodies hold tokens and personal data, which no log shall see.
impl fmt::Debug for Body<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Body").field("members", &self.entries.len()).finish_non_exhaustive()
    }
}

impl<'a> Body<'a> {
    /// The body of a call that came without one, where that is allowed (decisions.md row 3).
    pub const fn empty() -> Self {
        Self { entries: Vec::new() }
    }

    /// Reads a body; 400008 for a byte-order mark, invalid UTF-8, anything but one object, or too deep a nesting
    /// (decisions.md row 55).
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Err(refuse("the body is empty; send a JSON object, {} at least", "decisions.md row 3"));
        }
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            return Err(refuse("the body begins with a byte-order mark; send plain UTF-8", SOURCE));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("the body is not valid UTF-8", SOURCE))?;
        if is_too_deep(bytes) {
            let rule = format!("objects and lists nest deeper than {DEPTH_MAX} levels");
            return Err(Refusal::new(ResultCode::InvalidRequestBody, rule, SOURCE));
        }
        let entries = entries::read(text).map_err(|error| {
            // The error's own text may quote the body; its place does not.
            let rule = format!(
                "the body is not one JSON object; the fault is at line {} column {}",
                error.line(),
                error.column()
            );
            Refusal::new(ResultCode::InvalidRequestBody, rule, SOURCE)
        })?;
        Ok(Self { entries })
    }

    /// Reads a body whose content does not matter, such as that of `certificates` (clients.md R2): what is no object
    /// has no members.
    pub fn parse_any(bytes: &'a [u8]) -> Self {
        Self::parse(bytes).unwrap_or(Self::empty())
    }
}

const SOURCE: &str = "decisions.md row 55";

fn refuse(rule: &'static str, source: &'static str) -> Refusal {
    Refusal::new(ResultCode::InvalidRequestBody, rule, source)
}

/// Whether brackets outside strings nest deeper than [`DEPTH_MAX`]. On text that is no JSON the answer does not matter:
/// it is refused with the same code either way.
fn is_too_deep(bytes: &[u8]) -> bool {
    // Nearly every body has fewer brackets than levels are allowed, and counting them is a vector operation.
    let opening = bytes.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
    if opening <= DEPTH_MAX {
        return false;
    }
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_object_in_utf_8_is_a_body() {
        let too_deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX));
        let rows: Vec<&[u8]> = vec![
            b"",
            b" ",
            b"\xEF\xBB\xBF{}",
            b"{\"a\":\"\xFF\"}",
            b"[]",
            b"null",
            b"1",
            b"\"x\"",
            b"{",
            b"{}x",
            b"{} {}",
            b"{'a':1}",
            b"{\"a\":1,}",
            b"{\"a\":01}",
            b"{\"a\":NaN}",
            b"{\"a\":\"\x01\"}",
            b"{\"\\ud800\":1}",
            too_deep.as_bytes(),
        ];
        for bytes in rows {
            let refusal = Body::parse(bytes).expect_err("no body");
            assert_eq!(refusal.code.digits(), "400008", "{}", String::from_utf8_lossy(bytes));
            assert_eq!(refusal.message, "Request body is not a valid json object.");
            assert!(Body::parse_any(bytes).entries.is_empty());
        }
    }

    #[test]
    fn what_looks_odd_but_is_json_is_a_body() {
        let inside_32 = format!(r#"{{"a":{}{}}}"#, "[".repeat(DEPTH_MAX - 1), "]".repeat(DEPTH_MAX - 1));
        let quoted = format!(r#"{{"a":"{}\""}}"#, "[".repeat(100));
        let wide = format!(r#"{{"a":[{}1]}}"#, "[],".repeat(100));
        for text in ["{}", " { } \n", inside_32.as_str(), quoted.as_str(), wide.as_str()] {
            Body::parse(text.as_bytes()).expect(text);
        }
    }

    #[test]
    fn members_are_bounded() {
        let member = |index: usize| format!(r#""k{index}":1"#);
        let body = |count: usize| {
            let members: Vec<_> = (0..count).map(member).collect();
            format!("{{{}}}", members.join(","))
        };
        Body::parse(body(entries::OBJECT_KEYS_MAX).as_bytes()).unwrap();
        Body::parse(body(entries::OBJECT_KEYS_MAX + 1).as_bytes()).expect_err("too many");
    }
}
