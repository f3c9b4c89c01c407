//! The data of `MERCHANT_QR_CODE` (partner.md 3.10). The page makes it an object; it is a JSON string like every other
//! type's (decisions.md row 46).

use serde::{Deserialize, Serialize};

/// A payer scanned a merchant's own code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QrCodeData {
    /// The text of the code.
    pub qr_content: String,
    /// The id of the scan, the same as `bizIdStr`: an order names it in `qrCodeReferId`, once.
    pub refer_id: String,
    /// One of [`qr_code_type`]; older bodies have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr_code_type: Option<String>,
    /// What the payer typed in, a plain decimal, where the payer was to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// The values of `qrCodeType`.
pub mod qr_code_type {
    /// The merchant set the amount.
    pub const FIXED_AMOUNT: &str = "FIXED_AMOUNT";
    /// The payer types it in.
    pub const USER_INPUT_AMOUNT: &str = "USER_INPUT_AMOUNT";
}
