//! From a message of the outbox to its mail.

use countersign_domain::event::{AccessChange, AccessEvent, Event};
use countersign_service::{Platform, password_resets};
use countersign_store::queries::outbox::Message;
use secrecy::ExposeSecret;

use super::letters::{Access, EndpointDisabled, authorization, endpoint_disabled};
use super::mail::Mail;
use crate::render::RenderError;

/// The mail of a message: of an authorization to the provider's people where it stands in the provider's log, else to the
/// merchant's. It may hold a link that grants: seal it before it is stored.
pub fn render_mail(platform: &Platform, message: &Message, event: &Event) -> Result<Mail, RenderError> {
    let links = &platform.links;
    match event {
        Event::Authorization(event) => {
            let to_provider = message.merchant_id == event.provider_id;
            Ok(authorization(event, to_provider, links).to_mail(&message.destination, links.base()))
        }
        Event::Access(event) => access(platform, &message.destination, event),
        Event::EndpointDisabled(event) => {
            let what = EndpointDisabled {
                merchant: &event.merchant_name,
                url: &event.url,
                failing_since: event.failing_since,
                disabled_at: event.at,
            };
            Ok(endpoint_disabled(&message.destination, &what, links))
        }
        _ => Err(RenderError::NoMail),
    }
}

fn access(platform: &Platform, to: &str, event: &AccessEvent) -> Result<Mail, RenderError> {
    let links = &platform.links;
    let access = Access { account: &event.account, email: to, links };
    let mut useless_from = None;
    let letter = match &event.change {
        AccessChange::NewDevice { whereabouts, at } => access.new_device(whereabouts, *at),
        AccessChange::PasswordChanged { whereabouts, at } => access.changed_password(whereabouts, *at),
        AccessChange::ResetAsked { token_sealed, expires_at } => {
            useless_from = Some(expires_at.ms());
            let token = password_resets::open_token(platform, event.user_id, token_sealed)?;
            access.reset_link(token.expose_secret(), *expires_at)
        }
    };
    Ok(Mail { useless_from, ..letter.to_mail(to, links.base()) })
}
