//! What strangers wrote, as it may stand on a page.

use countersign_domain::merchant::is_plain_char;

/// The text with everything spelt out that would not be seen, or would turn what stands around it: control characters but
/// for the end of a line and the tabulator, and marks of direction. Markup is not touched: templates escape it.
pub(crate) fn foreign_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' => shown.push(character),
            character if !is_plain_char(character) => shown.extend(character.escape_unicode()),
            character => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_spelt_out_and_the_rest_stays() {
        for (text, shown) in [
            ("", ""),
            ("<b>&\"' Grüße 日本</b>", "<b>&\"' Grüße 日本</b>"),
            ("one\r\ntwo\n\tthree", "one\ntwo\n\tthree"),
            ("a\rb\0c\u{1b}[31m", "a\\u{d}b\\u{0}c\\u{1b}[31m"),
            ("x\u{202e}yz\u{2069}\u{feff}", "x\\u{202e}yz\\u{2069}\\u{feff}"),
        ] {
            assert_eq!(foreign_text(text), shown, "{text:?}");
        }
    }
}
