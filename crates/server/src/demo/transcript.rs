//! What went over the wire last, until it is printed.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_client::{Exchange, Observer};

/// One exchange, kept until the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recorded {
    /// Who asked, such as `provider`.
    pub(super) caller: &'static str,
    /// The whole path.
    pub(super) path: String,
    /// The request's body.
    pub(super) request: Vec<u8>,
    /// The answer's HTTP status.
    pub(super) http_status: u16,
    /// The answer's body.
    pub(super) answer: Vec<u8>,
    /// The sandbox's explanation of a refusal.
    pub(super) explanation: Option<String>,
}

/// The last exchange. The walk makes one call at a time and prints it before the next.
#[derive(Clone, Default)]
pub(super) struct Transcript(Arc<Mutex<Option<Recorded>>>);

impl Transcript {
    /// Keeps an exchange in place of the one before.
    pub(super) fn keep(&self, recorded: Recorded) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
    }

    /// Takes the exchange that was not printed yet.
    pub(super) fn take(&self) -> Option<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// An observer for a client of this name.
    pub(super) fn observer(&self, caller: &'static str) -> Arc<dyn Observer> {
        Arc::new(Named { caller, transcript: self.clone() })
    }
}

struct Named {
    caller: &'static str,
    transcript: Transcript,
}

impl Observer for Named {
    fn answered(&self, exchange: &Exchange<'_>) {
        self.transcript.keep(Recorded {
            caller: self.caller,
            path: exchange.path.to_owned(),
            request: exchange.request.to_vec(),
            http_status: exchange.http_status,
            answer: exchange.answer.to_vec(),
            explanation: exchange.explanation.map(str::to_owned),
        });
    }
}
