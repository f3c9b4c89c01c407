//! The doctor's front door: a request comes in, words go out.

use super::bodies::RESERIALISED_BODY_MAX;
use super::clock::{self, Offence};
use super::draft::{Draft, Method};
use super::form::{self, Beside};
use super::layouts::RIGHT;
use super::mistake::Mistake;
use super::search::{self, Finding};

/// The longest words of a diagnosis, in bytes: with the name of their source they fit a header of 512.
pub const WORDS_MAX: usize = 480;

const RIGHT_WORDS: &str = "the signature is right and the timestamp is inside the window";

const UNEXPLAINED: &str = "the signature matches nothing that was tried: other separators, orders, encodings and hashes, the body \
    serialised otherwise, wrong secrets; check that nonce and timestamp are drawn once for signing and sending, that the body \
    is sent byte for byte as signed, and that the secret belongs to the API key sent";

const LARGE_BODY: &str = "; of a body above 16384 bytes no other serialisation is tried";

/// A request whose signature or timestamp was refused, as it came.
///
/// It has no `Debug`: bodies do not go into logs.
#[derive(Clone, Copy)]
pub struct SuspectRequest<'a> {
    /// The text of the timestamp header.
    pub timestamp: &'a str,
    /// The text of the nonce header.
    pub nonce: &'a str,
    /// The text of the signature header, whatever it is.
    pub signature: &'a str,
    /// The text of the header that names the API key.
    pub api_key: &'a str,
    /// The raw bytes of the body.
    pub body: &'a [u8],
    /// The path with its query, if it is known.
    pub path_and_query: Option<&'a str>,
    /// When the request came, by the server's wall clock, in Unix milliseconds.
    pub received_at_ms: i64,
    /// How far the timestamp may be from that, each way, in milliseconds.
    pub window_ms: i64,
}

impl<'a> SuspectRequest<'a> {
    /// What should have been signed.
    pub(super) fn right(&self, secret: &'a [u8]) -> Draft<'a> {
        Draft {
            secret,
            timestamp: self.timestamp.as_bytes(),
            nonce: self.nonce.as_bytes(),
            body: self.body,
            api_key: self.api_key.as_bytes(),
            path_and_query: self.path_and_query,
            layout: RIGHT,
            method: Method::Hmac,
        }
    }
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The mistake to mend first; `None` when the request is right, and when nothing explains it.
    pub mistake: Option<Mistake>,
    /// Further mistakes of the same request.
    pub also: Vec<Mistake>,
    /// Whether the signature is right, whatever the clock says.
    pub signature_holds: bool,
    /// What happened and what to do: ASCII, at most [`WORDS_MAX`] bytes, nothing of request, secret or signature in it.
    pub words: String,
}

/// Names the mistake behind a refused request.
///
/// `secret` is the one of the key that was sent, as its text; `other_secrets` are those of the same merchant's other keys, of
/// which [`OTHER_SECRETS_MAX`](super::OTHER_SECRETS_MAX) are tried. The work is bounded by [`DIGESTS_MAX`](super::DIGESTS_MAX)
/// and [`DIGESTED_BYTES_MAX`](super::DIGESTED_BYTES_MAX): some milliseconds for a body of usual size.
pub fn diagnose(request: &SuspectRequest<'_>, secret: &[u8], other_secrets: &[&[u8]]) -> Diagnosis {
    let beside = Beside { secret, others: [request.api_key, request.nonce, request.timestamp] };
    let reading = form::read(request.signature, &beside);
    let finding = search::find(request, secret, other_secrets, &reading.targets);
    let offence = clock::judge(request);
    let signature_holds = finding.as_ref().is_some_and(|finding| finding.mistakes.is_empty());
    // A header that can stand for no digest was compared with nothing: its own fault says all.
    let unexplained = finding.is_none() && !reading.targets.is_empty();
    let Finding { mut mistakes, drift_ms } = finding.unwrap_or(Finding { mistakes: reading.certain, drift_ms: None });
    if let Some(offence) = &offence
        && !mistakes.contains(&offence.mistake)
    {
        mistakes.push(offence.mistake);
    }
    let mut words = Words::default();
    for mistake in &mistakes {
        let measure = measure(*mistake, drift_ms, offence.as_ref(), request.window_ms);
        words.add(&format!("{}{measure}", mistake.words()));
    }
    if signature_holds && mistakes.is_empty() {
        words.add(RIGHT_WORDS);
    }
    if unexplained {
        let large = if request.body.len() > RESERIALISED_BODY_MAX { LARGE_BODY } else { "" };
        words.add(&format!("{UNEXPLAINED}{large}"));
    }
    let mut mistakes = mistakes.into_iter();
    Diagnosis { mistake: mistakes.next(), also: mistakes.collect(), signature_holds, words: words.0 }
}

/// How far off the clock is, or the two timestamps are; empty for other mistakes.
fn measure(mistake: Mistake, drift_ms: Option<i64>, offence: Option<&Offence>, window_ms: i64) -> String {
    match (mistake, drift_ms, offence.and_then(|offence| offence.ahead_by_ms)) {
        (Mistake::TimestampDrawnTwice, Some(drift), _) => {
            let side = if drift < 0 { "earlier" } else { "later" };
            format!(" (the signed one is {} ms {side})", drift.unsigned_abs())
        }
        (Mistake::ClockAhead | Mistake::ClockBehind, _, Some(ahead)) => {
            format!(" (off by {} ms, {window_ms} ms are allowed)", ahead.unsigned_abs())
        }
        _ => String::new(),
    }
}

/// Sentences one after another; what does not fit any more is left out whole.
#[derive(Default)]
struct Words(String);

impl Words {
    fn add(&mut self, sentence: &str) {
        let link = if self.0.is_empty() { "" } else { "; also, " };
        if self.0.len() + link.len() + sentence.len() <= WORDS_MAX {
            self.0.push_str(link);
            self.0.push_str(sentence);
        }
    }
}
