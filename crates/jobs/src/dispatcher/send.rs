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
use super::retry_after::retry_after_ms;
use crate::mail::{Mail, MailError, Mailer, Postmark};
use crate::outbound::{Answer, OutboundClient, SendError};

/// The most signatures that are made at the same time: RSA is pure computation, and listeners need their cores.
const SIGNERS_MAX: usize = 2;

/// How a try went.
#[derive(Default)]
pub(super) struct Tried {
    /// The HTTP status, where there was an answer.
    pub(super) status: Option<i64>,
    /// What went wrong, in words for the owner.
    pub(super) failure: Option<Failure>,
    /// Timestamp and nonce of a webhook that was signed.
    pub(super) signed_with: Option<(Timestamp, String)>,
    /// The beginning of the answer's body, where there was one.
    pub(super) answer: Option<AnswerBody>,
    /// How long the receiver asks to be left alone.
    pub(super) retry_after_ms: Option<i64>,
}

impl Tried {
    fn failed(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

/// What was answered besides the status.
pub(super) struct AnswerBody {
    pub(super) body: Vec<u8>,
    pub(super) is_cut: bool,
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

/// The headers of one try, and what of them differs from try to try.
struct Signed {
    headers: HeaderMap,
    timestamp: Timestamp,
    nonce: String,
}

impl Sender {
    pub(super) fn new(platform: Arc<Platform>, outbound: OutboundClient, mailer: Arc<dyn Mailer>) -> Self {
        Self { platform, outbound, mailer, signers: Arc::new(Semaphore::new(SIGNERS_MAX)) }
    }

    /// The longest that one try takes.
    pub(super) fn patience(&self, channel: Channel) -> Duration {
        match channel {
            Channel::Webhook => self.outbound.timeouts().whole,
            Channel::Mail => self.mailer.patience(),
        }
    }

    /// Tries once.
    pub(super) async fn try_once(&self, job: &Job) -> Tried {
        let body = match &job.body {
            Ok(body) => body.clone(),
            Err(why) => return Tried::failed(Failure::Never(why.clone())),
        };
        match job.message.channel {
            Channel::Webhook => self.webhook(&job.message, body).await,
            Channel::Mail => Tried { failure: self.mail(&job.message, &body).await, ..Tried::default() },
        }
    }

    async fn webhook(&self, message: &Message, body: Bytes) -> Tried {
        let Some(signed) = self.sign(body.clone()).await else {
            return Tried::failed(Failure::Later("the message could not be signed".to_owned()));
        };
        let sent = self.outbound.post(message.target(), signed.headers, body).await;
        let failure = match &sent {
            Ok(answer) => verdict(answer),
            Err(error) => Some(error.to_string()),
        };
        // Of an answer that broke off what came of it is kept: it may say why.
        let answer = match sent {
            Ok(answer) => Some(answer),
            Err(SendError::Unfinished { answer, .. }) => Some(*answer),
            Err(_) => None,
        };
        let tried =
            Tried { failure: failure.map(Failure::Later), ..answer.map_or_else(Tried::default, |it| self.read(it)) };
        Tried { signed_with: Some((signed.timestamp, signed.nonce)), ..tried }
    }

    /// What is kept of an answer, and heeded, whatever it says.
    fn read(&self, answer: Answer) -> Tried {
        let retry_after_ms =
            answer.retry_after.as_deref().and_then(|value| retry_after_ms(value, self.platform.wall_now()));
        let kept = AnswerBody { body: answer.body, is_cut: answer.is_cut };
        Tried {
            status: Some(i64::from(answer.status)),
            answer: Some(kept).filter(|kept| !kept.body.is_empty()),
            retry_after_ms,
            ..Tried::default()
        }
    }

    /// Signs one try: fresh timestamp and nonce, and the signature over them and the body (clients.md H1, H7).
    async fn sign(&self, body: Bytes) -> Option<Signed> {
        let permit = Arc::clone(&self.signers).acquire_owned().await.ok()?;
        let platform = Arc::clone(&self.platform);
        let signing = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            sign(&platform, platform.wall_now(), &body)
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

fn sign(platform: &Platform, now: Timestamp, body: &[u8]) -> Signed {
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
    Signed { headers: map, timestamp: now, nonce }
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
