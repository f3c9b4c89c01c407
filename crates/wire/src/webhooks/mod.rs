//! Webhooks: the notification's exact bytes (clients.md H3 to H5), the data inside, and the receiver's answer.

mod balance_report;
mod direct_debit;
mod events;
mod names;
mod notification;
mod pay;
mod payout;
mod qr_code;
mod receiver;
mod refund;
mod shared_account;
mod tech_provider;

pub use balance_report::BalanceReportData;
pub use direct_debit::{DirectDebitContractData, termination_way};
pub use events::{biz_type_of, kind_of, labels, labels_or_stored, stored_events};
pub use names::{biz_status, biz_type};
pub use notification::{Notification, NotificationError};
pub use pay::{PayData, PaymentInfo, PaymentInstruction};
pub use payout::{EmailPayoutData, PayoutData};
pub use qr_code::{QrCodeData, qr_code_type};
pub use receiver::{ReceiverAnswer, Verdict, judge};
pub use refund::{RefundData, RefundInfo};
pub use shared_account::SharedAccountData;
pub use tech_provider::TechProviderData;
