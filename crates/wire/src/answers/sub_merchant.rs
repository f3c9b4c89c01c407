//! Answers of `submerchant/*` (partner.md 5.2 to 5.4).

use serde::{Deserialize, Serialize};

/// What `add` and `modify` answer (decisions.md row 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubMerchantId {
    /// The id, a JSON number of 16 digits (clients.md A9).
    pub sub_merchant_id: i64,
}

/// What `query` answers. Fields that the page requires are always there: a text that was never given is empty, and a store
/// type that was never given is 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubMerchant {
    /// The name as given.
    pub merchant_name: String,
    /// 0 online, 1 physical, -1 both.
    #[serde(default)]
    pub store_type: i64,
    /// Four digits.
    pub merchant_mcc: String,
    /// 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant_type: Option<i64>,
    /// Country codes joined by commas.
    #[serde(default)]
    pub country: String,
    /// 1 to 4; of the founding document's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_type: Option<i64>,
    /// URL of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_url: Option<String>,
    /// Name of the site; of the founding document's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
    /// The store's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The business in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_industry_description: Option<String>,
    /// Four digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_pay_mcc_code: Option<String>,
    /// The second business in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_pay_industry_description: Option<String>,
    /// URL of the logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand_logo: Option<String>,
    /// The registered legal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// Registration or tax number.
    #[serde(default)]
    pub registration_number: String,
    /// Country code.
    #[serde(default)]
    pub registration_country: String,
    /// The registered address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_address: Option<String>,
    /// Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incorporation_date: Option<i64>,
    /// 1 identity card, 2 passport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_type: Option<i64>,
    /// Country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_country: Option<String>,
    /// The certificate's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_valid_date: Option<i64>,
    /// Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_time_isv: Option<i64>,
    /// Country codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_payer_kyc_countries: Option<Vec<String>>,
    /// The id; the page does not say whether the real service tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<i64>,
    /// `ACTIVE` or `SUSPENDED` (decisions.md row 26); no published field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}
