//! The names of types and statuses (partner.md 3.2).

/// The values of `bizType`.
pub mod biz_type {
    /// An order.
    pub const PAY: &str = "PAY";
    /// A refund.
    pub const PAY_REFUND: &str = "PAY_REFUND";
    /// A batch of payouts.
    pub const PAYOUT: &str = "PAYOUT";
    /// One payout to somebody who had no account.
    pub const PAYOUT_NON_BN: &str = "PAYOUT_NON_BN";
    /// A balance report.
    pub const BALANCE: &str = "BALANCE";
    /// A direct-debit contract.
    pub const DIRECT_DEBIT_CT: &str = "DIRECT_DEBIT_CT";
    /// An authorization.
    pub const TECH_PROVIDER: &str = "TECH_PROVIDER";
    /// A merchant's own QR code.
    pub const MERCHANT_QR_CODE: &str = "MERCHANT_QR_CODE";
    /// A payer's account id.
    pub const SHARE_ACCOUNT_ID: &str = "SHARE_ACCOUNT_ID";
}

/// The values of `bizStatus`.
pub mod biz_status {
    /// The order is paid.
    pub const PAY_SUCCESS: &str = "PAY_SUCCESS";
    /// The order was closed or expired unpaid.
    pub const PAY_CLOSED: &str = "PAY_CLOSED";
    /// The refund has reached the payer.
    pub const REFUND_SUCCESS: &str = "REFUND_SUCCESS";
    /// The refund could not be made.
    pub const REFUND_REJECTED: &str = "REFUND_REJECTED";
    /// The batch was taken.
    pub const ACCEPTED: &str = "ACCEPTED";
    /// The batch is being paid.
    pub const PROCESSING: &str = "PROCESSING";
    /// All of the batch, or the one payout, has arrived; or a payer shared an account id.
    pub const SUCCESS: &str = "SUCCESS";
    /// Some of the batch has arrived.
    pub const PART_SUCCESS: &str = "PART_SUCCESS";
    /// Nothing of the batch has arrived.
    pub const FAILED: &str = "FAILED";
    /// The batch was given up.
    pub const CANCELED: &str = "CANCELED";
    /// The one payout could not be made.
    pub const FAIL: &str = "FAIL";
    /// The one payout waits for its receiver to register.
    pub const AWAITING_RECEIPT: &str = "AWAITING_RECEIPT";
    /// The one payout went back, because its receiver did not register in time.
    pub const REFUNDED: &str = "REFUNDED";
    /// The report can be downloaded.
    pub const BALANCE_SUCCESS: &str = "BALANCE_SUCCESS";
    /// The payer signed.
    pub const CONTRACT_SIGNED: &str = "CONTRACT_SIGNED";
    /// The payer or the operator ended the contract.
    pub const CONTRACT_TERMINATED: &str = "CONTRACT_TERMINATED";
    /// The contract ended by its own date.
    pub const CONTRACT_EXPIRED: &str = "CONTRACT_EXPIRED";
    /// The merchant approved.
    pub const SUBMIT_AUTH_AGREE: &str = "SUBMIT_AUTH_AGREE";
    /// The merchant refused.
    pub const SUBMIT_AUTH_REJECT: &str = "SUBMIT_AUTH_REJECT";
    /// A grant was changed.
    pub const TP_AUTH_CHANGED: &str = "TP_AUTH_CHANGED";
    /// A grant ended.
    pub const TP_AUTH_DISABLED: &str = "TP_AUTH_DISABLED";
    /// A payer scanned the code; so spelt on the wire.
    pub const MERCHANT_QR_CODE_SCANED: &str = "MERCHANT_QR_CODE_SCANED";
}
