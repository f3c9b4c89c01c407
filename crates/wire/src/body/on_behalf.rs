//! The strict first pass over the token field (decisions.md row 54): whose money moves must never hang on a typo.

use std::borrow::Cow;
use std::fmt;

use super::entries;
use super::parse::Body;
use crate::refusal::Refusal;

/// The body key that carries the authorization token (partner.md 4.1).
pub const TOKEN_KEY: &str = "BinancePay-technicalServiceProviderAuthId";

const SOURCE: &str = "decisions.md row 54";

/// For whom a call acts.
#[derive(Clone, PartialEq, Eq)]
pub enum OnBehalf<'a> {
    /// For the caller itself: the key is absent or null.
    Own,
    /// For whoever granted this token, which may be any text, the empty one included; unknown ones are 400606.
    Token(Cow<'a, str>),
    /// The key holds no string: the caller is refused with 400606.
    NotAToken,
}

impl fmt::Debug for OnBehalf<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Own => "Own",
            Self::Token(_) => "Token(***)",
            Self::NotAToken => "NotAToken",
        })
    }
}

impl<'a> Body<'a> {
    /// The token field; 400001 when the key comes twice, or one that differs from it only in case, `-` or `_`.
    pub fn on_behalf_token(&self) -> Result<OnBehalf<'a>, Refusal> {
        let mut found = None;
        for (key, raw) in &self.entries {
            if key == TOKEN_KEY {
                if found.replace(*raw).is_some() {
                    let rule = format!("{TOKEN_KEY} stands twice in the body; send it once");
                    return Err(Refusal::invalid_request(rule, SOURCE));
                }
            } else if resembles_token_key(key) {
                let rule = format!("the body key {key} is nearly {TOKEN_KEY}, which is the right spelling");
                return Err(Refusal::invalid_request(rule, SOURCE));
            }
        }
        Ok(match found {
            None => OnBehalf::Own,
            Some(raw) if raw.get() == "null" => OnBehalf::Own,
            Some(raw) => entries::string(raw).map_or(OnBehalf::NotAToken, OnBehalf::Token),
        })
    }
}

/// Refuses a call that carries the token as a header, however spelled: 400001. `names` are the request's header names.
pub fn refuse_token_header<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<(), Refusal> {
    if names.into_iter().any(resembles_token_key) {
        let rule = format!("{TOKEN_KEY} was sent as a header; it belongs into the JSON body");
        return Err(Refusal::invalid_request(rule, SOURCE));
    }
    Ok(())
}

/// Whether `key` is the token key but for case and anything that is no letter or digit: whoever comes that near meant it, and
/// would act for the wrong merchant if it were ignored.
fn resembles_token_key(key: &str) -> bool {
    let letters = |text: &'static str| text.bytes().filter(u8::is_ascii_alphanumeric);
    // A key shorter than the name without its hyphen cannot be it; this spares nearly every key the comparison.
    key.len() + 1 >= TOKEN_KEY.len()
        && key
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_lowercase())
            .eq(letters(TOKEN_KEY).map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<OnBehalf<'_>, Refusal> {
        Body::parse(body.as_bytes())?.on_behalf_token()
    }

    #[test]
    fn the_field_is_read_as_it_stands() {
        let key = TOKEN_KEY;
        let token = |text: &'static str| OnBehalf::Token(Cow::Borrowed(text));
        let rows = [
            ("{}".to_owned(), OnBehalf::Own),
            (format!(r#"{{"{key}":null}}"#), OnBehalf::Own),
            (format!(r#"{{"{key}":"334nfjhre0rbfle7"}}"#), token("334nfjhre0rbfle7")),
            (format!(r#"{{"{key}":""}}"#), token("")),
            (format!(r#"{{"{key}":" "}}"#), token(" ")),
            (format!(r#"{{"{key}":"\u0061b"}}"#), token("ab")),
            (format!(r#"{{"{key}":"\ud800"}}"#), OnBehalf::NotAToken),
            (format!(r#"{{"{key}":0}}"#), OnBehalf::NotAToken),
            (format!(r#"{{"{key}":false}}"#), OnBehalf::NotAToken),
            (format!(r#"{{"{key}":[]}}"#), OnBehalf::NotAToken),
            (format!(r#"{{"{key}":{{}}}}"#), OnBehalf::NotAToken),
            // Only the top level counts, and only near misses are refused.
            (format!(r#"{{"env":{{"{key}":"x"}}}}"#), OnBehalf::Own),
            (r#"{"technicalServiceProviderAuthId":"x"}"#.to_owned(), OnBehalf::Own),
        ];
        for (body, expected) in rows {
            assert_eq!(read(&body), Ok(expected), "{body}");
        }
    }

    #[test]
    fn near_misses_and_doubles_are_refused() {
        let rows = [
            r#"{"binancepay-technicalserviceproviderauthid":"x"}"#,
            r#"{"BinancePay_technicalServiceProviderAuthId":"x"}"#,
            r#"{"BinancePaytechnicalServiceProviderAuthId":null}"#,
            r#"{"BinancePay-Technical-Service-Provider-Auth-Id":"x"}"#,
            r#"{"BinancePay-technicalServiceProviderAuthID":"x"}"#,
            r#"{"BinancePay-technicalServiceProviderAuthId":"x","BinancePay-technicalServiceProviderAuthId":"x"}"#,
            r#"{"BinancePay-technicalServiceProviderAuthId":null,"\u0042inancePay-technicalServiceProviderAuthId":"x"}"#,
        ];
        for body in rows {
            let refusal = read(body).expect_err(body);
            assert_eq!(refusal.code.digits(), "400001", "{body}");
            assert!(refusal.explanation.rule.contains(TOKEN_KEY), "{body}");
        }
    }

    #[test]
    fn the_header_is_refused() {
        refuse_token_header(["content-type", "binancepay-nonce"]).unwrap();
        for name in ["binancepay-technicalserviceproviderauthid", "Binancepay_Technicalserviceproviderauthid"] {
            let refusal = refuse_token_header(["host", name]).expect_err(name);
            assert_eq!(refusal.code.digits(), "400001");
        }
    }

    #[test]
    fn debug_hides_the_token() {
        assert_eq!(format!("{:?}", OnBehalf::Token("secret".into())), "Token(***)");
    }
}
