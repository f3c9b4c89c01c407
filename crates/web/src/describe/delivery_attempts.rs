//! The tries of one delivery, for its owner to find out what went wrong.

use countersign_domain::Timestamp;
use countersign_service::deliveries::{Kept, ShownAttempt};
use countersign_store::queries::outbox::{Attempt, SignedWith};
use countersign_wire::headers::{SIGNATURE, sent_headers};

use super::foreign_text;
use crate::pages::{AttemptEntry, KeptText};
use crate::view::{Moment, StatusPill, Tone};

/// Of how many tries, from the newest on, all that was kept of the answer is shown.
const WHOLE_ANSWERS_MAX: usize = 10;
/// How many characters of older answers are shown.
const BEGINNING_LENGTH: usize = 200;
/// From how many milliseconds on a span is told in seconds.
const SECOND_MS: i64 = 1_000;

/// What a kept text comes to on a page.
pub(crate) fn kept_text(kept: Kept, note: &str) -> KeptText {
    match kept {
        Kept::Text(text) => KeptText { text: Some(foreign_text(&text)), note: note.to_owned() },
        Kept::Hidden => KeptText {
            text: None,
            note: "It is not shown: it may hold a token, and the key to mask that is gone.".to_owned(),
        },
    }
}

fn took(ms: i64) -> String {
    if ms < SECOND_MS { format!("{ms} ms") } else { format!("{}.{} s", ms / SECOND_MS, ms % SECOND_MS / 100) }
}

/// The headers as they were sent. The signature follows from them and the body, and is not kept.
fn headers(signed: &SignedWith) -> Vec<(&'static str, String)> {
    let sent = sent_headers(&signed.serial, &signed.nonce, signed.timestamp.ms());
    sent.into_iter().chain([(SIGNATURE, "(made anew for each try; not kept)".to_owned())]).collect()
}

fn answer(shown: &ShownAttempt, is_whole: bool) -> Option<KeptText> {
    let kept = shown.answer.clone()?;
    let note = if shown.answer_is_cut { "It went on; no more of it was kept." } else { "" };
    let mut text = kept_text(kept, note);
    let all = text.text.as_deref().unwrap_or_default();
    if !is_whole && let Some((end, _)) = all.char_indices().nth(BEGINNING_LENGTH) {
        text.text = Some(format!("{}…", &all[..end]));
        text.note = format!("Only the beginning: this try is older than the newest {WHOLE_ANSWERS_MAX}.");
    }
    Some(text)
}

/// Whether what went wrong is the status alone, which is told beside it.
fn is_told(error: &str, status: Option<i64>) -> bool {
    status.is_some_and(|status| error == format!("answered {status}"))
}

fn entry(shown: &ShownAttempt, is_whole: bool, wall_now: Timestamp) -> AttemptEntry {
    let Attempt { started_at, duration_ms, status, error, signed_with, .. } = &shown.facts;
    let outcome = if error.is_none() { ("Accepted", Tone::Good) } else { ("Failed", Tone::Bad) };
    AttemptEntry {
        number: shown.number,
        at: Moment::exact(started_at.ms(), wall_now.ms()),
        outcome: StatusPill::new(outcome.0, outcome.1),
        status: status.map(|status| format!("HTTP {status}")).unwrap_or_default(),
        error: error.as_deref().filter(|error| !is_told(error, *status)).map(foreign_text).unwrap_or_default(),
        took: took(*duration_ms),
        url: shown.url.clone(),
        headers: signed_with.as_ref().map(headers).unwrap_or_default(),
        answer: answer(shown, is_whole),
    }
}

/// The tries of a delivery, newest first, seen from `wall_now`: tries are timed by the real clock.
pub(crate) fn attempt_entries(attempts: &[ShownAttempt], wall_now: Timestamp) -> Vec<AttemptEntry> {
    let newest_first = attempts.iter().rev().enumerate();
    newest_first.map(|(index, shown)| entry(shown, index < WHOLE_ANSWERS_MAX, wall_now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_store::queries::outbox::Answer;

    fn shown(number: i64, answer: &str) -> ShownAttempt {
        ShownAttempt {
            number,
            url: "https://shop.example/hook".to_owned(),
            facts: Attempt {
                started_at: Timestamp::from_ms(1_768_478_400_000 + number),
                duration_ms: number * 999,
                status: None,
                error: Some("no answer".to_owned()),
                signed_with: None,
                answer: None::<Answer>,
            },
            answer: Some(Kept::Text(answer.to_owned())),
            answer_is_cut: true,
        }
    }

    #[test]
    fn the_newest_answers_are_whole_and_older_ones_begun() {
        let long = "ä".repeat(250);
        let attempts: Vec<ShownAttempt> = (1..=12).map(|number| shown(number, &long)).collect();
        let entries = attempt_entries(&attempts, Timestamp::from_ms(1_768_478_500_000));
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), (1..=12).rev().collect::<Vec<_>>());
        let lengths: Vec<usize> = entries
            .iter()
            .map(|entry| {
                entry.answer.as_ref().and_then(|kept| kept.text.as_ref()).map_or(0, |text| text.chars().count())
            })
            .collect();
        assert_eq!(lengths[..10], [250; 10]);
        assert_eq!(lengths[10..], [201, 201], "the beginning and a mark that it went on");
        let notes: Vec<bool> = entries
            .iter()
            .map(|entry| entry.answer.as_ref().is_some_and(|kept| kept.note.starts_with("Only")))
            .collect();
        assert_eq!((notes[9], notes[10], notes[11]), (false, true, true));
        let short = attempt_entries(&[shown(1, "no")], Timestamp::from_ms(0)).remove(0);
        let kept = short.answer.expect("it was answered");
        assert_eq!((kept.text.as_deref(), kept.note.as_str()), (Some("no"), "It went on; no more of it was kept."));
        assert_eq!((short.took.as_str(), entries[0].took.as_str()), ("999 ms", "11.9 s"));
    }
}
