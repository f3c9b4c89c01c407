//! A notification with its data read.

use countersign_wire::webhooks::{
    BalanceReportData, DirectDebitContractData, EmailPayoutData, Notification, NotificationError, PayData, PayoutData,
    QrCodeData, RefundData, SharedAccountData, TechProviderData, biz_type,
};

/// What a notification tells. Its status, [`Notification::biz_status`], says which of the things that can happen did. More
/// types may come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// `PAY`: an order was paid or closed.
    Pay(Box<PayData>),
    /// `PAY_REFUND`: a refund reached its payer, or cannot be made.
    Refund(Box<RefundData>),
    /// `PAYOUT`: a batch of payouts came a step further.
    Payout(PayoutData),
    /// `PAYOUT_NON_BN`: something became of a payout to somebody without an account.
    EmailPayout(EmailPayoutData),
    /// `BALANCE`: a balance report can be downloaded.
    BalanceReport(BalanceReportData),
    /// `DIRECT_DEBIT_CT`: a payer signed a direct-debit contract, or one ended.
    DirectDebitContract(DirectDebitContractData),
    /// `TECH_PROVIDER`: a merchant decided on an authorization, or one ended or changed.
    TechProvider(TechProviderData),
    /// `MERCHANT_QR_CODE`: a payer scanned a merchant's own code.
    QrCode(QrCodeData),
    /// `SHARE_ACCOUNT_ID`: a payer shared the account id.
    SharedAccount(SharedAccountData),
    /// Another type of event, whose data is [`Notification::data`].
    Other,
}

impl WebhookEvent {
    /// Reads the data of a verified notification by its type.
    pub fn of(notification: &Notification) -> Result<Self, NotificationError> {
        match notification.biz_type.as_ref() {
            biz_type::PAY => notification.data().map(|data| Self::Pay(Box::new(data))),
            biz_type::PAY_REFUND => notification.data().map(|data| Self::Refund(Box::new(data))),
            biz_type::PAYOUT => notification.data().map(Self::Payout),
            biz_type::PAYOUT_NON_BN => notification.data().map(Self::EmailPayout),
            biz_type::BALANCE => notification.data().map(Self::BalanceReport),
            biz_type::DIRECT_DEBIT_CT => notification.data().map(Self::DirectDebitContract),
            biz_type::TECH_PROVIDER => notification.data().map(Self::TechProvider),
            biz_type::MERCHANT_QR_CODE => notification.data().map(Self::QrCode),
            biz_type::SHARE_ACCOUNT_ID => notification.data().map(Self::SharedAccount),
            _ => Ok(Self::Other),
        }
    }
}
