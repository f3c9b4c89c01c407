//! Texts of others on a terminal: what would steer it, or turn or hide what stands around it, is spelt out.

use countersign_domain::merchant::is_plain_char;

/// The text as a terminal may show it.
pub(crate) fn harmless(text: &str) -> String {
    let escape = |char: char| if is_plain_char(char) { char.to_string() } else { char.escape_default().to_string() };
    text.chars().map(escape).collect()
}

/// The same for what is JSON, which it stays: between its strings there is nothing to spell out but line ends.
pub(crate) fn harmless_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for char in json.chars() {
        if is_plain_char(char) || char == '\n' {
            shown.push(char);
        } else {
            let mut units = [0; 2];
            shown.extend(char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Erases a terminal, does the same in 8 bits, and turns, ends and hides what follows.
    const STEERING: &str = "a\u{1b}[2J\u{9b}2J\u{202e}b\u{2028}c\u{200b}d\u{e0041}";

    #[test]
    fn what_steers_a_terminal_is_spelt_out() {
        assert_eq!(harmless("Grüße 日本"), "Grüße 日本");
        let shown = harmless(STEERING);
        assert!(shown.chars().all(is_plain_char), "{shown}");
        assert!(shown.contains("\\u{202e}b"), "{shown}");
    }

    #[test]
    fn json_says_the_same_afterwards() {
        let value = serde_json::json!({ "said": STEERING, "name": "日本" });
        let shown = harmless_json(&format!("{value}\n"));
        assert!(shown.trim_end().chars().all(is_plain_char), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
    }
}
