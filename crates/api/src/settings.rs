//! What an operator or a sandbox decides about the merchant API.

use std::num::NonZeroU32;
use std::time::Duration;

use countersign_domain::AddressList;
use countersign_wire::ResultCode;

/// The HTTP status of a refusal (`decisions.md` row 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailStatus {
    /// The status that belongs to the result code.
    Mapped,
    /// 200 for all, for clients that read only the envelope.
    Always200,
}

/// Settings of the merchant API.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// How far a call's timestamp may lie from the wall clock, each way, in milliseconds (`decisions.md` row 4).
    pub timestamp_window_ms: i64,
    /// The HTTP status of refusals.
    pub fail_status: FailStatus,
    /// Whether refusals carry the `X-Countersign-Explain` header: the sandbox alone.
    pub explain: bool,
    /// Proxies whose `X-Forwarded-For` is believed. Empty: none.
    pub trusted_proxies: AddressList,
    /// Calls per second and key (`decisions.md` row 57); `None`: no limit.
    pub requests_per_second: Option<NonZeroU32>,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long a call may take as a whole.
    pub request_timeout: Duration,
    /// Begins every request id of this process: distinct between processes that share a log.
    pub request_id_prefix: String,
}

/// Codes that the sandbox was told to answer with.
pub trait FaultPlan: Send + Sync {
    /// Uses up one fault for `path`, relative to `/binancepay/openapi` with the leading slash, if one is planned.
    fn take(&self, path: &str) -> Option<ResultCode>;
}
