//! The bytes of every kind of notification: held to what is written down here, and to Node's own JSON.

use countersign_client::WebhookEvent;
use countersign_domain::Timestamp;
use countersign_domain::event::Event;
use countersign_domain::id::MerchantId;
use countersign_jobs::{RenderError, Sample, Scene, notification};
use countersign_wire::AuthorizationToken;
use countersign_wire::webhooks::{Notification, biz_type};

const DESTINATION: &str = "https://shop.example/hook";

const SCENE: Scene = Scene {
    subject: 219_129_167_241_265_152,
    merchant_id: MerchantId::new(100_100_006_288),
    provider_id: MerchantId::new(216_447_206),
    at: Timestamp::from_ms(1_671_922_674_167),
};

/// The body that `event` makes.
pub(crate) fn body_of(event: &Event) -> Result<Vec<u8>, RenderError> {
    let token = AuthorizationToken::new("4f92a76767a948d8b5ab60abd8ca2e15".to_owned());
    Ok(notification(event, DESTINATION, |_| Ok(token))?.to_bytes())
}

/// The body of every sample, by name.
pub(crate) fn samples() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    Sample::ALL.iter().map(|sample| (sample.name, body_of(&sample.event(&SCENE)).expect("a sample can be rendered")))
}

#[test]
fn every_kind_of_notification_has_its_golden_body() {
    let bodies: Vec<String> = samples()
        .map(|(name, body)| format!("{name}\n{}\n", String::from_utf8(body).expect("JSON is UTF-8")))
        .collect();
    insta::assert_snapshot!(bodies.join("\n"));
}

#[test]
fn every_golden_body_is_read_again_as_it_was_written() {
    for (name, body) in samples() {
        assert_eq!(Notification::parse(&body).expect(name).to_bytes(), body, "{name}");
    }
}

#[test]
fn the_sdk_reads_every_kind_as_its_own_type() {
    for (name, body) in samples() {
        let notification = Notification::parse(&body).expect(name);
        let read = match WebhookEvent::of(&notification).expect(name) {
            WebhookEvent::Pay(_) => biz_type::PAY,
            WebhookEvent::Refund(_) => biz_type::PAY_REFUND,
            WebhookEvent::Payout(_) => biz_type::PAYOUT,
            WebhookEvent::EmailPayout(_) => biz_type::PAYOUT_NON_BN,
            WebhookEvent::BalanceReport(_) => biz_type::BALANCE,
            WebhookEvent::DirectDebitContract(_) => biz_type::DIRECT_DEBIT_CT,
            WebhookEvent::TechProvider(_) => biz_type::TECH_PROVIDER,
            WebhookEvent::QrCode(_) => biz_type::MERCHANT_QR_CODE,
            WebhookEvent::SharedAccount(_) => biz_type::SHARE_ACCOUNT_ID,
            other => panic!("{name} is read as {other:?}"),
        };
        assert_eq!(read, notification.biz_type, "{name}");
    }
}

/// Rows of outboxes that were written by earlier versions.
#[test]
fn a_refund_that_was_stored_with_its_older_field_is_still_read() {
    let event = Sample::named("REFUND_SUCCESS").expect("it is a sample").event(&SCENE);
    let stored = serde_json::to_string(&event).expect("events serialise").replace("ended_at", "arrived_at");
    assert_eq!(serde_json::from_str::<Event>(&stored).expect("the older name is known"), event);
}
