//! The data of `SHARE_ACCOUNT_ID` (partner.md 3.11).

use serde::{Deserialize, Serialize};

/// A payer agreed that a merchant may know the account id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedAccountData {
    /// The merchant's id of the request.
    pub request_id: String,
    /// The payer, a string here.
    pub user_binance_id: String,
    /// The payer's nickname; the key is absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}
