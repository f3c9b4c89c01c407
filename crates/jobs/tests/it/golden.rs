//! The bytes of every kind of notification: held to what is written down here, and to Node's own JSON.

use countersign_domain::Timestamp;
use countersign_domain::event::Event;
use countersign_domain::id::MerchantId;
use countersign_jobs::{RenderError, Sample, Scene, notification};
use countersign_wire::AuthorizationToken;
use countersign_wire::webhooks::Notification;

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

/// Rows of outboxes that were written by earlier versions.
#[test]
fn a_refund_that_was_stored_with_its_older_field_is_still_read() {
    let event = Sample::named("REFUND_SUCCESS").expect("it is a sample").event(&SCENE);
    let stored = serde_json::to_string(&event).expect("events serialise").replace("ended_at", "arrived_at");
    assert_eq!(serde_json::from_str::<Event>(&stored).expect("the older name is known"), event);
}
