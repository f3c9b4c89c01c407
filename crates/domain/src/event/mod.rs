//! What happened, typed: the causes of webhooks and mails.
//!
//! An event is stored in the transaction that caused it and rendered once, later, by the dispatcher. It carries what the
//! message will say, never a secret: the token of an authorization is looked up when the message is rendered.
//!
//! Payouts, reports, contracts, scanned codes and shared accounts have their events already; what causes them comes later.

mod access;
mod authorization;
mod balance_report;
mod direct_debit;
mod endpoint;
mod order;
mod payer;
mod payout;
mod refund;

use serde::{Deserialize, Serialize};

use crate::webhook_endpoint::EventKind;

pub use access::{AccessChange, AccessEvent, Whereabouts};
pub use authorization::{AuthorizationChange, AuthorizationEvent};
pub use balance_report::BalanceReportReadyEvent;
pub use direct_debit::{ContractChange, ContractEndedBy, DirectDebitContractEvent};
pub use endpoint::EndpointDisabledEvent;
pub use order::{OrderClosedEvent, OrderPaidEvent};
pub use payer::{AccountSharedEvent, QrCodeScannedEvent, ScannedAmount};
pub use payout::{EmailPayoutEvent, EmailPayoutOutcome, PayoutEvent, PayoutProgress};
pub use refund::RefundEvent;

/// Anything that is told to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// See [`AuthorizationEvent`].
    Authorization(AuthorizationEvent),
    /// See [`OrderPaidEvent`].
    OrderPaid(OrderPaidEvent),
    /// A refund reached its payer.
    OrderRefunded(RefundEvent),
    /// A refund cannot be made.
    RefundRejected(RefundEvent),
    /// See [`OrderClosedEvent`].
    OrderClosed(OrderClosedEvent),
    /// See [`PayoutEvent`].
    Payout(PayoutEvent),
    /// See [`EmailPayoutEvent`].
    EmailPayout(EmailPayoutEvent),
    /// See [`BalanceReportReadyEvent`].
    BalanceReportReady(BalanceReportReadyEvent),
    /// See [`DirectDebitContractEvent`].
    DirectDebitContract(DirectDebitContractEvent),
    /// See [`QrCodeScannedEvent`].
    QrCodeScanned(QrCodeScannedEvent),
    /// See [`AccountSharedEvent`].
    AccountShared(AccountSharedEvent),
    /// See [`EndpointDisabledEvent`]; told by mail alone.
    EndpointDisabled(EndpointDisabledEvent),
    /// See [`AccessEvent`]; told by mail alone.
    Access(AccessEvent),
}

impl Event {
    /// The number that receivers know the subject by, stable over every try.
    pub const fn subject(&self) -> i64 {
        match self {
            Self::Authorization(event) => event.authorization_id.get(),
            Self::OrderPaid(event) => event.order_id.get(),
            Self::OrderRefunded(event) | Self::RefundRejected(event) => event.order_id.get(),
            Self::OrderClosed(event) => event.order_id.get(),
            Self::Payout(event) => event.payout_id.get(),
            Self::EmailPayout(event) => event.item_id.get(),
            Self::BalanceReportReady(event) => event.report_id.get(),
            Self::DirectDebitContract(event) => event.contract_id.get(),
            Self::QrCodeScanned(event) => event.scan_id.get(),
            Self::AccountShared(event) => event.share_id.get(),
            Self::EndpointDisabled(event) => event.endpoint_id.get(),
            Self::Access(event) => event.user_id.get(),
        }
    }

    /// What a webhook of it is about; `None` where it is told by mail alone.
    pub const fn kind(&self) -> Option<EventKind> {
        Some(match self {
            Self::Authorization(_) => EventKind::Authorization,
            Self::OrderPaid(_) | Self::OrderClosed(_) => EventKind::Order,
            Self::OrderRefunded(_) | Self::RefundRejected(_) => EventKind::Refund,
            Self::Payout(_) => EventKind::Payout,
            Self::EmailPayout(_) => EventKind::ExternalPayout,
            Self::BalanceReportReady(_) => EventKind::BalanceReport,
            Self::DirectDebitContract(_) => EventKind::DirectDebitContract,
            Self::QrCodeScanned(_) => EventKind::MerchantQrCode,
            Self::AccountShared(_) => EventKind::SharedAccountId,
            Self::EndpointDisabled(_) | Self::Access(_) => return None,
        })
    }

    /// Whether the rendered webhook carries a secret and must be sealed at rest.
    pub const fn carries_secret(&self) -> bool {
        matches!(self, Self::Authorization(_))
    }

    /// The same of the rendered mail: a link that lets its reader in. No mail shows the token of an authorization.
    pub const fn mail_carries_secret(&self) -> bool {
        matches!(self, Self::Access(AccessEvent { change: AccessChange::ResetAsked { .. }, .. }))
    }
}
