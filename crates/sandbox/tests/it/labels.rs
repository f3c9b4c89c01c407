//! The portal and the admin API name events as the wire does, though `web` knows neither the wire nor what renders for it, and
//! `api` not the latter.

use countersign_api::admin;
use countersign_domain::Timestamp;
use countersign_domain::id::MerchantId;
use countersign_jobs::{Sample, Scene, wire_labels};
use countersign_service::outbox;
use countersign_web::delivery_labels;

#[test]
fn every_event_is_named_as_on_the_wire() {
    let scene = Scene {
        subject: 1,
        merchant_id: MerchantId::new(2),
        provider_id: MerchantId::new(3),
        at: Timestamp::from_ms(0),
    };
    for sample in Sample::ALL {
        let event = sample.event(&scene);
        let (kind, status) = outbox::labels(&event);
        let of_wire = wire_labels(&event);
        assert_eq!(Some(delivery_labels(kind, status)), of_wire, "{}", sample.name);
        assert_eq!(Some(admin::delivery_labels(kind, status)), of_wire, "{}", sample.name);
    }
    assert_eq!(delivery_labels("A", "B"), ("A", "B"), "what is not known stays as it is stored");
}
