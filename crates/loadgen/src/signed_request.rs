//! A signed request for an order or about one, rendered once and patched for each sending: the load must cost little beside the server.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_crypto::RequestKey;
use countersign_wire::body::TOKEN_KEY;
use secrecy::ExposeSecret as _;

use crate::application::Caller;
use crate::clock::wall_ms;

/// Where orders are created.
pub(crate) const PATH: &str = "/binancepay/openapi/v3/order";

/// Where orders are queried.
const QUERY_PATH: &str = "/binancepay/openapi/v2/order/query";

/// Where the benchmark's own handler takes payments: the body is the number alone.
pub(crate) const PAY_PATH: &str = "/pay";

/// Digits of the parts that change.
const TIMESTAMP_DIGITS: usize = 13;
const NONCE_DIGITS: usize = 32;
const SIGNATURE_DIGITS: usize = 128;
const NUMBER_DIGITS: usize = 24;

/// A large prime.
const SPREAD: u64 = 2_654_435_761;

/// The shop's own count of its orders: numbers ascend over all connections, as they do where one shop system draws them.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    /// A new order.
    Create,
    /// How one of so many orders stands: the number of the first, and how many follow one another.
    Query((u64, u64)),
    /// To pay the order behind the next number.
    Pay,
}

/// The number that the next order gets.
pub(crate) fn next_number() -> u64 {
    NUMBERS.load(Ordering::Relaxed)
}

/// The bytes of a request, and where in them the changing parts stand.
pub(crate) struct SignedRequest {
    asked: Asked,
    bytes: Vec<u8>,
    key: RequestKey,
    timestamp: usize,
    nonce: usize,
    signature: usize,
    number: usize,
    body: usize,
}

impl SignedRequest {
    /// The requests of one connection.
    pub(crate) fn new(caller: &Caller, asked: Asked) -> Self {
        let (path, body) = match asked {
            Asked::Create => (PATH, body(caller.token.as_deref())),
            Asked::Query(_) => (QUERY_PATH, format!(r#"{{"merchantTradeNo":"{NUMBER}"}}"#)),
            Asked::Pay => (PAY_PATH, NUMBER.to_owned()),
        };
        let mut bytes = Vec::with_capacity(1_024);
        let mut put = |text: &str| {
            bytes.extend_from_slice(text.as_bytes());
            bytes.len()
        };
        put("POST ");
        put(path);
        put(" HTTP/1.1\r\nHost: pay.example\r\nContent-Type: application/json\r\nContent-Length: ");
        put(&body.len().to_string());
        put("\r\nBinancePay-Certificate-SN: ");
        put(&caller.key.key);
        let timestamp = put("\r\nBinancePay-Timestamp: ");
        put(&"0".repeat(TIMESTAMP_DIGITS));
        let nonce = put("\r\nBinancePay-Nonce: ");
        put(&"0".repeat(NONCE_DIGITS));
        let signature = put("\r\nBinancePay-Signature: ");
        put(&"0".repeat(SIGNATURE_DIGITS));
        let start = put("\r\n\r\n");
        put(&body);
        let number = start + body.find(NUMBER).expect("the body holds the number's place");
        let key = RequestKey::new(caller.key.secret.expose_secret().as_bytes());
        Self { asked, bytes, key, timestamp, nonce, signature, number, body: start }
    }

    /// The next request: a number of its own, a fresh timestamp and nonce, signed.
    pub(crate) fn next(&mut self) -> &[u8] {
        let drawn = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let number = match self.asked {
            Asked::Create | Asked::Pay => drawn,
            // Spread over all of them: neighbours lie on one page.
            Asked::Query((first, count)) => first + drawn.wrapping_mul(SPREAD) % count,
        };
        write(&mut self.bytes[self.number..][..NUMBER_DIGITS], format_args!("{number:024}"));
        write(&mut self.bytes[self.timestamp..][..TIMESTAMP_DIGITS], format_args!("{:013}", wall_ms()));
        write(&mut self.bytes[self.nonce..][..NONCE_DIGITS], format_args!("{drawn:032}"));
        let text = |at: usize, length: usize| str::from_utf8(&self.bytes[at..][..length]).expect("digits were written");
        let (timestamp, nonce) = (text(self.timestamp, TIMESTAMP_DIGITS), text(self.nonce, NONCE_DIGITS));
        let signature = self.key.sign(timestamp, nonce, &self.bytes[self.body..]);
        self.bytes[self.signature..][..SIGNATURE_DIGITS].copy_from_slice(signature.as_bytes());
        &self.bytes
    }
}

/// The number's place in the template.
const NUMBER: &str = "000000000000000000000000";

/// An order as a shop sends it.
fn body(token: Option<&str>) -> String {
    let token = token.map(|token| format!(r#","{TOKEN_KEY}":"{token}""#)).unwrap_or_default();
    format!(
        r#"{{"env":{{"terminalType":"WEB"}},"merchantTradeNo":"{NUMBER}","orderAmount":25.17,"currency":"USDT","description":"Tea for two","goodsDetails":[{{"goodsType":"02","goodsCategory":"Z000","referenceGoodsId":"1","goodsName":"Tea"}}]{token}}}"#
    )
}

/// Overwrites all of `place`.
fn write(mut place: &mut [u8], text: std::fmt::Arguments<'_>) {
    place.write_fmt(text).expect("the text has the place's length");
}
