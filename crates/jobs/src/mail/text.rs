//! What the mails say. A mail never shows a token, and its link grants nothing to whoever is not signed in.

use askama::Template;
use countersign_domain::Scope;
use countersign_domain::event::{AuthorizationChange, AuthorizationEvent, EndpointDisabledEvent, Event};
use countersign_domain::time::DAY_MS;
use countersign_service::Links;
use countersign_service::outbox::MISSED_MS_MAX;
use countersign_store::queries::outbox::Message;
use serde::{Deserialize, Serialize};

use crate::render::RenderError;

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text, lines ended by LF.
    pub text: String,
}

impl Mail {
    /// The form in which the outbox keeps it: a JSON object with `to`, `subject` and `text`.
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("three strings always serialise")
    }

    /// Reads what [`Mail::to_body`] wrote.
    pub fn from_body(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }
}

/// The mail of a message: to the provider's people where it stands in the provider's log, else to the merchant's.
pub fn render_mail(message: &Message, event: &Event, links: &Links) -> Result<Mail, RenderError> {
    match event {
        Event::Authorization(event) => {
            let to_provider = message.merchant_id == event.provider_id;
            let (subject, text) = authorization(event, to_provider, links);
            Ok(Mail { to: message.destination.clone(), subject, text })
        }
        Event::EndpointDisabled(event) => {
            let (subject, text) = endpoint_disabled(event, links);
            Ok(Mail { to: message.destination.clone(), subject, text })
        }
        _ => Err(RenderError::NoMail),
    }
}

/// What every template of an authorization may say.
struct Facts<'a> {
    provider: &'a str,
    merchant: &'a str,
    authorization: String,
    scopes: Vec<&'static str>,
    link: String,
    to_provider: bool,
}

#[derive(Template)]
#[template(path = "mail/agreed.txt")]
struct Agreed<'a> {
    facts: &'a Facts<'a>,
}

#[derive(Template)]
#[template(path = "mail/rejected.txt")]
struct Rejected<'a> {
    facts: &'a Facts<'a>,
}

#[derive(Template)]
#[template(path = "mail/changed.txt")]
struct Changed<'a> {
    facts: &'a Facts<'a>,
}

#[derive(Template)]
#[template(path = "mail/disabled.txt")]
struct Disabled<'a> {
    facts: &'a Facts<'a>,
}

fn authorization(event: &AuthorizationEvent, to_provider: bool, links: &Links) -> (String, String) {
    let (provider, merchant) = (event.provider_name.as_str(), event.merchant_name.as_str());
    let portal = links.portal();
    let link = match (to_provider, event.change) {
        (true, _) => format!("{portal}/technical-vendor/{}", event.authorization_id),
        (false, AuthorizationChange::Agreed | AuthorizationChange::Changed) => {
            format!("{portal}/vendors/{}", event.authorization_id)
        }
        (false, AuthorizationChange::Rejected | AuthorizationChange::Disabled) => format!("{portal}/vendors"),
    };
    let facts = Facts {
        provider,
        merchant,
        authorization: event.authorization_id.to_string(),
        scopes: event.scopes.iter().map(words).collect(),
        link,
        to_provider,
    };
    let facts = &facts;
    let (subject, text) = match (event.change, to_provider) {
        (AuthorizationChange::Agreed, true) => (format!("{merchant} has authorized you"), Agreed { facts }.render()),
        (AuthorizationChange::Agreed, false) => {
            (format!("{provider} can now act for {merchant}"), Agreed { facts }.render())
        }
        (AuthorizationChange::Rejected, true) => {
            (format!("{merchant} has declined your request"), Rejected { facts }.render())
        }
        (AuthorizationChange::Rejected, false) => {
            (format!("You have declined a request from {provider}"), Rejected { facts }.render())
        }
        (AuthorizationChange::Changed, true) => {
            (format!("{merchant} has changed your authorization"), Changed { facts }.render())
        }
        (AuthorizationChange::Changed, false) => {
            (format!("What {provider} may do for {merchant} has changed"), Changed { facts }.render())
        }
        (AuthorizationChange::Disabled, true) => {
            (format!("Your authorization for {merchant} has ended"), Disabled { facts }.render())
        }
        (AuthorizationChange::Disabled, false) => {
            (format!("{provider} can no longer act for {merchant}"), Disabled { facts }.render())
        }
    };
    (subject, text.expect("text templates only write to a string"))
}

#[derive(Template)]
#[template(path = "mail/endpoint_disabled.txt")]
struct EndpointDisabled<'a> {
    event: &'a EndpointDisabledEvent,
    days: i64,
    kept_days: i64,
    link: String,
}

fn endpoint_disabled(event: &EndpointDisabledEvent, links: &Links) -> (String, String) {
    let mail = EndpointDisabled {
        event,
        days: event.at.ms_since(event.failing_since) / DAY_MS,
        kept_days: MISSED_MS_MAX / DAY_MS,
        link: format!("{}/developers/webhook", links.portal()),
    };
    let text = mail.render().expect("text templates only write to a string");
    (format!("A webhook endpoint of {} was disabled", event.merchant_name), text)
}

/// A scope in a few words; the pages say more.
const fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::Convert => "Convert currencies",
        Scope::Refund => "Give refunds",
        Scope::Checkout => "Take payments",
        Scope::Payout => "Send payouts",
        Scope::Report => "Download reports",
        Scope::InternalTransfer => "Move funds between the merchant's own wallets",
        Scope::Balance => "See balances",
        Scope::DirectDebit => "Collect by direct debit",
        Scope::ProfitSharing => "Split payments",
        Scope::SubMerchant => "Manage sub-merchants",
    }
}
