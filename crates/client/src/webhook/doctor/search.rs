//! Walks through what may have been signed, the likeliest first, until the signature holds.

use countersign_crypto::WebhookPublicKey;

use super::SIGNATURES_CHECKED_MAX;
use super::bodies::restored;
use super::fault::DeliveryFault;
use super::signature::Reading;
use super::transport::{Undone, undone};

/// A delivery with all its headers. It has no `Debug`: bodies do not go into logs.
#[derive(Clone, Copy)]
pub(super) struct Suspect<'a> {
    pub(super) serial: &'a str,
    pub(super) timestamp: &'a str,
    pub(super) nonce: &'a str,
    pub(super) signature: &'a str,
    pub(super) body: &'a [u8],
}

impl Suspect<'_> {
    /// Whether the signature holds, as a receiver checks it.
    pub(super) fn is_right_with(&self, key: &WebhookPublicKey) -> bool {
        key.verify(self.timestamp, self.nonce, self.body, self.signature).is_ok()
    }
}

/// How timestamp, nonce and body were put together.
#[derive(Clone, Copy)]
enum Layout {
    Right,
    Swapped,
    NoFinalLineFeed,
    NoLineFeeds,
    CarriageReturns,
    ExtraLineFeed,
    BodyAlone,
}

const LAYOUTS: [Layout; 7] = [
    Layout::Right,
    Layout::Swapped,
    Layout::NoFinalLineFeed,
    Layout::NoLineFeeds,
    Layout::CarriageReturns,
    Layout::ExtraLineFeed,
    Layout::BodyAlone,
];

impl Layout {
    fn pieces<'p>(self, suspect: &Suspect<'p>, body: &'p [u8]) -> Vec<&'p [u8]> {
        let (timestamp, nonce) = (suspect.timestamp.as_bytes(), suspect.nonce.as_bytes());
        let (lf, crlf): (&[u8], &[u8]) = (b"\n", b"\r\n");
        match self {
            Self::Right => vec![timestamp, lf, nonce, lf, body, lf],
            Self::Swapped => vec![nonce, lf, timestamp, lf, body, lf],
            Self::NoFinalLineFeed => vec![timestamp, lf, nonce, lf, body],
            Self::NoLineFeeds => vec![timestamp, nonce, body],
            Self::CarriageReturns => vec![timestamp, crlf, nonce, crlf, body, crlf],
            Self::ExtraLineFeed => vec![timestamp, lf, nonce, lf, body, lf, lf],
            Self::BodyAlone => vec![body],
        }
    }

    const fn fault(self) -> Option<DeliveryFault> {
        match self {
            Self::Right => None,
            Self::Swapped => Some(DeliveryFault::FieldsSwapped),
            Self::NoFinalLineFeed => Some(DeliveryFault::FinalLineFeedMissing),
            Self::NoLineFeeds => Some(DeliveryFault::LineFeedsMissing),
            Self::CarriageReturns => Some(DeliveryFault::CarriageReturns),
            Self::ExtraLineFeed => Some(DeliveryFault::LineFeedExtra),
            Self::BodyAlone => Some(DeliveryFault::BodyAloneSigned),
        }
    }
}

/// What had to be undone for the signature to hold; `None` where nothing makes it.
pub(super) fn explain(
    key: &WebhookPublicKey,
    suspect: &Suspect<'_>,
    readings: &[Reading],
) -> Option<Vec<DeliveryFault>> {
    if suspect.body.len() > super::INSPECTED_BODY_MAX {
        return None;
    }
    let mut bodies: Vec<Undone> = undone(suspect.body);
    let reprinted: Vec<Undone> = bodies.iter().flat_map(restored).collect();
    bodies.extend(reprinted);
    bodies.sort_by_key(|(_, faults)| faults.len());
    let tries = LAYOUTS.iter().flat_map(|layout| {
        bodies.iter().flat_map(move |body| readings.iter().map(move |reading| (*layout, body, reading)))
    });
    tries.take(SIGNATURES_CHECKED_MAX).find_map(|(layout, (body, body_faults), reading)| {
        let holds = key.has_signed(layout.pieces(suspect, body), &reading.bytes);
        holds.then(|| reading.faults.iter().chain(body_faults).cloned().chain(layout.fault()).collect())
    })
}
