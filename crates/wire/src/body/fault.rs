//! A refusal in the making: the checker knows the path only once it has come back up to the top-level object.

use std::borrow::Cow;

use crate::refusal::Refusal;
use crate::result_code::ResultCode;
use crate::schema::{Kind, Schema};

/// The decision that says which parameter code a value gets.
pub(super) const ROW_55: &str = "decisions.md row 55";

/// A failing field on its way up: the path grows at the front.
pub(super) struct Fault {
    code: ResultCode,
    path: String,
    rule: Cow<'static, str>,
    /// The decision behind it, where that is more exact than the schema's page.
    source: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(code: ResultCode, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { code, path: String::new(), rule: rule.into(), source: None }
    }

    pub(super) fn by(mut self, source: &'static str) -> Self {
        self.source = Some(source);
        self
    }

    /// The wrong JSON type, length or format.
    pub(super) fn malformed(kind: &Kind, came: &str) -> Self {
        let rule = format!("expected {}; {came}", kind.expected());
        Self::new(ResultCode::InvalidParamWrongLength, rule)
    }

    pub(super) fn out_of_range(kind: &Kind, came: &str) -> Self {
        let rule = format!("expected {}; {came}", kind.expected());
        Self::new(ResultCode::InvalidParamWrongValue, rule)
    }

    pub(super) fn illegal(char: char) -> Self {
        let rule = format!("the character U+{:04X} is not allowed here", u32::from(char));
        Self::new(ResultCode::InvalidParamIllegalChar, rule).by(ROW_55)
    }

    pub(super) fn under(mut self, segment: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{segment}{dot}{}", self.path);
        self
    }

    pub(super) fn refusal(self, schema: &Schema) -> Refusal {
        let source = self.source.unwrap_or(schema.source);
        let rule = format!("{}: {}", self.path, self.rule);
        Refusal::of_field(self.code, self.path, rule, source)
    }
}
