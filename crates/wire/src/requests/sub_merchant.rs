//! `submerchant/add`, `modify` and `query` (founding document 004, partner.md 5.2 to 5.4).
//!
//! The tables hold the fields of every version of the page with their limits. Which of them a body needs depends on several
//! of them at once and on reference data (decisions.md row 22), and is judged behind the wire.

use std::borrow::Cow;

use serde::Serialize;

use crate::body::{Body, Checked};
use crate::refusal::Refusal;
use crate::schema::{Charset, Field, Kind, Schema};

/// The most characters of a sub-merchant's name (founding document 004).
const NAME_MAX: usize = 128;
/// The most characters of a sub-merchant's id where it is asked for (partner.md 5.3 and 5.4).
const SUB_MERCHANT_ID_MAX: usize = 128;
/// The most characters of a business class in words (partner.md 5.2).
const INDUSTRY_MAX: usize = 500;
const BRAND_LOGO_MAX: usize = 256;
const SITE_URL_MAX: usize = 256;
const SITE_NAME_MAX: usize = 32;
const COMPANY_NAME_MAX: usize = 64;
const REGISTRATION_NUMBER_MAX: usize = 64;
const CERTIFICATE_NUMBER_MAX: usize = 64;
const ADDRESS_MAX: usize = 1024;
/// Room for every country there is; the page gives no bound.
const COUNTRIES_TEXT_MAX: usize = 1024;
/// As many as there are countries.
const BLOCKED_COUNTRIES_MAX: usize = 250;

const MCC: Kind = Kind::Text { min: 4, max: 4, charset: Charset::Digits };
const COUNTRY: Kind = Kind::Text { min: 2, max: 2, charset: Charset::Upper };

/// The fields that `add` and `modify` share, in the page's order, behind those given.
macro_rules! fields {
    ($($first:expr),* $(,)?) => {
        &[
            $($first,)*
            Field::optional(
                "mainMerchantId",
                Kind::Identifier { max: 32, charset: Charset::Alphanumeric },
                "the acting partner's own merchant id, which the oldest page asked for",
            ),
            Field::required("merchantName", Kind::text(NAME_MAX), "the name, unique under one partner"),
            Field::optional(
                "merchantType",
                Kind::Integer { min: 1, max: 5 },
                "1 individual, 2 sole proprietor, 3 partnership, 4 private company, 5 other company",
            ),
            Field::required("merchantMcc", MCC, "merchant category code"),
            Field::optional(
                "payIndustryDescription",
                Kind::text(INDUSTRY_MAX),
                "the business in words, for merchantMcc 9999",
            ),
            Field::optional("subPayMccCode", MCC, "a second merchant category code"),
            Field::optional(
                "subPayIndustryDescription",
                Kind::text(INDUSTRY_MAX),
                "the second business in words, for subPayMccCode 9999",
            ),
            Field::optional("brandLogo", Kind::text(BRAND_LOGO_MAX), "URL of the logo"),
            Field::optional(
                "country",
                Kind::text(COUNTRIES_TEXT_MAX),
                "where it operates: ISO 3166 alpha-2 codes joined by commas; GO means everywhere",
            ),
            Field::optional("address", Kind::text(ADDRESS_MAX), "the store's address; for physical stores"),
            Field::optional("companyName", Kind::text(COMPANY_NAME_MAX), "the registered legal name"),
            Field::optional("registrationNumber", Kind::text(REGISTRATION_NUMBER_MAX), "registration or tax number"),
            Field::optional("registrationCountry", COUNTRY, "ISO 3166 alpha-2 code of the country of registration"),
            Field::optional("registrationAddress", Kind::text(ADDRESS_MAX), "the registered address"),
            Field::optional("incorporationDate", Kind::TimestampMs, "since when the registration is in effect"),
            Field::optional("storeType", Kind::Integer { min: -1, max: 1 }, "0 online, 1 physical, -1 both"),
            Field::optional("siteType", Kind::Integer { min: 1, max: 4 }, "1 web, 2 app, 3 applet, 4 other"),
            Field::optional("siteUrl", Kind::text(SITE_URL_MAX), "URL of the site; for web sites and online stores"),
            Field::optional("siteName", Kind::text(SITE_NAME_MAX), "name of the site; for siteType 1, 2 and 3"),
            Field::optional("certificateType", Kind::Integer { min: 1, max: 2 }, "1 identity card, 2 passport"),
            Field::optional("certificateCountry", COUNTRY, "ISO 3166 alpha-2 code of the issuing country"),
            Field::optional("certificateNumber", Kind::text(CERTIFICATE_NUMBER_MAX), "the certificate's number"),
            Field::optional("certificateValidDate", Kind::TimestampMs, "until when the certificate is valid"),
            Field::optional("contractTimeIsv", Kind::TimestampMs, "date of the contract with the partner"),
            Field::optional(
                "blockPayerKycCountries",
                Kind::List { of: &COUNTRY, min: 0, max: BLOCKED_COUNTRIES_MAX, skip_empty: true },
                "payers who were identified in one of these countries are blocked",
            ),
        ]
    };
}

