//! Bodies made from schemas, and small helpers.

use countersign_wire::schema::Charset;
use countersign_wire::{Body, Field, Kind, Need, Refusal, Schema};
use serde_json::{Map, Value, json};

/// A body that the schema accepts, every field filled.
pub(crate) fn object(fields: &[Field]) -> Map<String, Value> {
    fields.iter().map(|field| (field.name.to_owned(), value(&field.kind))).collect()
}

/// A value of the kind.
pub(crate) fn value(kind: &Kind) -> Value {
    match kind {
        Kind::Text { min, charset, .. } => json!(letter(*charset).repeat(*min)),
        Kind::MerchantTradeNo => json!("9825382937292"),
        Kind::Identifier { .. } => json!("1"),
        Kind::Enum(values) => json!(values[0]),
        Kind::Integer { min, .. } => json!(min),
        Kind::TimestampMs => json!(1_700_000_000_000_i64),
        Kind::Amount => json!("25.17"),
        Kind::CurrencyCodes { .. } => json!("USDT,BNB"),
        Kind::Boolean => json!(false),
        Kind::Url { .. } => json!("https://shop.example/x?y=1"),
        Kind::Object(fields) => Value::Object(object(fields)),
        Kind::List { of, .. } => json!([value(of)]),
    }
}

/// One character of the set.
pub(crate) const fn letter(charset: Charset) -> &'static str {
    match charset {
        Charset::Any => "\u{1F34E}",
        Charset::Bmp => "\u{e9}",
        Charset::Alphanumeric | Charset::Upper => "A",
        Charset::Digits => "7",
    }
}

/// A field anywhere in a schema: the path that a refusal names, and the JSON pointer to it.
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) pointer: String,
    pub(crate) need: Need,
    pub(crate) kind: &'static Kind,
}

/// Every field of the schema, nested ones and list elements' ones included.
pub(crate) fn places(schema: &'static Schema) -> Vec<Place> {
    let mut places = Vec::new();
    collect(schema.fields, "", "", &mut places);
    places
}

fn collect(fields: &'static [Field], path: &str, pointer: &str, places: &mut Vec<Place>) {
    for field in fields {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", field.name);
        let pointer = format!("{pointer}/{}", field.name);
        match &field.kind {
            Kind::Object(fields) => collect(fields, &path, &pointer, places),
            Kind::List { of: Kind::Object(fields), .. } => {
                collect(fields, &format!("{path}[0]"), &format!("{pointer}/0"), places);
            }
            _ => {}
        }
        places.push(Place { path, pointer, need: field.need, kind: &field.kind });
    }
}

/// The full body with the value at `pointer` replaced, or removed for `None`.
pub(crate) fn with(schema: &Schema, pointer: &str, replacement: Option<Value>) -> String {
    let mut body = Value::Object(object(schema.fields));
    let (parent, name) = pointer.rsplit_once('/').expect("pointers begin with a slash");
    let parent = body.pointer_mut(parent).expect("the parent is in the sample");
    let parent = parent.as_object_mut().expect("the parent is an object");
    match replacement {
        Some(value) => parent.insert(name.to_owned(), value),
        None => parent.remove(name),
    };
    body.to_string()
}

/// What the schema says to a body.
pub(crate) fn judge(schema: &'static Schema, body: &str) -> Result<(), Refusal> {
    Body::parse(body.as_bytes())?.check(schema).map(|_| ())
}

/// Asserts the code and path of a refusal.
#[track_caller]
pub(crate) fn refused(schema: &'static Schema, body: &str, code: &str, path: &str) -> Refusal {
    let refusal = judge(schema, body).expect_err(body);
    assert_eq!((refusal.code.digits(), refusal.field.as_deref()), (code, Some(path)), "{body}\n{refusal:?}");
    assert!(refusal.explanation.source.contains(".md "), "{refusal:?}");
    assert!(refusal.explanation.rule.is_ascii(), "{refusal:?}");
    refusal
}
