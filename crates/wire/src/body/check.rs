//! Judging a body against its schema. The first failing field in the schema's order is the one reported; which of the
//! parameter codes it gets is decisions.md row 55.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::entries::{self, Entry};
use super::fault::{Fault, ROW_55};
use super::parse::Body;
use super::value::{Checked, Value};
use crate::decimal::{DecimalError, WireDecimal};
use crate::refusal::Refusal;
use crate::result_code::ResultCode;
use crate::schema::{CURRENCY_CODE_MAX, CURRENCY_CODE_MIN, Charset, Field, Kind, Need, Schema, currency_codes};

/// The most characters of `merchantTradeNo` (decisions.md row 27).
const MERCHANT_TRADE_NO_MAX: usize = 32;

impl<'a> Body<'a> {
    /// Judges the body: every known field of the right kind, every required one there, no known key twice. Unknown keys
    /// are ignored, null is absent, and `""` is absent too (decisions.md rows 9 and 49).
    pub fn check(&self, schema: &'static Schema) -> Result<Checked<'a>, Refusal> {
        check_fields(&self.entries, schema.fields).map_err(|fault| fault.refusal(schema))
    }
}

fn check_fields<'a>(entries: &[Entry<'a>], fields: &'static [Field]) -> Result<Checked<'a>, Fault> {
    let found = assign(entries, fields)?;
    let mut values: Vec<Value<'a>> = Vec::with_capacity(fields.len());
    for (field, raw) in fields.iter().zip(found) {
        let raw = raw.filter(|raw| !entries::is_empty(raw));
        let overruled = match field.need {
            Need::AlternativeTo(other) => {
                let earlier = fields.iter().zip(&values).find(|(field, _)| field.name == other);
                earlier.is_some_and(|(_, value)| *value != Value::Absent)
            }
            Need::Required | Need::Optional => false,
        };
        values.push(match raw {
            _ if overruled => Value::Absent,
            Some(raw) => check_value(raw, &field.kind).map_err(|fault| fault.under(field.name))?,
            None if field.need == Need::Optional => Value::Absent,
            None => return Err(missing(field)),
        });
    }
    Ok(Checked::new(fields, values))
}

/// Which member belongs to which field. A known key twice is 400001: two readers could see two amounts.
fn assign<'a>(entries: &[Entry<'a>], fields: &'static [Field]) -> Result<Vec<Option<&'a RawValue>>, Fault> {
    let mut found = vec![None; fields.len()];
    let mut next = 0;
    for (key, raw) in entries {
        // Clients send their keys in the page's order more often than not: look behind the last hit first.
        let (before, behind) = fields.split_at(next);
        let is_key = |field: &Field| field.name == key;
        let ahead = behind.iter().position(is_key).map(|index| next + index);
        let Some(index) = ahead.or_else(|| before.iter().position(is_key)) else {
            continue;
        };
        next = index + 1;
        if found[index].replace(*raw).is_some() {
            let rule = "the key stands twice in one object; send it once";
            let fault = Fault::new(ResultCode::InvalidRequest, rule).by(ROW_55);
            return Err(fault.under(fields[index].name));
        }
    }
    Ok(found)
}

fn missing(field: &Field) -> Fault {
    let rule = match field.need {
        Need::AlternativeTo(other) => {
            format!("either {other} or this is required, and both are missing, null or empty")
        }
        Need::Required | Need::Optional => {
            format!("it is required and is missing, null or empty; expected {}", field.kind.expected())
        }
    };
    Fault::new(ResultCode::MandatoryParamEmptyOrMalformed, rule).under(field.name)
}

