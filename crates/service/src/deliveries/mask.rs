//! Tokens in texts that are shown.

/// How much of a token stays to be seen, so that two can be told apart.
const SEEN: usize = 4;
/// From how many characters on the beginning of a token counts as one, at the end of a text that may have been cut.
const CUT_MIN: usize = 8;

/// `text` with only the beginning of `token` left wherever it stands, and at the end of the text also where the cut left but a
/// part of it. Tokens are letters and digits, which no way of quoting changes.
pub fn mask(text: &str, token: &str) -> String {
    if token.is_empty() {
        return text.to_owned();
    }
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
    fn what_a_cut_left_of_it_is_masked_too() {
        for length in CUT_MIN..TOKEN.len() {
            assert_eq!(mask(&format!("you sent {}", &TOKEN[..length]), TOKEN), "you sent 0123…", "{length}");
        }
        assert_eq!(mask("you sent 0123456", TOKEN), "you sent 0123456");
    }
}
