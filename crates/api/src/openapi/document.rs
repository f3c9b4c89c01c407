//! The document: paths, the four headers, the envelope, and the codes of each endpoint by HTTP status.

use std::collections::BTreeMap;

use countersign_wire::endpoint::{BodyRule, COMMON_CODES, PATH_PREFIX};
use countersign_wire::headers::{
    API_KEY_LENGTH, CERTIFICATE_SN, NONCE, NONCE_MAX, NONCE_MIN, SIGNATURE, SIGNATURE_LENGTH, TIMESTAMP,
};
use countersign_wire::refusal::MESSAGE_MAX;
use countersign_wire::{ENDPOINTS, Endpoint, ResultCode};
use serde_json::{Map, Value, json};

use super::answers::samples;
use super::schemas;

const HEADERS: [&str; 4] = ["CertificateSn", "Timestamp", "Nonce", "Signature"];

/// The OpenAPI 3.1 document of the merchant API.
pub fn openapi() -> Value {
    let paths: Map<String, Value> = ENDPOINTS
        .iter()
        .map(|endpoint| (format!("{PATH_PREFIX}{}", endpoint.path), json!({ "post": operation(endpoint) })))
        .collect();
    let mut components: Map<String, Value> =
        ENDPOINTS.iter().map(|endpoint| (endpoint.request.name.to_owned(), schemas::request(endpoint))).collect();
    components.insert("Failure".to_owned(), failure());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign merchant API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Speaks the Binance Pay merchant API on the wire. Not affiliated with Binance. Every call is a \
                POST signed with HMAC-SHA512 over timestamp LF nonce LF body LF.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": { "parameters": parameters(), "schemas": components },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let parameters: Vec<Value> =
        HEADERS.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect();
    let scopes: Vec<String> = endpoint.scopes().map(|scope| scope.to_string()).collect();
    let scope = if scopes.is_empty() { "none".to_owned() } else { scopes.join(" or ") };
    json!({
        "operationId": operation_id(endpoint),
        "summary": endpoint.title,
        "description": format!("Scope: {scope}. Source: {}.", endpoint.source),
        "parameters": parameters,
        "requestBody": {
            "required": endpoint.body == BodyRule::Required,
            "content": { "application/json": {
                "schema": { "$ref": format!("#/components/schemas/{}", endpoint.request.name) } } },
        },
        "responses": responses(endpoint),
    })
}

/// The identity in snake case, such as `order_create_v2`.
fn operation_id(endpoint: &Endpoint) -> String {
    let mut id = String::new();
    for char in format!("{:?}", endpoint.id).chars() {
        if char.is_ascii_uppercase() && !id.is_empty() {
            id.push('_');
        }
        id.push(char.to_ascii_lowercase());
    }
    id
}

fn responses(endpoint: &Endpoint) -> Value {
    let samples = samples(endpoint.id);
    let data = schemas::of_samples(&samples.iter().collect::<Vec<_>>());
    let (status, code) = success_words(endpoint);
    let success = json!({
        "type": "object",
        "required": ["status", "code", "data"],
        "properties": { "status": status, "code": code, "data": data },
    });
    let example = json!({ "status": "SUCCESS", "code": ResultCode::Success, "data": samples.first() });
    let mut responses = Map::new();
    let content = json!({ "application/json": { "schema": success, "example": example } });
    responses.insert("200".to_owned(), json!({ "description": "Done", "content": content }));
    let mut by_status: BTreeMap<u16, Vec<ResultCode>> = BTreeMap::new();
    for code in COMMON_CODES.iter().chain(endpoint.codes).filter(|code| code.http_status() != 200) {
        by_status.entry(code.http_status()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        responses.insert(status.to_string(), refusal(codes));
    }
    Value::Object(responses)
}

/// The schemas of a success's `status` and `code`: some calls tell a repeat from the first (money.md 4.1).
fn success_words(endpoint: &Endpoint) -> (Value, Value) {
    if endpoint.codes.contains(&ResultCode::RepeatRequestSuccess) {
        let codes = [ResultCode::Success, ResultCode::RepeatRequestSuccess];
        return (json!({ "enum": ["SUCCESS", "REPEAT_REQ_SUCCESS"] }), json!({ "enum": codes }));
    }
    (json!({ "const": "SUCCESS" }), json!({ "const": ResultCode::Success }))
}

fn refusal(mut codes: Vec<ResultCode>) -> Value {
    codes.sort_unstable_by_key(|code| code.digits());
    codes.dedup();
    let lines: Vec<String> =
        codes.iter().map(|code| format!("- `{code}` {}: {}", code.entry().name, code.entry().when)).collect();
    let of_codes = json!({ "properties": { "code": { "enum": codes } } });
    json!({
        "description": format!("Refused\n\n{}", lines.join("\n")),
        "content": { "application/json": {
            "schema": { "allOf": [{ "$ref": "#/components/schemas/Failure" }, of_codes] } } },
    })
}

fn failure() -> Value {
    json!({
        "type": "object",
        "required": ["status", "code", "errorMessage"],
        "properties": {
            "status": { "const": "FAIL" },
            "code": { "type": "string" },
            "errorMessage": { "type": "string", "maxLength": MESSAGE_MAX },
        },
    })
}

fn parameters() -> Value {
    let header = |name: &str, about: &str, pattern: String| {
        let schema = json!({ "type": "string", "pattern": pattern });
        json!({ "name": name, "in": "header", "required": true, "description": about, "schema": schema })
    };
    let shapes = [
        header(CERTIFICATE_SN, "the API identity key", format!("^[a-z0-9]{{{API_KEY_LENGTH}}}$")),
        header(TIMESTAMP, "when the call is sent, in Unix milliseconds", "^[0-9]{1,18}$".to_owned()),
        header(NONCE, "random text, 32 letters and digits as a rule", format!("^[!-~]{{{NONCE_MIN},{NONCE_MAX}}}$")),
        header(
            SIGNATURE,
            "upper-case hex of HMAC-SHA512 with the API secret over timestamp LF nonce LF body LF",
            format!("^[0-9A-F]{{{SIGNATURE_LENGTH}}}$"),
        ),
    ];
    HEADERS.iter().map(|name| (*name).to_owned()).zip(shapes).collect::<Map<_, _>>().into()
}
