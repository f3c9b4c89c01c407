//! Messages, and what becomes of them.

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OutboxId, WebhookEndpointId};

/// How a message goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// HTTP POST to a merchant's endpoint.
    Webhook,
    /// E-mail.
    Mail,
}

/// Why there is no further try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParkReason {
    /// It was tried as often as the schedule says, in vain.
    LastTry,
    /// It can never go: it cannot be rendered, or nobody takes it.
    Hopeless,
    /// Its endpoint was disabled: it was missed.
    EndpointDisabled,
    /// Its endpoint was removed.
    EndpointRemoved,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waits for its next try.
    Pending,
    /// Was accepted.
    Delivered,
    /// Is not tried again by itself.
    Parked(ParkReason),
}

/// A message about to be stored.
#[derive(Clone)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: OutboxId,
    /// How it goes out.
    pub channel: Channel,
    /// In whose log it stands.
    pub merchant_id: MerchantId,
    /// The URL or the mail address.
    pub destination: &'a str,
    /// The endpoint that has this URL; `None` where a call named the URL itself, and for mails.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Whether that endpoint is disabled: the message is kept as missed.
    pub is_missed: bool,
    /// The kind of event, such as `ORDER` or `AUTHORIZATION`.
    pub event_kind: &'a str,
    /// Its status.
    pub event_status: &'a str,
    /// The number of what it is about.
    pub subject: i64,
    /// The typed event as JSON, without secrets.
    pub event: &'a str,
    /// Whether its rendered body carries a secret.
    pub body_sealed: bool,
    /// Business time of the cause; the first try is due at once.
    pub created_at: Timestamp,
}

/// Where a message goes instead of to its destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The URL.
    pub url: String,
    /// The endpoint that has it.
    pub endpoint_id: WebhookEndpointId,
}

/// The tries that belong together: from the cause on, or since the message was sent anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// How many tries there were before it.
    pub tries_before: i64,
    /// Whether it has a single try, which no other follows.
    pub is_single: bool,
}

/// A stored message.
#[derive(Clone)]
pub struct Message {
    /// Its id.
    pub id: OutboxId,
    /// How it goes out.
    pub channel: Channel,
    /// In whose log it stands.
    pub merchant_id: MerchantId,
    /// The URL or the mail address that it was caused for.
    pub destination: String,
    /// The endpoint that had this URL then; `None` where a call named the URL itself, and for mails.
    pub endpoint_id: Option<WebhookEndpointId>,
    /// Where it goes instead.
    pub redirect: Option<Redirect>,
    /// In which lane it stands.
    pub lane: String,
    /// The kind of event.
    pub event_kind: String,
    /// The status of event.
    pub event_status: String,
    /// The number of what it is about.
    pub subject: i64,
    /// The typed event as JSON.
    pub event: String,
    /// The rendered bytes, sealed where [`Message::body_sealed`]; `None` before the first try.
    pub body: Option<Vec<u8>>,
    /// Whether the body is sealed, and with it what receivers answer.
    pub body_sealed: bool,
    /// Where it stands.
    pub state: MessageState,
    /// How many tries there were in all.
    pub attempts: i64,
    /// The tries that are under way.
    pub round: Round,
    /// When the next one is due, in business time.
    pub next_attempt_at: Timestamp,
    /// The HTTP status of the last try, where there was an answer.
    pub last_status: Option<i64>,
    /// What went wrong at the last try.
    pub last_error: Option<String>,
    /// When it was caused.
    pub created_at: Timestamp,
    /// When it was delivered or parked.
    pub finished_at: Option<Timestamp>,
}

impl Message {
    /// Where the next try goes.
    pub fn target(&self) -> &str {
        self.redirect.as_ref().map_or(&self.destination, |redirect| &redirect.url)
    }

