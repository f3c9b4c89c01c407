//! A webhook endpoint that only failed was switched off, or the operator switched it off.

use countersign_domain::Timestamp;
use countersign_service::Links;

use super::moment;
use crate::mail::letter::{Block, Letter, name_in_subject};
use crate::mail::mail::Mail;

/// Which endpoint, and since when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointDisabled<'a> {
    /// The merchant whose endpoint it is.
    pub merchant: &'a str,
    /// Its URL.
    pub url: &'a str,
    /// Since when every try failed, in business time; `None` where the operator switched it off.
    pub failing_since: Option<Timestamp>,
    /// When it was switched off, in business time.
    pub disabled_at: Timestamp,
}

/// The mail to one of the merchant's people.
pub fn endpoint_disabled(to: &str, what: &EndpointDisabled<'_>, links: &Links) -> Mail {
    let merchant = what.merchant;
    let (preview, why, advice) = match what.failing_since {
        Some(_) => (
            "Every try failed; nothing is sent to it until you switch it on again.",
            format!(
                "No message to this endpoint of {merchant} has arrived for days, so nothing is sent to it any more."
            ),
            "Your log of deliveries shows what went wrong at each try. Mend the receiver, then switch the endpoint on again; you can have sent what it missed:",
        ),
        None => (
            "Nothing is sent to it until the operator switches it on again.",
            format!(
                "The operator of this service has switched off this endpoint of {merchant}. Only the operator can switch it on again."
            ),
            "Ask the operator why. Once it is on again you can have sent what it missed:",
        ),
    };
    let facts = [
        Some(("Endpoint", what.url.to_owned())),
        what.failing_since.map(|since| ("Failing since", moment(since))),
        Some(("Switched off", moment(what.disabled_at))),
    ];
    let letter = Letter {
        subject: format!("A webhook endpoint of {} is switched off", name_in_subject(merchant)),
        preview: preview.to_owned(),
        heading: "A webhook endpoint is switched off".to_owned(),
        blocks: vec![
            Block::Text(why),
            Block::Facts(facts.into_iter().flatten().collect()),
            Block::Text(advice.to_owned()),
            Block::Link { label: "Open webhooks", href: format!("{}/developers/webhook", links.portal()) },
            Block::Caution("Until then your systems do not learn of payments and refunds by webhook.".to_owned()),
        ],
        because: format!("You are told because you act for {merchant}."),
    };
    letter.to_mail(to, links.base())
}
