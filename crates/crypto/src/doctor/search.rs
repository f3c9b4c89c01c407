//! Walks through what may have been signed, the likeliest and cheapest first, until the received digest comes out.

use super::bench::Bench;
use super::bodies::{self, RESERIALISED_BODY_MAX};
use super::diagnose::SuspectRequest;
use super::draft::{Change, Draft, Inner, InnerText, Method, Slip};
use super::fields::{self, TIMESTAMP_DRIFT_MAX_MS};
use super::form::Target;
use super::json::Document;
use super::layouts;
use super::mistake::Mistake;
use super::{restyled, secrets};

/// How many slips of each kind are tried together with one of another kind.
const PAIRED_MAX: usize = 15;

/// How many slips of each kind are tried before the rest of any: a large body uses up the work before all are tried.
const FIRST_MAX: usize = 4;

/// What came out.
pub(super) struct Finding {
    /// Everything that had to be wrong for the received digest; empty for a right signature.
    pub(super) mistakes: Vec<Mistake>,
    /// How far after the sent timestamp the signed one is, where two were drawn.
    pub(super) drift_ms: Option<i64>,
}

/// Finds what was signed; `None` where nothing matches.
pub(super) fn find(
    request: &SuspectRequest<'_>,
    secret: &[u8],
    others: &[&[u8]],
    targets: &[Target],
) -> Option<Finding> {
    if targets.is_empty() {
        return None;
    }
    let small = request.body.len() <= RESERIALISED_BODY_MAX;
    let document = if small { Document::read(request.body) } else { None };
    let mut search = Search { right: request.right(secret), document, bench: Bench::new(targets) };
    let found = |mistakes| Finding { mistakes, drift_ms: None };
    if let Some(mistakes) = search.attempt(&[]) {
        return Some(found(mistakes));
    }
    let (restyled, combined) =
        search.document.as_ref().map_or_else(Default::default, |document| restyled::slips(document, request.body));
    let mut bodies = bodies::parts(request.body);
    bodies.extend(restyled);
    if small {
        bodies.extend(bodies::other_texts(request.body, search.document.as_ref()));
    }
    let kinds = [
        layouts::slips(),
        bodies,
        secrets::likely(secret, request.api_key.as_bytes(), others),
        methods(),
        fields::timestamps(request.timestamp),
        fields::nonces(request.nonce),
    ];
    // A line end that was only sent gives the same bytes as a payload without its last LF, and is then the likelier.
    let sent_around = bodies::parts(request.body);
    let first = kinds.iter().flat_map(|kind| kind.iter().take(FIRST_MAX));
    let rest = kinds.iter().flat_map(|kind| kind.iter().skip(FIRST_MAX));
    let alone = sent_around.iter().chain(first).chain(rest).chain(&combined).find_map(|slip| search.attempt(&[slip]));
    if let Some(mistakes) = alone {
        return Some(found(mistakes));
    }
    if let Some(mistakes) = secrets::unlikely(secret).iter().find_map(|slip| search.attempt(&[slip])) {
        return Some(found(mistakes));
    }
    search.drift(request.timestamp).or_else(|| search.pairs(&kinds).map(found))
}

/// Wrong constructions.
fn methods<'d>() -> Vec<Slip<'d>> {
    let mut slips = vec![
        Slip::new(Mistake::KeyAndPayloadSwapped, Change::Method(Method::Swapped)),
        Slip::new(Mistake::PlainHash, Change::Method(Method::SecretLast)),
        Slip::new(Mistake::PlainHash, Change::Method(Method::SecretFirst)),
        Slip::new(Mistake::HashWithoutSecret, Change::Method(Method::NoSecret)),
        Slip::new(Mistake::PayloadCharset, Change::Method(Method::Utf16)),
    ];
    for sha256 in [false, true] {
        for text in [InnerText::LowerHex, InnerText::Raw, InnerText::UpperHex] {
            let method = Method::OfHash(Inner { sha256, text });
            slips.push(Slip::new(Mistake::HashedBeforeSigning, Change::Method(method)));
        }
    }
    slips
}

struct Search<'d> {
    right: Draft<'d>,
    document: Option<Document<'d>>,
    bench: Bench<'d>,
}

impl Search<'_> {
    /// The mistakes of `slips` and of the digest's form, if a draft with all of them has the received digest.
    fn attempt(&mut self, slips: &[&Slip<'_>]) -> Option<Vec<Mistake>> {
        if self.bench.is_spent() {
            return None;
        }
        let mut written = None;
        for slip in slips {
            if let Change::Restyled(style) = &slip.change {
                written = Some(self.document.as_ref()?.written(style)?);
            }
        }
        let mut draft = Draft { ..self.right };
        for slip in slips {
            match &slip.change {
                Change::Layout(layout) => draft.layout = layout,
                Change::Timestamp(timestamp) => draft.timestamp = timestamp,
                Change::Nonce(nonce) => draft.nonce = nonce,
                Change::Body(body) => draft.body = body,
                Change::Restyled(_) => draft.body = written.as_deref().unwrap_or(draft.body),
                Change::Secret(secret) => draft.secret = secret,
                Change::Method(method) => draft.method = *method,
            }
        }
        let form = self.bench.matched(&draft)?;
        let mut mistakes = Vec::new();
        for mistake in slips.iter().flat_map(|slip| slip.mistakes.iter().copied()).chain(form) {
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        }
        Some(mistakes)
    }

    /// Another timestamp, drawn a little earlier or later; the nearest first.
    fn drift(&mut self, sent: &str) -> Option<Finding> {
        let nearest_first = (1..=TIMESTAMP_DRIFT_MAX_MS).flat_map(|off| [-off, off]);
        for off_by_ms in nearest_first {
            if let Some(slip) = fields::drifted(sent, off_by_ms)
                && let Some(mistakes) = self.attempt(&[&slip])
            {
                return Some(Finding { mistakes, drift_ms: Some(off_by_ms) });
            }
        }
        None
    }

    /// Two mistakes of different kinds together.
    fn pairs(&mut self, kinds: &[Vec<Slip<'_>>]) -> Option<Vec<Mistake>> {
        for (place, first) in kinds.iter().enumerate() {
            for second in &kinds[place + 1..] {
                for one in first.iter().take(PAIRED_MAX) {
                    for other in second.iter().take(PAIRED_MAX) {
                        if let Some(mistakes) = self.attempt(&[one, other]) {
                            return Some(mistakes);
                        }
                    }
                }
            }
        }
        None
    }
}
