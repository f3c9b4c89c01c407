//! Tokens in texts that are shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// How much of a token stays to be seen, so that two can be told apart.
const SEEN: usize = 4;
/// From how many characters on the beginning of a token counts as one, at the end of a text that may have been cut.
const CUT_MIN: usize = 8;

/// What is shown of a text that spells a token in another way.
const HIDDEN: &str = "(not shown: it holds a token, or parts of one)";

/// `text` with only the beginning of `token` left wherever it stands, and at the end of the text also where the cut left but a
/// part of it. Tokens are letters and digits, which hardly any way of quoting changes; a text in which one is broken into parts
/// or stands as Base64 is not shown at all.
pub fn mask(text: &str, token: &str) -> String {
    if token.is_empty() {
        return text.to_owned();
    }
    let masked = masked(text, token);
    if spells(&masked, token) { HIDDEN.to_owned() } else { masked }
}

/// Whether what is left of `text` without all but letters and digits holds a part of `token`, or of its Base64.
fn spells(text: &str, token: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let squeezed = letters(text);
    // As it stands behind nought, one and two other bytes. The first and the last sign depend on what is beside it.
    let encoded = (0..3).map(|before| {
        let encoded = STANDARD_NO_PAD.encode(format!("{}{token}", &"xx"[..before]));
        encoded[before + 1..encoded.len() - 1].to_owned()
    });
    encoded.map(|encoded| letters(&encoded)).chain([token.to_owned()]).any(|spelling| {
        let parts = spelling.as_bytes().windows(CUT_MIN).filter_map(|part| str::from_utf8(part).ok());
        parts.into_iter().any(|part| squeezed.contains(part))
    })
}

fn masked(text: &str, token: &str) -> String {
    let instead = format!("{}…", token.get(..SEEN).unwrap_or_default());
    let mut masked = text.replace(token, &instead);
    let parts = (CUT_MIN..token.len()).rev().filter_map(|length| token.get(..length));
    if let Some(part) = parts.into_iter().find(|part| masked.ends_with(part)) {
        masked.truncate(masked.len() - part.len());
        masked.push_str(&instead);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_is_masked_wherever_it_stands() {
        let body = format!(r#"{{"data":"{{\"authorizationToken\":\"{TOKEN}\"}}"}}"#);
        assert_eq!(mask(&body, TOKEN), r#"{"data":"{\"authorizationToken\":\"0123…\"}"}"#);
        assert_eq!(mask(&format!("{TOKEN}{TOKEN}"), TOKEN), "0123…0123…");
        assert_eq!(mask("nothing here", TOKEN), "nothing here");
        assert_eq!(mask("anything", ""), "anything");
    }

    #[test]
    fn a_text_that_spells_it_in_another_way_is_not_shown() {
        let wrapped = TOKEN.as_bytes().chunks(7).map(|part| str::from_utf8(part).expect("ASCII")).collect::<Vec<_>>();
        assert_eq!(mask(&wrapped.join("\n"), TOKEN), HIDDEN);
        assert_eq!(mask("…89abcdef…", TOKEN), HIDDEN);
        for before in ["", "a", "ab", "abc", "{\"token\":\""] {
            let encoded = base64::engine::general_purpose::URL_SAFE.encode(format!("{before}{TOKEN}\"}}"));
            assert_eq!(mask(&encoded, TOKEN), HIDDEN, "{before}");
        }
        let harmless = "A receiver's long answer, with 0123456 and 9abcdef in it.";
        assert_eq!(mask(harmless, TOKEN), harmless);
    }

    #[test]
    fn what_a_cut_left_of_it_is_masked_too() {
        for length in CUT_MIN..TOKEN.len() {
            assert_eq!(mask(&format!("you sent {}", &TOKEN[..length]), TOKEN), "you sent 0123…", "{length}");
        }
        assert_eq!(mask("you sent 0123456", TOKEN), "you sent 0123456");
    }
}