    /// The endpoint to which the next try goes, if it goes to one.
    pub fn target_endpoint(&self) -> Option<WebhookEndpointId> {
        self.redirect.as_ref().map(|redirect| redirect.endpoint_id).or(self.endpoint_id)
    }

    /// The number of the next try in its round, from 1.
    pub const fn next_try_of_round(&self) -> i64 {
        self.attempts - self.round.tries_before + 1
    }
}

/// The lane of all mails; no URL of a receiver is this one.
pub const MAIL_LANE: &str = "mailto:";

/// The channel of the messages in a lane.
pub fn channel_of(lane: &str) -> Channel {
    if lane == MAIL_LANE { Channel::Mail } else { Channel::Webhook }
}

/// The lane of a message. An endpoint has a lane of its own, its URL without the query: endpoints are few, and one that fails
/// holds up no other. Calls name as many URLs as they like, and like to number them, in the query or in the path: those of one
/// scheme, host and port share a lane, so that a receiver that is down comes as one. All mails leave by one way.
pub fn lane_of(channel: Channel, url: &str, endpoint: Option<WebhookEndpointId>) -> &str {
    let lane = match (channel, endpoint) {
        (Channel::Mail, _) => return MAIL_LANE,
        (Channel::Webhook, Some(_)) => url.split(['?', '#']).next(),
        (Channel::Webhook, None) => origin(url),
    };
    lane.filter(|lane| !lane.is_empty()).unwrap_or(url)
}

/// What stands before the path of a URL, as it is spelled.
fn origin(url: &str) -> Option<&str> {
    let authority = url.find("://")? + "://".len();
    let length = url[authority..].find(['/', '?', '#']).unwrap_or(url.len() - authority);
    Some(&url[..authority + length])
}

/// What a receiver answered, besides the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The beginning of the body; as kept, sealed where the message's body is.
    pub body: Vec<u8>,
    /// Whether there was more.
    pub is_cut: bool,
}

/// The headers of a webhook that differ from try to try; the signature follows from them and the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedWith {
    /// The timestamp, in wall time.
    pub timestamp: Timestamp,
    /// The nonce.
    pub nonce: String,
    /// The certificate's serial.
    pub serial: String,
}

/// One try as it went.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Wall time of its beginning.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
    /// The HTTP status, where there was an answer.
    pub status: Option<i64>,
    /// What went wrong, in a few words; `None` for a success.
    pub error: Option<String>,
    /// What it was signed with, where it was a webhook that got so far.
    pub signed_with: Option<SignedWith>,
    /// What was answered, where there was a body.
    pub answer: Option<Answer>,
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It arrived.
    Delivered(Timestamp),
    /// Another try at this business time.
    Retry(Timestamp),
    /// No further try.
    Parked(Timestamp, ParkReason),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_their_lanes_and_urls_of_calls_share_that_of_their_origin() {
        let rows = [
            ("https://a.example/hook", "https://a.example/hook", "https://a.example"),
            ("https://a.example/hook?order=1", "https://a.example/hook", "https://a.example"),
            ("https://a.example:8443/hook/17", "https://a.example:8443/hook/17", "https://a.example:8443"),
            ("https://a.example#1?2", "https://a.example", "https://a.example"),
            ("http://[::1]:80?a=/b", "http://[::1]:80", "http://[::1]:80"),
            ("no-url?1", "no-url", "no-url?1"),
            ("?", "?", "?"),
        ];
        for (url, of_endpoint, of_call) in rows {
            assert_eq!(lane_of(Channel::Webhook, url, Some(WebhookEndpointId::new(1))), of_endpoint);
            assert_eq!(lane_of(Channel::Webhook, url, None), of_call);
            assert_eq!(channel_of(of_call), Channel::Webhook);
        }
        assert_eq!(channel_of(lane_of(Channel::Mail, "ann@example.com", None)), Channel::Mail);
        assert_eq!(lane_of(Channel::Mail, "ann@example.com", None), lane_of(Channel::Mail, "bob@example.com", None));
    }
}
