//! JSON Schemas of requests, out of the wire's field tables, and of answers, out of samples.

use countersign_wire::body::TOKEN_KEY;
use countersign_wire::endpoint::TokenRule;
use countersign_wire::schema::Charset;
use countersign_wire::{Endpoint, Field, Kind, Need};
use serde_json::{Map, Value, json};

/// The schema of an endpoint's body, the token included where one is taken.
pub(super) fn request(endpoint: &Endpoint) -> Value {
    let mut schema = object(endpoint.request.fields);
    if endpoint.token == TokenRule::Accepted {
        schema["properties"][TOKEN_KEY] = json!({
            "type": ["string", "null"],
            "description": "the token of the merchant for whom the call is made; absent or null: for oneself",
        });
    }
    schema["description"] = json!(format!(
        "{}. Null and the empty string count as absent; unknown keys are ignored.",
        endpoint.request.source
    ));
    schema
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    let required: Vec<&str> =
        fields.iter().filter(|field| field.need == Need::Required).map(|field| field.name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let alternatives: Vec<Value> = fields
        .iter()
        .filter_map(|field| match field.need {
            Need::AlternativeTo(other) => Some(json!([{ "required": [other] }, { "required": [field.name] }])),
            Need::Required | Need::Optional => None,
        })
        .collect();
    // One pair of alternatives is all that the tables have; more would need an `allOf` around them.
    if let Some(alternatives) = alternatives.into_iter().next() {
        schema["anyOf"] = alternatives;
    }
    schema
}

fn property(field: &Field) -> Value {
    let mut schema = kind(&field.kind);
    schema["description"] = json!(format!("{}; {}", field.about, field.kind.expected()));
    schema
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text { min, max, charset } => {
            let mut schema = json!({ "type": "string", "minLength": min, "maxLength": max });
            if let Some(pattern) = pattern(*charset) {
                schema["pattern"] = json!(pattern);
            }
            schema
        }
        Kind::MerchantTradeNo => json!({ "type": "string", "pattern": "^[A-Za-z0-9]{1,32}$" }),
        Kind::Identifier { max, charset } => {
            let mut schema = json!({ "type": ["string", "integer"], "minLength": 1, "maxLength": max, "minimum": 0 });
            if let Some(pattern) = pattern(*charset) {
                schema["pattern"] = json!(pattern);
            }
            schema
        }
        Kind::Enum(values) => json!({ "type": "string", "enum": values }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::TimestampMs => json!({ "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+$" }),
        Kind::Amount => {
            json!({ "type": ["number", "string"], "exclusiveMinimum": 0, "pattern": "^[0-9]+(\\.[0-9]+)?$" })
        }
        Kind::CurrencyCodes { max } => {
            json!({ "type": "string", "minLength": 1, "maxLength": max, "pattern": "^[A-Z0-9 ]+(,[A-Z0-9 ]*)*$" })
        }
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Url { max } => json!({ "type": "string", "format": "uri", "maxLength": max }),
        Kind::Object(fields) => object(fields),
        Kind::List { of, min, max, .. } => {
            json!({ "type": "array", "items": self::kind(of), "minItems": min, "maxItems": max })
        }
    }
}

fn pattern(charset: Charset) -> Option<&'static str> {
    match charset {
        Charset::Any | Charset::Bmp => None,
        Charset::Alphanumeric => Some("^[A-Za-z0-9]*$"),
        Charset::Digits => Some("^[0-9]*$"),
        Charset::Upper => Some("^[A-Z0-9]*$"),
    }
}

/// The schema that all samples of an answer have in common: what stands in each of them is required.
pub(super) fn of_samples(samples: &[&Value]) -> Value {
    match samples.first() {
        Some(Value::Object(_)) => of_objects(samples),
        Some(Value::Array(_)) => {
            let elements: Vec<&Value> = samples.iter().filter_map(|sample| sample.as_array()).flatten().collect();
            json!({ "type": "array", "items": of_samples(&elements) })
        }
        Some(Value::String(_)) => json!({ "type": "string" }),
        Some(Value::Bool(_)) => json!({ "type": "boolean" }),
        Some(Value::Number(number)) if number.is_f64() => json!({ "type": "number" }),
        Some(Value::Number(_)) => json!({ "type": "integer" }),
        Some(Value::Null) | None => json!({}),
    }
}

fn of_objects(samples: &[&Value]) -> Value {
    let objects: Vec<&Map<String, Value>> = samples.iter().filter_map(|sample| sample.as_object()).collect();
    let mut properties = Map::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        let values: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
        properties.insert(name.clone(), of_samples(&values));
    }
    let everywhere = |name: &&String| objects.iter().all(|object| object.contains_key(*name));
    let required: Vec<&String> = properties.keys().filter(everywhere).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