const ID: Kind = Kind::Identifier { max: SUB_MERCHANT_ID_MAX, charset: Charset::Digits };

/// The parameters of `submerchant/add`.
pub static SUB_MERCHANT_ADD: Schema =
    Schema { name: "SubMerchantAdd", source: "founding document 004, partner.md 5.2", fields: fields!() };

/// The parameters of `submerchant/modify`: a full rewrite (decisions.md row 25).
pub static SUB_MERCHANT_MODIFY: Schema = Schema {
    name: "SubMerchantModify",
    source: "partner.md 5.3",
    fields: fields!(Field::required("subMerchantId", ID, "the id as the add answer gave it")),
};

/// The parameters of `submerchant/query`: exactly one of the two.
pub static SUB_MERCHANT_QUERY: Schema = Schema {
    name: "SubMerchantQuery",
    source: "partner.md 5.4",
    fields: &[
        Field::optional("subMerchantId", ID, "the id as the add answer gave it"),
        Field::optional("subMerchantName", Kind::text(NAME_MAX), "the name under the acting partner"),
    ],
};

/// What `add` and `modify` say of a sub-merchant. One struct for both: only `modify` has `sub_merchant_id`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubMerchantWrite<'a> {
    /// Which one, on `modify`: digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<Cow<'a, str>>,
    /// The acting partner's own merchant id; never needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_merchant_id: Option<Cow<'a, str>>,
    /// The name, at most 128 characters.
    pub merchant_name: Cow<'a, str>,
    /// 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_type: Option<i64>,
    /// Four digits.
    pub merchant_mcc: Cow<'a, str>,
    /// The business in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_industry_description: Option<Cow<'a, str>>,
    /// Four digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_pay_mcc_code: Option<Cow<'a, str>>,
    /// The second business in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_pay_industry_description: Option<Cow<'a, str>>,
    /// URL of the logo: any text (decisions.md row 51).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand_logo: Option<Cow<'a, str>>,
    /// Country codes joined by commas; read from a body, each is two capitals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Cow<'a, str>>,
    /// The store's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Cow<'a, str>>,
    /// The registered legal name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<Cow<'a, str>>,
    /// Registration or tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<Cow<'a, str>>,
    /// Country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_country: Option<Cow<'a, str>>,
    /// The registered address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_address: Option<Cow<'a, str>>,
    /// Unix ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incorporation_date: Option<i64>,
    /// 0 online, 1 physical, -1 both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_type: Option<i64>,
    /// 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_type: Option<i64>,
    /// URL of the site: any text (decisions.md row 51).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_url: Option<Cow<'a, str>>,
    /// Name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_name: Option<Cow<'a, str>>,
    /// 1 identity card, 2 passport.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_type: Option<i64>,
    /// Country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_country: Option<Cow<'a, str>>,
    /// The certificate's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<Cow<'a, str>>,
    /// Unix ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_valid_date: Option<i64>,
    /// Unix ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_time_isv: Option<i64>,
    /// Country codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block_payer_kyc_countries: Vec<Cow<'a, str>>,
}

