//! How the parts of a payload are put together: the right way and what is seen in its place.

use super::draft::{Change, Slip};
use super::mistake::Mistake;

/// One piece of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Timestamp,
    Nonce,
    Body,
    ApiKey,
    /// The path without its query.
    Path,
    /// The path with its query.
    PathAndQuery,
    /// What follows the question mark.
    Query,
    /// The query up to its own `signature` parameter, as the exchange's other API has it.
    QueryBeforeSignature,
    /// Fixed bytes.
    Text(&'static [u8]),
}

const T: Piece = Piece::Timestamp;
const N: Piece = Piece::Nonce;
const B: Piece = Piece::Body;
const K: Piece = Piece::ApiKey;
const P: Piece = Piece::Path;
const PQ: Piece = Piece::PathAndQuery;
const Q: Piece = Piece::Query;
const QS: Piece = Piece::QueryBeforeSignature;
const LF: Piece = Piece::Text(b"\n");
const CR: Piece = Piece::Text(b"\r");
const CRLF: Piece = Piece::Text(b"\r\n");
const SPLF: Piece = Piece::Text(b" \n");
const ESC: Piece = Piece::Text(b"\\n");
const BOM: Piece = Piece::Text(b"\xEF\xBB\xBF");
const POST: Piece = Piece::Text(b"POST");

/// `timestamp LF nonce LF body LF` (partner.md §1.3).
pub(super) const RIGHT: &[Piece] = &[T, LF, N, LF, B, LF];

