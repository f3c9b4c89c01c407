//! The baseline: a handler that checks the signature over the raw body and stores nothing.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use countersign_crypto::{RequestKey, RequestTag};
use countersign_wire::headers::lower;

use crate::clock::wall_ms;
use crate::signed_request::PATH;

/// As long as a real answer.
const ENVELOPE: &str = concat!(
    r#"{"status":"SUCCESS","code":"000000","data":{"currency":"USDT","totalFee":"25.17","prepayId":"383729303729303","#,
    r#""terminalType":"WEB","expireTime":1700000000000,"#,
    r#""qrcodeLink":"https://pay.example/qr/0123456789abcdef0123456789abcdef.png","#,
    r#""qrContent":"https://pay.example/qr/0123456789abcdef0123456789abcdef","#,
    r#""checkoutUrl":"https://pay.example/checkout/0123456789abcdef0123456789abcdef","#,
    r#""deeplink":"countersign://pay/checkout/0123456789abcdef0123456789abcdef","#,
    r#""universalUrl":"https://pay.example/app/0123456789abcdef0123456789abcdef"}}"#,
);

/// What the handler knows.
struct Known {
    keys: HashMap<String, RequestKey>,
    window_ms: u64,
}

/// Serves the path of orders to one key.
pub(crate) fn router((api_key, secret): (&str, &[u8]), window_ms: i64) -> Router {
    let keys = HashMap::from([(api_key.to_owned(), RequestKey::new(secret))]);
    Router::new().route(PATH, post(answer)).with_state(Arc::new(Known { keys, window_ms: window_ms.unsigned_abs() }))
}

async fn answer(State(known): State<Arc<Known>>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    match verify(&known, &headers, &body) {
        Some(()) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], ENVELOPE),
        None => (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], "{}"),
    }
}

fn verify(known: &Known, headers: &HeaderMap, body: &[u8]) -> Option<()> {
    let text = |name| headers.get(name)?.to_str().ok();
    let key = known.keys.get(text(lower::CERTIFICATE_SN)?)?;
    let timestamp = text(lower::TIMESTAMP)?;
    let sent_at: i64 = timestamp.parse().ok()?;
    if wall_ms().abs_diff(sent_at) > known.window_ms {
        return None;
    }
    let tag = RequestTag::from_upper_hex(text(lower::SIGNATURE)?).ok()?;
    key.verify(timestamp, text(lower::NONCE)?, body, &tag).ok()
}