impl<'a> SubMerchantWrite<'a> {
    /// Reads and judges a body of `submerchant/add`, but for the rules that join several fields.
    pub fn from_add(body: &Body<'a>) -> Result<Self, Refusal> {
        Self::take(body.check(&SUB_MERCHANT_ADD)?).prove()
    }

    /// Reads and judges a body of `submerchant/modify`, but for the rules that join several fields.
    pub fn from_modify(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&SUB_MERCHANT_MODIFY)?;
        let sub_merchant_id = checked.take_text("subMerchantId");
        Self { sub_merchant_id, ..Self::take(checked) }.prove()
    }

    fn take(mut checked: Checked<'a>) -> Self {
        let checked = &mut checked;
        Self {
            sub_merchant_id: None,
            main_merchant_id: checked.take_text("mainMerchantId"),
            merchant_name: checked.take_required_text("merchantName"),
            merchant_type: checked.integer("merchantType"),
            merchant_mcc: checked.take_required_text("merchantMcc"),
            pay_industry_description: checked.take_text("payIndustryDescription"),
            sub_pay_mcc_code: checked.take_text("subPayMccCode"),
            sub_pay_industry_description: checked.take_text("subPayIndustryDescription"),
            brand_logo: checked.take_text("brandLogo"),
            country: checked.take_text("country"),
            address: checked.take_text("address"),
            company_name: checked.take_text("companyName"),
            registration_number: checked.take_text("registrationNumber"),
            registration_country: checked.take_text("registrationCountry"),
            registration_address: checked.take_text("registrationAddress"),
            incorporation_date: checked.integer("incorporationDate"),
            store_type: checked.integer("storeType"),
            site_type: checked.integer("siteType"),
            site_url: checked.take_text("siteUrl"),
            site_name: checked.take_text("siteName"),
            certificate_type: checked.integer("certificateType"),
            certificate_country: checked.take_text("certificateCountry"),
            certificate_number: checked.take_text("certificateNumber"),
            certificate_valid_date: checked.integer("certificateValidDate"),
            contract_time_isv: checked.integer("contractTimeIsv"),
            block_payer_kyc_countries: checked.take_texts("blockPayerKycCountries"),
        }
    }

    /// The shape inside one text: `country` joins codes of two capitals by commas.
    fn prove(self) -> Result<Self, Refusal> {
        let code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.country_codes().all(code) {
            return Ok(self);
        }
        let rule = "country: expected codes of two upper-case letters joined by commas, such as SG,US";
        Err(Refusal::malformed("country", rule, SUB_MERCHANT_ADD.source))
    }

    /// The codes that `country` joins, blanks around them left out; none where it is absent.
    pub fn country_codes(&self) -> impl Iterator<Item = &str> {
        self.country.iter().flat_map(|joined| joined.split(',')).map(str::trim)
    }
}

/// Which sub-merchant is asked for. Read from a body exactly one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubMerchantQuery<'a> {
    /// By id, digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_merchant_id: Option<Cow<'a, str>>,
    /// By name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_merchant_name: Option<Cow<'a, str>>,
}

impl<'a> SubMerchantQuery<'a> {
    /// Reads and judges the body; 400102 when both are there, or neither (partner.md 5.4).
    pub fn from_body(body: &Body<'a>) -> Result<Self, Refusal> {
        let mut checked = body.check(&SUB_MERCHANT_QUERY)?;
        let query = Self {
            sub_merchant_id: checked.take_text("subMerchantId"),
            sub_merchant_name: checked.take_text("subMerchantName"),
        };
        if query.sub_merchant_id.is_some() == query.sub_merchant_name.is_some() {
            let rule = "send exactly one of subMerchantId and subMerchantName";
            return Err(Refusal::out_of_range("subMerchantId", rule, "partner.md 5.4"));
        }
        Ok(query)
    }
}
