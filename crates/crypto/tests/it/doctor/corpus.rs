//! Every mistake over every body: diagnosed rightly, none mistaken for another.

use std::collections::BTreeMap;

use countersign_crypto::doctor::Mistake;

use super::faults::FAULTS;
use super::request::Sent;
use super::texts::TEXTS;

/// Where the bytes sent are those of a right request, or of a mistake listed earlier: nobody could tell them apart.
const COINCIDENCES: &[(Mistake, &str, Option<Mistake>)] = &[
    // A body that ends in LF, signed without the payload's own: as if the line end had only been sent.
    (Mistake::MissingFinalLineFeed, "flat", Some(Mistake::BodyWhitespaceNotSigned)),
    (Mistake::MissingFinalLineFeed, "nested", Some(Mistake::BodyWhitespaceNotSigned)),
    (Mistake::MissingFinalLineFeed, "list", Some(Mistake::BodyWhitespaceNotSigned)),
    (Mistake::MissingFinalLineFeed, "empty object", Some(Mistake::BodyWhitespaceNotSigned)),
    (Mistake::MissingFinalLineFeed, "empty", Some(Mistake::BodyWhitespaceNotSigned)),
    // Without a body its line is one LF.
    (Mistake::BodyLineLeftOut, "empty", Some(Mistake::MissingFinalLineFeed)),
    // Nothing to escape: the other serialiser prints the same.
    (Mistake::BodySlashesEscaped, "flat", None),
    (Mistake::BodySlashesPlain, "flat", None),
    (Mistake::BodyUnicodeEscaped, "flat", None),
    (Mistake::BodyUnicodeEscaped, "flat", None),
    (Mistake::BodyUnicodeRaw, "flat", None),
    (Mistake::BodyUnicodeRaw, "flat", None),
    (Mistake::BodyMarkupEscaped, "flat", None),
    (Mistake::BodyMarkupPlain, "flat", None),
];

struct Sample {
    made: Mistake,
    body: &'static str,
    sent: Sent,
    /// What the bytes show: the first mistake that makes them; `None` for a right request.
    shown: Option<Mistake>,
}

fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for (made, fault) in FAULTS {
        for texts in TEXTS {
            let Some(sent) = fault(texts) else { continue };
            let first = samples.iter().find(|sample| sample.sent == sent).map_or(*made, |sample| sample.made);
            let shown = if sent == Sent::right(&sent.body) { None } else { Some(first) };
            samples.push(Sample { made: *made, body: texts.name, sent, shown });
        }
    }
    samples
}

#[test]
fn every_mistake_is_named_and_none_is_taken_for_another() {
    let mut failed = Vec::new();
    for Sample { made, body, sent, shown } in samples() {
        let diagnosis = sent.diagnosed();
        let right =
            diagnosis.mistake == shown && diagnosis.also.is_empty() && diagnosis.signature_holds == sent.holds();
        if !right {
            failed.push(format!("{made:?} of the {body} body: {diagnosis:?}"));
        }
    }
    assert!(failed.is_empty(), "{} samples\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn only_known_rows_of_the_corpus_coincide() {
    let found: Vec<_> = samples()
        .iter()
        .filter(|sample| sample.shown != Some(sample.made))
        .map(|sample| (sample.made, sample.body, sample.shown))
        .collect();
    assert_eq!(found, COINCIDENCES);
}

#[test]
fn the_corpus_holds_every_mistake_over_as_many_bodies_as_make_sense() {
    let mut bodies: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for sample in samples().iter().filter(|sample| sample.shown == Some(sample.made)) {
        let names = bodies.entry(format!("{:?}", sample.made)).or_default();
        if !names.contains(&sample.body) {
            names.push(sample.body);
        }
    }
    for mistake in Mistake::ALL {
        let count = bodies.get(&format!("{mistake:?}")).map_or(0, Vec::len);
        // The rest needs a member or a letter that only some bodies have, or none at all.
        let least = match mistake {
            Mistake::BodyNotSent | Mistake::BodyNullsLeftOut | Mistake::BodyFormEncoded => 1,
            Mistake::BodySlashesEscaped | Mistake::BodySlashesPlain => 2,
            Mistake::BodyUnicodeEscaped | Mistake::BodyUnicodeRaw => 2,
            Mistake::BodyMarkupEscaped | Mistake::BodyMarkupPlain => 2,
            _ => 3,
        };
        assert!(count >= least, "{mistake:?} has {count} bodies");
    }
}
