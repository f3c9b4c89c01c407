//! What is said once on the page after a form was accepted: a word in a short-lived cookie, text only from here.

use super::cookie::Cookie;
use crate::view::{Flash, Tone};

/// Carries one [`Notice`] over a redirect.
pub(crate) const FLASH: Cookie = Cookie { name: "countersign_flash", seconds: Some(60) };

/// Everything that is ever said this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    RequestCancelled,
    VendorSaved,
    VendorFrozen,
    VendorUnfrozen,
    VendorDisabled,
    ProviderUnblocked,
    KeyDeleted,
    OrderClosed,
    OrderRefunded,
    RefundWaits,
    RefundedBefore,
    SubMerchantAdded,
    SubMerchantSaved,
    SubMerchantSuspended,
    SubMerchantResumed,
    EndpointAdded,
    EndpointSaved,
    EndpointEnabled,
    EndpointDisabled,
    EndpointHeld,
    EndpointRemoved,
    SentAgain,
    NoLongerPossible,
    PasswordSet,
}

const NOTICES: &[(Notice, &str, Tone, &str)] = &[
    (Notice::RequestCancelled, "request-cancelled", Tone::Good, "The request is cancelled; its link is dead."),
    (Notice::VendorSaved, "vendor-saved", Tone::Good, "Saved. It holds from now on."),
    (Notice::VendorFrozen, "vendor-frozen", Tone::Good, "Frozen. Nothing new starts until you unfreeze it."),
    (Notice::VendorUnfrozen, "vendor-unfrozen", Tone::Good, "Unfrozen. It can act for you again."),
    (Notice::VendorDisabled, "vendor-disabled", Tone::Good, "Its authority has ended for good."),
    (Notice::ProviderUnblocked, "provider-unblocked", Tone::Good, "Unblocked. The provider can ask you again."),
    (Notice::KeyDeleted, "key-deleted", Tone::Good, "The key is deleted. Calls signed with it are refused."),
    (Notice::OrderClosed, "order-closed", Tone::Good, "Closed. Nobody can pay it any more."),
    (Notice::OrderRefunded, "order-refunded", Tone::Good, "Refunded. The payer has the money."),
    (Notice::RefundWaits, "refund-waits", Tone::Good, "Accepted. The money is held until the payer can take it."),
    (Notice::RefundedBefore, "refunded-before", Tone::Warn, "This refund was made already. Nothing more was refunded."),
    (Notice::SubMerchantAdded, "sub-merchant-added", Tone::Good, "Added. Orders can name it from now on."),
    (Notice::SubMerchantSaved, "sub-merchant-saved", Tone::Good, "Saved."),
    (Notice::SubMerchantSuspended, "sub-merchant-suspended", Tone::Good, "Suspended. New orders for it are refused."),
    (Notice::SubMerchantResumed, "sub-merchant-resumed", Tone::Good, "Resumed. Orders can name it again."),
    (Notice::EndpointAdded, "endpoint-added", Tone::Good, "Added. What happens from now on is sent there."),
    (Notice::EndpointSaved, "endpoint-saved", Tone::Good, "Saved."),
    (Notice::EndpointEnabled, "endpoint-enabled", Tone::Good, "Enabled. What happens from now on is sent there."),
    (Notice::EndpointDisabled, "endpoint-disabled", Tone::Good, "Disabled. It gets nothing until you enable it."),
    (
        Notice::EndpointHeld,
        "endpoint-held",
        Tone::Warn,
        "The operator disabled this endpoint, and only the operator can enable it.",
    ),
    (Notice::EndpointRemoved, "endpoint-removed", Tone::Good, "Removed. Nothing is sent there any more."),
    (Notice::SentAgain, "sent-again", Tone::Good, "It is sent again now."),
    (Notice::NoLongerPossible, "no-longer-possible", Tone::Warn, "Nothing was changed: it has moved on meanwhile."),
    (
        Notice::PasswordSet,
        "password-set",
        Tone::Good,
        "The new password is set and every session has ended. Sign in with it.",
    ),
];

impl Notice {
    /// The word in the cookie.
    pub(crate) fn word(self) -> &'static str {
        NOTICES.iter().find(|row| row.0 == self).map(|row| row.1).expect("every notice has a row")
    }

    /// What a word says; an unknown one says nothing.
    pub(super) fn said(word: &str) -> Option<Flash> {
        let row = NOTICES.iter().find(|row| row.1 == word)?;
        Some(Flash { tone: row.2, text: row.3.to_owned() })
    }
}