/// The likeliest first: of two that give the same bytes, the first is named.
const WRONG: &[(Mistake, &[Piece])] = &[
    (Mistake::MissingFinalLineFeed, &[T, LF, N, LF, B]),
    (Mistake::NoLineFeeds, &[T, N, B]),
    (Mistake::CarriageReturns, &[T, CRLF, N, CRLF, B, CRLF]),
    (Mistake::SpaceLineFeed, &[T, SPLF, N, SPLF, B, SPLF]),
    (Mistake::LiteralBackslashN, &[T, ESC, N, ESC, B, ESC]),
    (Mistake::FieldsReordered, &[N, LF, T, LF, B, LF]),
    (Mistake::FieldsReordered, &[B, LF, T, LF, N, LF]),
    (Mistake::ExtraLineFeed, &[T, LF, N, LF, B, LF, LF]),
    (Mistake::BodyLineLeftOut, &[T, LF, N, LF]),
    (Mistake::NonceNotSigned, &[T, LF, B, LF]),
    (Mistake::TimestampNotSigned, &[N, LF, B, LF]),
    (Mistake::OnlyBodySigned, &[B]),
    (Mistake::CarriageReturns, &[T, CRLF, N, CRLF, B]),
    (Mistake::SpaceLineFeed, &[T, SPLF, N, SPLF, B]),
    (Mistake::LiteralBackslashN, &[T, ESC, N, ESC, B]),
    // Those above are also tried together with another mistake.
    (Mistake::CarriageReturns, &[T, LF, N, LF, B, CRLF]),
    (Mistake::CarriageReturns, &[T, CR, N, CR, B, CR]),
    (Mistake::CarriageReturns, &[T, CR, N, CR, B]),
    (Mistake::SpaceLineFeed, &[T, SPLF, N, SPLF, B, LF]),
    (Mistake::LiteralBackslashN, &[T, LF, N, LF, B, ESC]),
    (Mistake::FieldsReordered, &[B, LF, N, LF, T, LF]),
    (Mistake::FieldsReordered, &[T, LF, B, LF, N, LF]),
    (Mistake::FieldsReordered, &[N, LF, B, LF, T, LF]),
    (Mistake::FieldsReordered, &[N, T, B]),
    (Mistake::FieldsReordered, &[B, T, N]),
    (Mistake::FieldsReordered, &[B, N, T]),
    (Mistake::FieldsReordered, &[N, LF, T, LF, B]),
    (Mistake::ExtraLineFeed, &[LF, T, LF, N, LF, B, LF]),
    (Mistake::ExtraLineFeed, &[T, LF, LF, N, LF, LF, B, LF, LF]),
    (Mistake::BodyLineLeftOut, &[T, LF, N]),
    (Mistake::BodyLineLeftOut, &[T, N]),
    (Mistake::NonceNotSigned, &[T, LF, B]),
    (Mistake::NonceNotSigned, &[T, B]),
    (Mistake::NonceNotSigned, &[T, LF, LF, B, LF]),
    (Mistake::TimestampNotSigned, &[N, LF, B]),
    (Mistake::TimestampNotSigned, &[N, B]),
    (Mistake::TimestampNotSigned, &[LF, N, LF, B, LF]),
    (Mistake::OnlyBodySigned, &[B, LF]),
    (Mistake::ByteOrderMark, &[T, LF, N, LF, BOM, B, LF]),
    (Mistake::QuerySigned, &[T, LF, N, LF, Q, LF]),
    (Mistake::QuerySigned, &[Q]),
    (Mistake::QuerySigned, &[QS]),
    (Mistake::QuerySigned, &[Q, B]),
    (Mistake::QuerySigned, &[QS, B]),
    (Mistake::QuerySigned, &[T, LF, N, LF, QS, LF]),
    (Mistake::QuerySigned, &[T, LF, N, LF, Q, LF, B, LF]),
    (Mistake::QuerySigned, &[T, LF, N, LF, B, LF, Q, LF]),
    (Mistake::QuerySigned, &[T, LF, N, LF, Q, B, LF]),
    (Mistake::QuerySigned, &[T, LF, N, LF, B, Q, LF]),
    (Mistake::PathSigned, &[T, LF, N, LF, P, LF, B, LF]),
    (Mistake::PathSigned, &[T, LF, N, LF, PQ, LF, B, LF]),
    (Mistake::PathSigned, &[T, LF, N, LF, P, LF]),
    (Mistake::PathSigned, &[T, LF, N, LF, POST, LF, P, LF, B, LF]),
    (Mistake::PathSigned, &[T, LF, POST, LF, P, LF, B, LF]),
    (Mistake::PathSigned, &[P, LF, T, LF, N, LF, B, LF]),
    (Mistake::PathSigned, &[POST, LF, P, LF, T, LF, N, LF, B, LF]),
    (Mistake::PathSigned, &[T, POST, P, B]),
    (Mistake::PathSigned, &[T, POST, PQ, B]),
    (Mistake::PathSigned, &[T, N, POST, P, B]),
    (Mistake::PathSigned, &[P, B]),
    (Mistake::ApiKeySigned, &[T, LF, N, LF, K, LF, B, LF]),
    (Mistake::ApiKeySigned, &[K, LF, T, LF, N, LF, B, LF]),
    (Mistake::ApiKeySigned, &[T, LF, K, LF, B, LF]),
    (Mistake::ApiKeySigned, &[T, LF, K, LF, N, LF, B, LF]),
    (Mistake::ApiKeySigned, &[T, K, N, B]),
    (Mistake::ApiKeySigned, &[T, K, B]),
];

macro_rules! separated_by {
    ($($separator:literal),+) => {
        &[$(
            &[T, Piece::Text($separator), N, Piece::Text($separator), B],
            &[T, Piece::Text($separator), N, Piece::Text($separator), B, Piece::Text($separator)],
        )+]
    };
}

const OTHER_SEPARATORS: &[&[Piece]] = separated_by!(b",", b"&", b"|", b" ", b"\t", b".", b":", b";", b"-", b"_", b"+");

/// Every wrong layout.
pub(super) fn slips<'d>() -> Vec<Slip<'d>> {
    let named = WRONG.iter().map(|(mistake, layout)| (*mistake, *layout));
    let separated = OTHER_SEPARATORS.iter().map(|layout| (Mistake::OtherSeparator, *layout));
    named.chain(separated).map(|(mistake, layout)| Slip::new(mistake, Change::Layout(layout))).collect()
}
