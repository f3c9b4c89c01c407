//! The baseline: a handler that checks the signature over the raw body and stores nothing; and the same check before paying.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
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

/// What is done with a body whose signature held; false answers a refusal.
pub(crate) type Act = Arc<dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What the handler knows.
struct Known {
    act: Option<Act>,
    keys: HashMap<String, RequestKey>,
    window_ms: u64,
}

/// Serves the path of orders to one key.
pub(crate) fn router(key: (&str, &[u8]), window_ms: i64) -> Router {
    serve(PATH, key, window_ms, None)
}

/// Serves `path` to one key and does `act` for every call.
pub(crate) fn acting(path: &str, key: (&str, &[u8]), window_ms: i64, act: Act) -> Router {
    serve(path, key, window_ms, Some(act))
}

fn serve(path: &str, (api_key, secret): (&str, &[u8]), window_ms: i64, act: Option<Act>) -> Router {
    let keys = HashMap::from([(api_key.to_owned(), RequestKey::new(secret))]);
    let known = Known { act, keys, window_ms: window_ms.unsigned_abs() };
    Router::new().route(path, post(answer)).with_state(Arc::new(known))
}

async fn answer(State(known): State<Arc<Known>>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    let held = verify(&known, &headers, &body).is_some();
    let done = match &known.act {
        Some(act) if held => act(body).await,
        _ => held,
    };
    let (status, answer) = if done { (StatusCode::OK, ENVELOPE) } else { (StatusCode::BAD_REQUEST, "{}") };
    (status, [(header::CONTENT_TYPE, "application/json")], answer)
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