fn check_value<'a>(raw: &'a RawValue, kind: &'static Kind) -> Result<Value<'a>, Fault> {
    match kind {
        Kind::Text { min, max, charset } => {
            let text = string(raw, kind)?;
            check_length(&text, *min, *max, kind)?;
            check_characters(&text, *charset, kind)?;
            Ok(Value::Text(text))
        }
        Kind::MerchantTradeNo => check_merchant_trade_no(raw),
        Kind::Identifier { max, charset } => check_identifier(raw, *max, *charset, kind),
        Kind::Enum(values) => {
            let text = string(raw, kind)?;
            if !values.contains(&text.as_ref()) {
                return Err(Fault::out_of_range(kind, "names are case-sensitive").by(ROW_55));
            }
            Ok(Value::Text(text))
        }
        Kind::Integer { min, max } => {
            let integer = integer(raw.get(), kind)?;
            if !(*min..=*max).contains(&integer) {
                return Err(Fault::out_of_range(kind, "the value lies outside").by(ROW_55));
            }
            Ok(Value::Integer(integer))
        }
        Kind::TimestampMs => check_timestamp(raw, kind),
        Kind::Amount => check_amount(raw, kind),
        Kind::Boolean => match raw.get() {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(wrong_type(raw, kind)),
        },
        Kind::Url { max } => check_url(raw, *max, kind),
        Kind::CurrencyCodes { max } => check_currency_codes(raw, *max, kind),
        Kind::Object(fields) => {
            if json_type(raw) != "an object" {
                return Err(wrong_type(raw, kind));
            }
            // Its syntax is proved; what is left to fail is a malformed key or too many members.
            let entries = entries::read(raw.get()).map_err(|_| Fault::malformed(kind, "its keys are malformed"))?;
            check_fields(&entries, fields).map(Value::Object)
        }
        Kind::List { of, min, max, skip_empty } => {
            let elements = list(raw, kind)?;
            check_list(&elements, of, *skip_empty, kind, *min..=*max)
        }
    }
}

fn list<'a>(raw: &'a RawValue, kind: &Kind) -> Result<Vec<&'a RawValue>, Fault> {
    serde_json::from_str(raw.get()).map_err(|_| wrong_type(raw, kind))
}

fn check_list<'a>(
    elements: &[&'a RawValue],
    of: &'static Kind,
    skip_empty: bool,
    kind: &Kind,
    bounds: std::ops::RangeInclusive<usize>,
) -> Result<Value<'a>, Fault> {
    if elements.len() > *bounds.end() {
        return Err(Fault::malformed(kind, &format!("{} elements came", elements.len())));
    }
    let mut values = Vec::with_capacity(elements.len());
    for (index, raw) in elements.iter().enumerate() {
        if entries::is_empty(raw) {
            if skip_empty {
                continue;
            }
            let rule = format!("the element is null or empty; expected {}", of.expected());
            let fault = Fault::new(ResultCode::MandatoryParamEmptyOrMalformed, rule);
            return Err(fault.under(&format!("[{index}]")));
        }
        values.push(check_value(raw, of).map_err(|fault| fault.under(&format!("[{index}]")))?);
    }
    if values.len() < *bounds.start() {
        let rule = format!("the list is empty; expected {}", kind.expected());
        return Err(Fault::new(ResultCode::MandatoryParamEmptyOrMalformed, rule));
    }
    Ok(Value::List(values))
}

fn json_type(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn wrong_type(raw: &RawValue, kind: &Kind) -> Fault {
    Fault::malformed(kind, &format!("{} came", json_type(raw))).by(ROW_55)
}

fn string<'a>(raw: &'a RawValue, kind: &Kind) -> Result<Cow<'a, str>, Fault> {
    entries::string(raw).ok_or_else(|| wrong_type(raw, kind))
}

fn check_length(text: &str, min: usize, max: usize, kind: &Kind) -> Result<(), Fault> {
    // Bytes bound characters from above, so most texts need no counting.
    if text.len() <= max && min <= 1 && !text.is_empty() {
        return Ok(());
    }
    let length = text.chars().count();
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(Fault::malformed(kind, &format!("{length} characters came")))
}

fn check_characters(text: &str, charset: Charset, kind: &Kind) -> Result<(), Fault> {
    let plain = |byte: u8| (0x20..0x7F).contains(&byte);
    if matches!(charset, Charset::Any | Charset::Bmp) && text.bytes().all(plain) {
        return Ok(());
    }
    for char in text.chars() {
        if char.is_control() || (charset == Charset::Bmp && !charset.holds(char)) {
            return Err(Fault::illegal(char));
        }
        if !charset.holds(char) {
            return Err(Fault::malformed(kind, &format!("it holds {}", name(char))));
        }
    }
    Ok(())
}

/// A character in an explanation: itself where it is visible ASCII, its number in any case.
fn name(char: char) -> String {
    let number = u32::from(char);
    if char.is_ascii_graphic() { format!("'{char}' (U+{number:04X})") } else { format!("U+{number:04X}") }
}

