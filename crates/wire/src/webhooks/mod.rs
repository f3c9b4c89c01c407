//! Webhooks: the notification's exact bytes (clients.md H3 to H5), the data inside, and the receiver's answer.

mod notification;
mod pay;
mod receiver;
mod refund;
mod tech_provider;

pub use notification::{Notification, NotificationError, biz_status, biz_type};
pub use pay::{PayData, PaymentInfo, PaymentInstruction};
pub use receiver::{ReceiverAnswer, Verdict, judge};
pub use refund::{RefundData, RefundInfo};
pub use tech_provider::TechProviderData;
