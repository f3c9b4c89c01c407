//! A refusal: the exact wire answer, and beside it the explanation for its owner.
//!
//! The message goes to whoever called; the explanation only to the sandbox's header and the owner's request log. An
//! explanation names the mistake and what would be right, never a secret or an expected signature.

use std::borrow::Cow;

use crate::result_code::ResultCode;

/// The most characters `errorMessage` holds (partner.md 1.4).
pub const MESSAGE_MAX: usize = 256;
/// The most characters of an explanation's rule: it travels in a header line.
pub const RULE_MAX: usize = 512;

/// Why something was refused, for the one whose call it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The rule and what would be right, in our own words; visible ASCII and spaces only, at most [`RULE_MAX`].
    pub rule: Cow<'static, str>,
    /// The page section or decision that says so, such as `decisions.md row 27`.
    pub source: &'static str,
}

impl Explanation {
    /// An explanation; what is not visible ASCII in `rule` is escaped, and what is too long is cut.
    pub fn new(rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        let rule = rule.into();
        let safe = rule.len() <= RULE_MAX && rule.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        let rule = if safe {
            rule
        } else {
            // `escape_default` would also escape quotes, which are harmless here and read better as they are.
            let escaped: String = rule
                .chars()
                .flat_map(|char| {
                    let plain = char == ' ' || char.is_ascii_graphic();
                    let escape = (!plain).then(|| char.escape_default());
                    plain.then_some(char).into_iter().chain(escape.into_iter().flatten())
                })
                .take(RULE_MAX)
                .collect();
            Cow::Owned(escaped)
        };
        Self { rule, source }
    }
}

/// A refused call: what the envelope says, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The result code.
    pub code: ResultCode,
    /// The failing path, such as `goods.goodsName` or `goodsDetails[0].goodsType`.
    pub field: Option<String>,
    /// The envelope's `errorMessage`, at most [`MESSAGE_MAX`] characters.
    pub message: String,
    /// For the owner of the call.
    pub explanation: Explanation,
}

impl Refusal {
    /// A refusal that concerns no single field; its message is the code's recorded text.
    pub fn new(code: ResultCode, rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        Self { code, field: None, message: code.entry().text.to_owned(), explanation: Explanation::new(rule, source) }
    }

    /// A refusal of one field; codes 400100 to 400103 name it in the message (decisions.md row 59).
    pub fn of_field(
        code: ResultCode,
        field: impl Into<String>,
        rule: impl Into<Cow<'static, str>>,
        source: &'static str,
    ) -> Self {
        let field = field.into();
        let message = cut(&code.entry().text.replace("<name>", &field));
        Self { code, field: Some(field), message, explanation: Explanation::new(rule, source) }
    }

    /// A required field that is missing, null or empty: 400100.
    pub fn missing(field: impl Into<String>, rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        Self::of_field(ResultCode::MandatoryParamEmptyOrMalformed, field, rule, source)
    }

    /// A field of the wrong JSON type, length or format: 400101.
    pub fn malformed(field: impl Into<String>, rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        Self::of_field(ResultCode::InvalidParamWrongLength, field, rule, source)
    }

    /// A field outside its range or list of values: 400102.
    pub fn out_of_range(field: impl Into<String>, rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        Self::of_field(ResultCode::InvalidParamWrongValue, field, rule, source)
    }

    /// A request that breaks a rule no more exact code covers: 400001.
    pub fn invalid_request(rule: impl Into<Cow<'static, str>>, source: &'static str) -> Self {
        Self::new(ResultCode::InvalidRequest, rule, source)
    }

    /// The same refusal with another message, cut to [`MESSAGE_MAX`] characters.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.message = cut(message);
        self
    }
}

fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_text_names_the_path() {
        let refusal = Refusal::malformed("goods.goodsName", "at most 256 characters", "money.md 1.3");
        assert_eq!(
            refusal.message,
            "Parameter 'goods.goodsName' not valid, was empty/null, or too long/short, or wrong format."
        );
        assert_eq!(refusal.to_string(), format!("400101: {}", refusal.message));
    }

    #[test]
    fn messages_and_rules_are_bounded_and_safe_for_a_header() {
        let refusal = Refusal::missing("x".repeat(400), "r\u{e9}\n\u{1F34E}'ok'", "money.md 1.3");
        assert_eq!(refusal.message.chars().count(), MESSAGE_MAX);
        assert_eq!(refusal.explanation.rule, "r\\u{e9}\\n\\u{1f34e}'ok'");
        assert_eq!(Explanation::new("y".repeat(4000), "money.md 1.3").rule.len(), RULE_MAX);
    }
}
