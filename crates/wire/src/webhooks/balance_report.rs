//! The data of `BALANCE` (partner.md 3.7): keys in the order of the page's sample.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// A balance report can be downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BalanceReportData {
    /// [`BalanceReportData::DOWNLOAD_TYPE`].
    pub download_type: String,
    /// The report's id, the same as `bizId`.
    pub download_id: i64,
    /// Whose report it is.
    pub user_id: i64,
    /// [`BalanceReportData::SUCCEEDED`]: a number as in the page's sample; a string, as its table says, is read too.
    #[serde(deserialize_with = "number_or_text")]
    pub status: i64,
    /// Where the report is.
    pub download_link: String,
    /// Until when it is there, Unix ms.
    pub expiration_timestamp: i64,
    /// When the report was made: `YYYY-MM-DD HH:MM:SS`.
    pub create_time: String,
    /// Where this notification goes; in the sample alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
}

impl BalanceReportData {
    /// The only `downloadType` of this notification.
    pub const DOWNLOAD_TYPE: &'static str = "merchant_balance_download_task";
    /// The only `status` that is told.
    pub const SUCCEEDED: i64 = 2;
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    raw.get().trim_matches('"').parse().map_err(|_| serde::de::Error::custom("status is no whole number"))
}
