//! The delivery doctor: names what is wrong with a delivery that was refused.
//!
//! What must hold:
//!
//! - A right delivery is never blamed: it is checked first, in the very way of [`WebhookVerifier::verify`].
//! - A finding about the body or the fields is a proof: what it says was undone, and then the signature held. Where nothing
//!   holds, only what can be read off the delivery itself is blamed.
//! - The words hold no byte of the body.
//! - Work is bounded: [`INSPECTED_BODY_MAX`] bytes, [`SIGNATURES_CHECKED_MAX`] signatures.

mod bodies;
mod fault;
mod headers;
mod members;
mod search;
mod signature;
mod transport;

use std::time::Duration;

use countersign_crypto::WebhookPublicKey;
use countersign_wire::headers::API_KEY_LENGTH;
use countersign_wire::webhooks::Notification;

pub use bodies::REPRINTED_BODY_MAX;
pub use fault::DeliveryFault;

use super::verifier::{WebhookVerifier, signed_ms};
use headers::{Fields, content_length};
use search::Suspect;

/// The longest body that is looked into; a notification has some hundred bytes.
pub const INSPECTED_BODY_MAX: usize = 1024 * 1024;

/// Signatures checked for one delivery.
const SIGNATURES_CHECKED_MAX: usize = 2_000;

/// Characters of a serial that are shown; a real one has 32.
const SERIAL_SHOWN_MAX: usize = 64;

/// A delivery as it was captured. It has no `Debug`: bodies do not go into logs.
#[derive(Clone, Copy)]
pub struct CapturedDelivery<'a> {
    /// Every header, names in any case, in the order in which they came.
    pub headers: &'a [(String, String)],
    /// The body's raw bytes.
    pub body: &'a [u8],
}

/// What an inspection came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// What is wrong; empty for a delivery that is to be believed.
    pub faults: Vec<DeliveryFault>,
    /// What the delivery tells, where its signature held and its body can be read.
    pub notification: Option<Notification>,
    /// How long before it was received it was signed, in ms.
    pub age_ms: Option<i64>,
}

impl Inspection {
    /// Whether the delivery is to be believed.
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }
}

impl WebhookVerifier {
    /// Finds out what is wrong with a delivery: with its headers, its key, its signature, its body, its age. `received_ms` is
    /// when it came, Unix ms. It takes some milliseconds: it is for explaining a refusal, not for deciding on one.
    pub fn inspect(&self, delivery: &CapturedDelivery<'_>, received_ms: i64, max_age: Duration) -> Inspection {
        let (fields, mut faults) = Fields::of(delivery.headers);
        let mut notification = None;
        if delivery.body.is_empty() {
            faults.push(DeliveryFault::BodyMissing);
        } else if let Some(suspect) = fields.suspect(delivery.body) {
            let (found, holds) = self.judge(&suspect, content_length(delivery.headers));
            faults.extend(found);
            if holds {
                notification = Notification::parse(delivery.body).ok();
                faults.extend(notification.is_none().then_some(DeliveryFault::NotANotification));
            }
        }
        // Where the receiver swapped the two, the time is in the other header.
        let swapped = faults.contains(&DeliveryFault::FieldsSwapped) && fields.timestamp.and_then(signed_ms).is_none();
        let timestamp = if swapped { fields.nonce } else { fields.timestamp };
        let age_ms = timestamp.and_then(signed_ms).map(|signed| received_ms.saturating_sub(signed));
        faults.extend(timestamp.and_then(|timestamp| age_fault(timestamp, age_ms, max_age)));
        Inspection { faults, notification, age_ms }
    }

    /// What is wrong with key, signature and body, and whether the signature holds over the body as it came.
    fn judge(&self, suspect: &Suspect<'_>, announced: Option<u64>) -> (Vec<DeliveryFault>, bool) {
        let named = self.keys.get(suspect.serial);
        let same_but_case = || self.keys.iter().find(|(serial, _)| serial.eq_ignore_ascii_case(suspect.serial));
        match named.or_else(|| same_but_case().map(|(_, key)| key)) {
            Some(key) => {
                let (mut faults, holds) = judge_with(key, suspect, announced);
                if named.is_none() {
                    faults.insert(0, DeliveryFault::SerialCase);
                }
                (faults, holds)
            }
            None => self.judge_unknown_serial(suspect),
        }
    }

    /// Which key signed cannot be told from the serial: each is tried, with the delivery as it came.
    fn judge_unknown_serial(&self, suspect: &Suspect<'_>) -> (Vec<DeliveryFault>, bool) {
        let found: String = suspect.serial.chars().take(SERIAL_SHOWN_MAX).collect();
        if let Some((known, _)) = self.keys.iter().find(|(_, key)| suspect.is_right_with(key)) {
            return (vec![DeliveryFault::SerialChanged { found, known: known.clone() }], true);
        }
        let is_key_character = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if suspect.serial.len() == API_KEY_LENGTH && suspect.serial.bytes().all(is_key_character) {
            return (vec![DeliveryFault::ApiKeyAsSerial], false);
        }
        let known = self.keys.keys().cloned().collect::<Vec<_>>().join(", ");
        (vec![DeliveryFault::OtherKey { found, known }], false)
    }
}

/// What is wrong with signature and body, where this key should have signed.
fn judge_with(key: &WebhookPublicKey, suspect: &Suspect<'_>, announced: Option<u64>) -> (Vec<DeliveryFault>, bool) {
    if suspect.is_right_with(key) {
        return (Vec::new(), true);
    }
    let (readings, unreadable) = signature::readings(suspect.signature, key.signature_length());
    if let Some(faults) = search::explain(key, suspect, &readings) {
        // Repaired or not: the body as it came is what was signed where nothing but the header's text was at fault.
        let holds = faults.iter().all(signature::is_about_its_text);
        return (faults, holds);
    }
    let found = u64::try_from(suspect.body.len()).unwrap_or(u64::MAX);
    let mut faults: Vec<_> = unreadable.into_iter().collect();
    let differs = announced.filter(|announced| *announced != found);
    faults.extend(differs.map(|announced| DeliveryFault::BodyLength { announced, found }));
    faults.extend(bodies::certain_faults(suspect.body));
    // What is said of the timestamp comes with its age.
    if faults.is_empty() && signed_ms(suspect.timestamp).is_some_and(|signed| !is_in_seconds(signed)) {
        faults.push(DeliveryFault::Unexplained);
    }
    (faults, false)
}

/// Milliseconds have had twelve digits since 1973; seconds will have ten until 2286.
const fn is_in_seconds(signed: i64) -> bool {
    signed < 100_000_000_000
}

fn age_fault(timestamp: &str, age_ms: Option<i64>, max_age: Duration) -> Option<DeliveryFault> {
    match (signed_ms(timestamp), age_ms) {
        (Some(signed), _) if is_in_seconds(signed) => Some(DeliveryFault::TimestampInSeconds),
        (Some(_), Some(off_by_ms)) => {
            let is_stale = Duration::from_millis(off_by_ms.unsigned_abs()) > max_age;
            is_stale.then_some(DeliveryFault::Stale { off_by_ms, max_age })
        }
        _ => Some(DeliveryFault::TimestampNotANumber),
    }
}
