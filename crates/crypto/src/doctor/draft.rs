//! What a client may have signed: the right request with one or two things changed.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::json::Style;
use super::layouts::Piece;
use super::mistake::Mistake;

/// How payload and secret become a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// HMAC keyed with the secret: right.
    Hmac,
    /// HMAC keyed with the payload.
    Swapped,
    /// A plain hash over payload, then secret.
    SecretLast,
    /// A plain hash over secret, then payload.
    SecretFirst,
    /// A plain hash over the payload alone.
    NoSecret,
    /// HMAC over a hash of the payload.
    OfHash(Inner),
    /// HMAC over the payload in little-endian UTF-16.
    Utf16,
}

/// The hash that [`Method::OfHash`] signs, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inner {
    pub(super) sha256: bool,
    pub(super) text: InnerText,
}

/// How an inner hash is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InnerText {
    Raw,
    LowerHex,
    UpperHex,
}

/// Everything that goes into one digest.
#[derive(Clone, Copy)]
pub(super) struct Draft<'d> {
    pub(super) secret: &'d [u8],
    pub(super) timestamp: &'d [u8],
    pub(super) nonce: &'d [u8],
    pub(super) body: &'d [u8],
    pub(super) api_key: &'d [u8],
    pub(super) path_and_query: Option<&'d str>,
    pub(super) layout: &'static [Piece],
    pub(super) method: Method,
}

impl<'d> Draft<'d> {
    /// The payload's pieces; `None` where the layout wants a path or query that is not there.
    pub(super) fn pieces(&self) -> Option<Vec<&'d [u8]>> {
        self.layout.iter().map(|piece| self.piece(*piece)).collect()
    }

    fn piece(&self, piece: Piece) -> Option<&'d [u8]> {
        Some(match piece {
            Piece::Timestamp => self.timestamp,
            Piece::Nonce => self.nonce,
            Piece::Body => self.body,
            Piece::ApiKey => self.api_key,
            Piece::Path => self.path_and_query?.split('?').next()?.as_bytes(),
            Piece::PathAndQuery => self.path_and_query?.as_bytes(),
            Piece::Query => self.query()?.as_bytes(),
            Piece::QueryBeforeSignature => self.query()?.split_once("&signature=")?.0.as_bytes(),
            Piece::Text(text) => text,
        })
    }

    fn query(&self) -> Option<&'d str> {
        self.path_and_query?.split_once('?').map(|(_, query)| query).filter(|query| !query.is_empty())
    }
}

/// One thing changed, and the mistakes that it proves if it matches.
pub(super) struct Slip<'d> {
    pub(super) mistakes: Vec<Mistake>,
    pub(super) change: Change<'d>,
}

/// What a slip changes in a draft.
pub(super) enum Change<'d> {
    Layout(&'static [Piece]),
    Timestamp(Vec<u8>),
    Nonce(Vec<u8>),
    Body(Cow<'d, [u8]>),
    /// The body written anew; rendered when it is tried, for there are many of these.
    Restyled(Style),
    Secret(Zeroizing<Vec<u8>>),
    Method(Method),
}

impl<'d> Slip<'d> {
    pub(super) fn new(mistake: Mistake, change: Change<'d>) -> Self {
        Self { mistakes: vec![mistake], change }
    }
}
