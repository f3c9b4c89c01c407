//! The body, read once into memory.

use std::time::Duration;

use axum::body::Body as Stream;
use bytes::Bytes;
use countersign_wire::{Refusal, ResultCode};
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// The most bytes of a body: far above any request.
pub(super) const BODY_BYTES_MAX: usize = 1 << 20;
/// The most bytes of a body too large that are still taken in and thrown away, so that a client which writes before it
/// reads gets to read the refusal.
const DRAINED_BYTES_MAX: u64 = 4 << 20;

/// Why there is no whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error("the body has more than {BODY_BYTES_MAX} bytes")]
    TooLarge,
    #[error("the body did not arrive in time")]
    Late,
    #[error("the body broke off")]
    BrokeOff,
}

impl From<BodyFault> for Refusal {
    fn from(fault: BodyFault) -> Self {
        let (code, source) = match fault {
            BodyFault::TooLarge => (ResultCode::InvalidRequestTooLarge, "partner.md 1.5"),
            BodyFault::Late | BodyFault::BrokeOff => (ResultCode::InvalidRequestBody, "decisions.md row 55"),
        };
        Self::new(code, fault.to_string(), source)
    }
}

/// Reads the body within its bounds of size and time.
pub(crate) async fn read(headers: &HeaderMap, stream: Stream, timeout: Duration) -> Result<Bytes, BodyFault> {
    if let Some(declared) = declared_length(headers)
        && declared > u64::try_from(BODY_BYTES_MAX).expect("the bound fits 64 bits")
    {
        if declared <= DRAINED_BYTES_MAX && !headers.contains_key(header::EXPECT) {
            // Whether the rest arrives makes no difference to the answer.
            let _ = tokio::time::timeout(timeout, drain(stream)).await;
        }
        return Err(BodyFault::TooLarge);
    }
    let collected = tokio::time::timeout(timeout, Limited::new(stream, BODY_BYTES_MAX).collect()).await;
    let collected = collected.map_err(|_| BodyFault::Late)?;
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyFault::TooLarge),
        Err(_) => Err(BodyFault::BrokeOff),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn drain(mut stream: Stream) {
    while let Some(Ok(_)) = stream.frame().await {}
}
