//! One try of one message: signed or handed to the mailer, and judged.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_domain::Timestamp;
use countersign_service::Platform;
use countersign_store::queries::outbox::{Channel, Message};
use countersign_wire::headers;
use countersign_wire::webhooks::{Verdict, judge};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Semaphore;

use super::desk::Job;
use crate::mail::{Mail, MailError, Mailer, Postmark};
use crate::outbound::{Answer, OutboundClient};

/// The most signatures that are made at the same time: RSA is pure computation, and listeners need their cores.
const SIGNERS_MAX: usize = 2;

/// How a try went.
pub(super) struct Tried {
    /// The HTTP status, where there was an answer.
    pub(super) status: Option<i64>,
    /// What went wrong, in words for the owner.
    pub(super) failure: Option<Failure>,
}

/// Why a try failed.
pub(super) enum Failure {
    /// It may work later.
    Later(String),
    /// It will never work: no retry.
    Never(String),
}

impl Failure {
    pub(super) fn into_words(self) -> String {
        match self {
            Self::Later(words) | Self::Never(words) => words,
        }
    }
}

/// Sends messages.
pub(super) struct Sender {
    pub(super) platform: Arc<Platform>,
    pub(super) outbound: OutboundClient,
    pub(super) mailer: Arc<dyn Mailer>,
    signers: Arc<Semaphore>,
}

impl Sender {
    pub(super) fn new(platform: Arc<Platform>, outbound: OutboundClient, mailer: Arc<dyn Mailer>) -> Self {
        Self { platform, outbound, mailer, signers: Arc::new(Semaphore::new(SIGNERS_MAX)) }
    }

    /// The longest that one try takes.
    pub(super) fn patience(&self) -> Duration {
        self.outbound.timeouts().whole.max(self.mailer.patience())
    }

    /// Tries once.
    pub(super) async fn try_once(&self, job: &Job) -> Tried {
        let body = match &job.body {
            Ok(body) => body.clone(),
            Err(why) => return Tried { status: None, failure: Some(Failure::Never(why.clone())) },
        };
        match job.message.channel {
            Channel::Webhook => self.webhook(&job.message, body).await,
            Channel::Mail => Tried { status: None, failure: self.mail(&job.message, &body).await },
        }
    }

    async fn webhook(&self, message: &Message, body: Bytes) -> Tried {
        let Some(headers) = self.sign(body.clone()).await else {
            return Tried { status: None, failure: Some(Failure::Later("the message could not be signed".to_owned())) };
        };
        match self.outbound.post(&message.destination, headers, body).await {
            Err(error) => Tried { status: None, failure: Some(Failure::Later(error.to_string())) },
            Ok(answer) => {
                Tried { status: Some(i64::from(answer.status)), failure: verdict(&answer).map(Failure::Later) }
            }
        }
    }

    /// The headers of one try: fresh timestamp and nonce, and the signature over them and the body (clients.md H1, H7).
    async fn sign(&self, body: Bytes) -> Option<HeaderMap> {
        let permit = Arc::clone(&self.signers).acquire_owned().await.ok()?;
        let platform = Arc::clone(&self.platform);
        let signing = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            signed_headers(&platform, platform.wall_now(), &body)
        });
        signing.await.ok()
    }

    async fn mail(&self, message: &Message, body: &[u8]) -> Option<Failure> {
        let Ok(mail) = Mail::from_body(body) else {
            return Some(Failure::Never("the kept mail cannot be read".to_owned()));
        };
        if mail.is_useless(self.platform.wall_now()) {
            return Some(Failure::Never("the link in it is dead by now".to_owned()));
        }
        match self.mailer.send(&mail, Postmark { id: message.id, at: message.created_at }).await {
            Ok(()) => None,
            Err(MailError::Later(why)) => Some(Failure::Later(why)),
            Err(MailError::Never(why)) => Some(Failure::Never(why)),
        }
    }
}

fn signed_headers(platform: &Platform, now: Timestamp, body: &[u8]) -> HeaderMap {
    let timestamp = now.ms().to_string();
    let nonce = platform.draw_nonce();
    let signature = platform.webhook_key.sign(&timestamp, &nonce, body);
    let mut map = HeaderMap::new();
    map.insert(CONTENT_TYPE, HeaderValue::from_static(headers::WEBHOOK_CONTENT_TYPE));
    for (name, value) in [
        (headers::lower::CERTIFICATE_SN, platform.webhook_key.serial()),
        (headers::lower::NONCE, &nonce),
        (headers::lower::TIMESTAMP, &timestamp),
        (headers::lower::SIGNATURE, &signature),
    ] {
        let value = HeaderValue::from_str(value).expect("digits, letters and base64 are fit for a header");
        map.insert(HeaderName::from_static(name), value);
    }
    map
}

/// What is wrong with an answer (`decisions.md` row 43). The answer's own words are not repeated: they are a stranger's.
fn verdict(answer: &Answer) -> Option<String> {
    let status = answer.status;
    match judge(status, &answer.body) {
        Verdict::Delivered => None,
        Verdict::WrongStatus => Some(format!("answered {status}")),
        _ if answer.is_cut => Some(format!("answered {status} with too long a body")),
        Verdict::NotJson => Some(format!("answered {status}, but not with a JSON object")),
        Verdict::NotSuccess => Some(format!("answered {status}, but its returnCode is not SUCCESS")),
    }
}