/// A present but malformed one is 400201 whatever is wrong with it (decisions.md rows 50 and 55).
fn check_merchant_trade_no(raw: &RawValue) -> Result<Value<'_>, Fault> {
    let refuse = |rule: String, source| Fault::new(ResultCode::InvalidMerchantTradeNo, rule).by(source);
    let Some(text) = entries::string(raw) else {
        let rule = format!("expected {}; {} came", Kind::MerchantTradeNo.expected(), json_type(raw));
        return Err(refuse(rule, ROW_55));
    };
    if let Some(char) = text.chars().find(|char| !char.is_ascii_alphanumeric()) {
        let rule = format!("only letters A-Z a-z and digits are allowed; it holds {}", name(char));
        return Err(refuse(rule, "decisions.md row 50"));
    }
    if text.len() > MERCHANT_TRADE_NO_MAX {
        let rule = format!("at most {MERCHANT_TRADE_NO_MAX} characters are allowed; {} came", text.len());
        return Err(refuse(rule, "decisions.md row 27"));
    }
    Ok(Value::Text(text))
}

fn check_identifier<'a>(raw: &'a RawValue, max: usize, charset: Charset, kind: &Kind) -> Result<Value<'a>, Fault> {
    let text = match raw.get().as_bytes().first() {
        Some(b'"') => string(raw, kind)?,
        Some(first) if first.is_ascii_digit() && raw.get().bytes().all(|byte| byte.is_ascii_digit()) => {
            Cow::Borrowed(raw.get())
        }
        _ => return Err(wrong_type(raw, kind)),
    };
    check_length(&text, 1, max, kind)?;
    check_characters(&text, charset, kind)?;
    Ok(Value::Text(text))
}

/// A JSON integer: no point, no exponent. One too large for `i64` is out of range.
fn integer(text: &str, kind: &Kind) -> Result<i64, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::malformed(kind, "something else came").by(ROW_55));
    }
    text.parse().map_err(|_| Fault::out_of_range(kind, "the value does not fit 64 bits").by(ROW_55))
}

fn check_timestamp<'a>(raw: &'a RawValue, kind: &Kind) -> Result<Value<'a>, Fault> {
    let text = match json_type(raw) {
        "a string" => string(raw, kind)?,
        "a number" => Cow::Borrowed(raw.get()),
        _ => return Err(wrong_type(raw, kind)),
    };
    let value = integer(&text, kind)?;
    if text.starts_with('-') {
        return Err(Fault::out_of_range(kind, "it lies before 1970").by(ROW_55));
    }
    Ok(Value::Integer(value))
}

fn check_amount<'a>(raw: &'a RawValue, kind: &Kind) -> Result<Value<'a>, Fault> {
    let read = match json_type(raw) {
        "a string" => WireDecimal::from_text(string(raw, kind)?),
        "a number" => WireDecimal::from_json_number(raw.get()),
        _ => return Err(wrong_type(raw, kind)),
    };
    let decimal = read.map_err(|error| {
        let fault = match error {
            DecimalError::OutOfRange => Fault::out_of_range(kind, "it is too large"),
            DecimalError::Malformed => Fault::malformed(kind, "it is not a plain decimal number"),
            DecimalError::TooPrecise => Fault::malformed(kind, "it has more than 8 decimals"),
        };
        fault.by("decisions.md row 10")
    })?;
    if !decimal.is_positive() {
        return Err(Fault::out_of_range(kind, "it is not above 0").by("money.md 1.1"));
    }
    Ok(Value::Decimal(decimal))
}

fn check_currency_codes<'a>(raw: &'a RawValue, max: usize, kind: &Kind) -> Result<Value<'a>, Fault> {
    let text = string(raw, kind)?;
    check_length(&text, 1, max, kind)?;
    check_characters(&text, Charset::Any, kind)?;
    let is_code = |code: &str| {
        let length = CURRENCY_CODE_MIN..=CURRENCY_CODE_MAX;
        code.chars().all(|char| Charset::Upper.holds(char)) && length.contains(&code.len())
    };
    if currency_codes(&text).next().is_none() || !currency_codes(&text).all(is_code) {
        return Err(Fault::malformed(kind, "something else stands between the commas").by(ROW_55));
    }
    Ok(Value::Text(text))
}

fn check_url<'a>(raw: &'a RawValue, max: usize, kind: &Kind) -> Result<Value<'a>, Fault> {
    let text = string(raw, kind)?;
    check_length(&text, 1, max, kind)?;
    check_characters(&text, Charset::Any, kind)?;
    let rest = ["http://", "https://"].into_iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    });
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    if host.is_none_or(str::is_empty) || text.contains([' ', '\\']) {
        return Err(Fault::malformed(kind, "it is no such URL").by("decisions.md row 56"));
    }
    Ok(Value::Text(text))
}
