//! Writes a document in another style.

use super::read::{Document, Item, Member, Value};
use super::text::{push_escape, units};

/// The most that is written, in bytes: indenting and escaping make a text several times longer.
const WRITTEN_MAX: usize = 64 * 1024;

/// What is changed; what is `None` stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::doctor) struct Style {
    pub(in crate::doctor) spacing: Option<Spacing>,
    pub(in crate::doctor) order: Option<Order>,
    /// Whether slashes are escaped.
    pub(in crate::doctor) slashes: Option<bool>,
    pub(in crate::doctor) unicode: Option<Unicode>,
    pub(in crate::doctor) markup: Option<Markup>,
    pub(in crate::doctor) numbers: Option<Numbers>,
    /// Whether members that are `null` are left out.
    pub(in crate::doctor) without_nulls: bool,
}

/// White space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) struct Spacing {
    pub(in crate::doctor) comma: &'static str,
    pub(in crate::doctor) colon: &'static str,
    /// One step of indentation; then each item has a line of its own.
    pub(in crate::doctor) indent: Option<&'static str>,
}

/// The order of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) enum Order {
    /// By key, in every object.
    Sorted,
    /// By key, in the outermost object alone.
    TopSorted,
}

/// Characters beyond ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) enum Unicode {
    Raw,
    LowerEscapes,
    UpperEscapes,
}

/// The signs that some serialisers escape for the sake of web pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) enum Markup {
    Plain,
    /// As Go does.
    Go,
    /// As Gson does.
    Gson,
    /// As .NET does.
    DotNet,
}

/// Zeros at the end of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) enum Numbers {
    /// As JavaScript and PHP print them: `1.0` is `1`.
    WithoutFraction,
    /// As Python prints them: `1.00` is `1.0`.
    OneZero,
}

impl Markup {
    const SIGNS: &'static str = "<>&'=+`\"";

    fn escaped(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Go => "<>&",
            Self::Gson => "<>&'=",
            Self::DotNet => "<>&'+`\"",
        }
    }

    fn push(self, out: &mut String, sign: char) {
        match sign {
            _ if self.escaped().contains(sign) => push_escape(out, sign, self == Self::DotNet),
            '"' => out.push_str("\\\""),
            _ => out.push(sign),
        }
    }
}

impl Document<'_> {
    /// The document in another style; `None` when it gets too long.
    pub(in crate::doctor) fn written(&self, style: &Style) -> Option<Vec<u8>> {
        let mut writer = Writer { style, out: String::new() };
        let around = if style.spacing.is_some() { ["", ""] } else { [self.before, self.after] };
        writer.out.push_str(around[0]);
        writer.value(&self.root, 0);
        writer.out.push_str(around[1]);
        (!writer.is_full()).then(|| writer.out.into_bytes())
    }
}

struct Writer<'s> {
    style: &'s Style,
    out: String,
}

impl Writer<'_> {
    fn is_full(&self) -> bool {
        self.out.len() > WRITTEN_MAX
    }

    fn value(&mut self, value: &Value<'_>, depth: usize) {
        match value {
            // What is written from here on would be thrown away.
            _ if self.is_full() => {}
            Value::Literal(text) => self.literal(text),
            Value::Text(inside) => self.text(inside),
            Value::Array(items, inside) => self.array(items, inside, depth),
            Value::Object(members, inside) => self.object(members, inside, depth),
        }
    }

    fn gap(&mut self, gap: &str) {
        if self.style.spacing.is_none() {
            self.out.push_str(gap);
        }
    }

    /// The line end and indentation before an item or a closing bracket.
    fn line(&mut self, depth: usize) {
        if let Some(step) = self.style.spacing.and_then(|spacing| spacing.indent) {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(step, depth));
        }
    }

    fn comma(&mut self) {
        self.out.push_str(self.style.spacing.map_or(",", |spacing| spacing.comma));
    }

    fn array(&mut self, items: &[Item<'_>], inside: &str, depth: usize) {
        self.out.push('[');
        self.gap(inside);
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.comma();
            }
            self.line(depth + 1);
            self.gap(item.gaps[0]);
            self.value(&item.value, depth + 1);
            self.gap(item.gaps[1]);
        }
        if !items.is_empty() {
            self.line(depth);
        }
        self.out.push(']');
    }

    fn object(&mut self, members: &[Member<'_>], inside: &str, depth: usize) {
        self.out.push('{');
        self.gap(inside);
        let chosen = self.chosen(members, depth);
        for (place, member) in chosen.iter().enumerate() {
            if place > 0 {
                self.comma();
            }
            // White space belongs to the place, not to the member: sorting does not move it.
            let gaps = members[place].gaps;
            self.line(depth + 1);
            self.gap(gaps[0]);
            self.text(member.key);
            self.gap(gaps[1]);
            self.out.push_str(self.style.spacing.map_or(":", |spacing| spacing.colon));
            self.gap(gaps[2]);
            self.value(&member.value, depth + 1);
            self.gap(gaps[3]);
        }
        if !chosen.is_empty() {
            self.line(depth);
        }
        self.out.push('}');
    }

    fn chosen<'m, 'a>(&self, members: &'m [Member<'a>], depth: usize) -> Vec<&'m Member<'a>> {
        let is_null = |member: &Member<'_>| matches!(member.value, Value::Literal("null"));
        let mut chosen: Vec<_> =
            members.iter().filter(|member| !(self.style.without_nulls && is_null(member))).collect();
        match self.style.order {
            Some(Order::TopSorted) if depth > 0 => {}
            Some(_) => chosen.sort_by_key(|member| member.key),
            None => {}
        }
        chosen
    }

    fn literal(&mut self, text: &str) {
        let number = self.style.numbers.filter(|_| text.contains('.') && !text.contains(['e', 'E']));
        let Some(numbers) = number else { return self.out.push_str(text) };
        let short = text.trim_end_matches('0');
        match (short.strip_suffix('.'), numbers) {
            (Some(whole), Numbers::WithoutFraction) => self.out.push_str(whole),
            (Some(_), Numbers::OneZero) => self.out.extend([short, "0"]),
            (None, _) => self.out.push_str(short),
        }
    }

    fn text(&mut self, inside: &str) {
        self.out.push('"');
        let Style { slashes, unicode, markup, .. } = *self.style;
        for unit in units(inside) {
            match (unit.meant, slashes, unicode, markup) {
                (Some('/'), Some(escaped), _, _) => self.out.push_str(if escaped { "\\/" } else { "/" }),
                (Some(letter), _, Some(unicode), _) if !letter.is_ascii() => match unicode {
                    Unicode::Raw => self.out.push(letter),
                    Unicode::LowerEscapes => push_escape(&mut self.out, letter, false),
                    Unicode::UpperEscapes => push_escape(&mut self.out, letter, true),
                },
                (Some(sign), _, _, Some(markup)) if Markup::SIGNS.contains(sign) => markup.push(&mut self.out, sign),
                _ => self.out.push_str(unit.written),
            }
        }
        self.out.push('"');
    }
}
