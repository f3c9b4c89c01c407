//! Reads JSON into a tree that keeps every piece of white space.

/// Deeper documents are not read.
const DEPTH_MAX: usize = 32;

/// A whole JSON text.
pub(in crate::doctor) struct Document<'a> {
    pub(super) before: &'a str,
    pub(super) root: Value<'a>,
    pub(super) after: &'a str,
}

/// A value, as it was written.
pub(super) enum Value<'a> {
    /// A number, `true`, `false` or `null`.
    Literal(&'a str),
    /// What stood between the quotation marks, escapes and all.
    Text(&'a str),
    Array(Vec<Item<'a>>, &'a str),
    Object(Vec<Member<'a>>, &'a str),
}

/// An array's item with the white space before and after it.
pub(super) struct Item<'a> {
    pub(super) gaps: [&'a str; 2],
    pub(super) value: Value<'a>,
}

/// An object's member with the white space before the key, after it, before the value and after it.
pub(super) struct Member<'a> {
    pub(super) gaps: [&'a str; 4],
    pub(super) key: &'a str,
    pub(super) value: Value<'a>,
}

impl<'a> Document<'a> {
    /// Reads a JSON text; `None` when it is none, no UTF-8, or too deep.
    pub(in crate::doctor) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { text: str::from_utf8(bytes).ok()?, at: 0 };
        let before = reader.gap();
        let root = reader.value(0)?;
        let after = reader.gap();
        (reader.at == bytes.len()).then_some(Self { before, root, after })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn gap(&mut self) -> &'a str {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        match self.peek()? {
            _ if depth >= DEPTH_MAX => None,
            b'"' => self.text().map(Value::Text),
            b'[' => self.array(depth),
            b'{' => self.object(depth),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) -> Option<Value<'a>> {
        let text = self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        let number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        (number || matches!(text, "true" | "false" | "null")).then_some(Value::Literal(text))
    }

    fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                // The escaped byte may be a quotation mark; a letter of several bytes cannot hold one.
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let inside = self.text.get(start..self.at)?;
        self.at += 1;
        Some(inside)
    }

    fn array(&mut self, depth: usize) -> Option<Value<'a>> {
        self.take(b'[')?;
        let mut items = Vec::new();
        let mut before = self.gap();
        if self.take(b']').is_some() {
            return Some(Value::Array(items, before));
        }
        loop {
            let value = self.value(depth + 1)?;
            items.push(Item { gaps: [before, self.gap()], value });
            if self.take(b']').is_some() {
                return Some(Value::Array(items, ""));
            }
            self.take(b',')?;
            before = self.gap();
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value<'a>> {
        self.take(b'{')?;
        let mut members = Vec::new();
        let mut before = self.gap();
        if self.take(b'}').is_some() {
            return Some(Value::Object(members, before));
        }
        loop {
            let key = self.text()?;
            let after_key = self.gap();
            self.take(b':')?;
            let before_value = self.gap();
            let value = self.value(depth + 1)?;
            members.push(Member { gaps: [before, after_key, before_value, self.gap()], key, value });
            if self.take(b'}').is_some() {
                return Some(Value::Object(members, ""));
            }
            self.take(b',')?;
            before = self.gap();
        }
    }
}
