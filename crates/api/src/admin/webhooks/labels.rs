//! Kinds of events in the words of the wire.

use countersign_domain::webhook_endpoint::{EventFilter, EventKind};
use countersign_wire::webhooks;

use crate::admin::error::AdminError;

/// The `bizType` of a kind of events.
pub(super) fn biz_type(of: EventKind) -> &'static str {
    webhooks::biz_type_of(of.name()).expect("every kind of events has a type")
}

/// The kind of events with this `bizType`.
pub(super) fn event_kind(biz_type: &str) -> Result<EventKind, AdminError> {
    let kind = webhooks::kind_of(biz_type).and_then(EventKind::from_name);
    kind.ok_or_else(|| AdminError::EventType(biz_type.to_owned()))
}

/// The filter that lets these values of `bizType` through; everything where there are none.
pub fn event_filter(biz_types: &[String]) -> Result<EventFilter, AdminError> {
    biz_types.iter().map(|biz_type| event_kind(biz_type)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_type_that_leads_back() {
        for kind in EventKind::ALL {
            assert_eq!(event_kind(biz_type(kind)).expect("it is a type"), kind);
        }
        assert!(event_kind("ORDER").is_err());
    }
}
