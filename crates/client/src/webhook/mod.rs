//! Webhooks as a receiver meets them: believed or not ([`WebhookVerifier::verify`]), read ([`WebhookEvent`]), and where one is
//! not believed, the reason ([`WebhookVerifier::inspect`]). No I/O, no ambient clock.

mod doctor;
mod event;
mod verifier;

pub use doctor::{CapturedDelivery, DeliveryFault, INSPECTED_BODY_MAX, Inspection, REPRINTED_BODY_MAX};
pub use event::WebhookEvent;
pub use verifier::{CERTIFICATES_MAX, CertificateError, VerifyError, WEBHOOK_AGE_DEFAULT, WebhookVerifier};
