//! Polls an HTTP endpoint for prices.
//!
//! The endpoint answers GET with the document of [`countersign_service::rates`]. Calls to it go through the outbound client and
//! its address policy like all others: an endpoint in the operator's own network is opened in the configuration. What cannot be
//! read is dropped as a whole; the prices at hand then grow old until they are refused.

use std::sync::Arc;
use std::time::Duration;

use countersign_service::Platform;
use countersign_service::rates::{Document, DocumentFault};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::outbound::{OutboundClient, SendError};

/// The largest document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;

/// Why a poll brought nothing. No words of the endpoint's own are among these.
#[derive(Debug, Error)]
pub enum PollError {
    /// There is no answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// Another status than 200.
    #[error("the endpoint answered with HTTP status {0}")]
    Status(u16),
    /// More than [`DOCUMENT_BYTES_MAX`].
    #[error("the document is longer than {DOCUMENT_BYTES_MAX} bytes")]
    TooLong,
    /// No JSON of the documented shape.
    #[error("the document cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The document is not to be believed.
    #[error(transparent)]
    Fault(#[from] DocumentFault),
}

/// What feeds [`countersign_service::Rates`] from a URL.
pub struct RatesPoller {
    /// Whose rates are fed.
    pub platform: Arc<Platform>,
    /// Makes the calls.
    pub outbound: OutboundClient,
    /// Where the prices are.
    pub url: String,
    /// How long to wait between two polls.
    pub every: Duration,
}

impl RatesPoller {
    /// Polls until told to stop. The log tells when polls begin to fail and when they work again, not each time.
    pub async fn run(&self, cancel: CancellationToken) {
        let mut failing = false;
        loop {
            let polled = tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                polled = self.poll() => polled,
            };
            match &polled {
                Err(error) if !failing => tracing::warn!(%error, "no rates came; those at hand grow old"),
                Ok(()) if failing => tracing::info!("rates come again"),
                _ => {}
            }
            failing = polled.is_err();
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(self.every) => {}
            }
        }
    }

    /// Polls once and keeps what came.
    pub async fn poll(&self) -> Result<(), PollError> {
        let answer = self.outbound.get(&self.url, DOCUMENT_BYTES_MAX).await?;
        if answer.status != 200 {
            return Err(PollError::Status(answer.status));
        }
        if answer.is_cut {
            return Err(PollError::TooLong);
        }
        let document: Document = serde_json::from_slice(&answer.body)?;
        self.platform.rates.put(document.table(self.platform.wall_now())?);
        Ok(())
    }
}
