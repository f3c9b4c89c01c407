//! What a call says of a sub-merchant, as the domain's types: codes are looked up in the reference tables.

use std::borrow::Cow;

use countersign_domain::Timestamp;
use countersign_domain::reference::{Country, MerchantCategory};
use countersign_domain::sub_merchant::{
    BusinessKind, Certificate, CertificateKind, Condition, DetailField, Registration, Site, SiteKind, StoreKind,
    SubMerchantDetails,
};
use countersign_wire::Refusal;
use countersign_wire::requests::SubMerchantWrite;

/// The details, or a refusal of the first field whose code stands in no table (`decisions.md` rows 23 and 55).
pub(super) fn details(asked: &SubMerchantWrite<'_>) -> Result<SubMerchantDetails, Refusal> {
    Ok(SubMerchantDetails {
        name: asked.merchant_name.clone().into_owned(),
        business: asked.merchant_type.and_then(BusinessKind::from_number),
        category: category(&asked.merchant_mcc, "merchantMcc")?,
        industry: owned(asked.pay_industry_description.as_ref()),
        second_category: asked.sub_pay_mcc_code.as_deref().map(|code| category(code, "subPayMccCode")).transpose()?,
        second_industry: owned(asked.sub_pay_industry_description.as_ref()),
        brand_logo: owned(asked.brand_logo.as_ref()),
        countries: operating(asked)?,
        store: asked.store_type.and_then(StoreKind::from_number),
        address: owned(asked.address.as_ref()),
        site: Site {
            kind: asked.site_type.and_then(SiteKind::from_number),
            url: owned(asked.site_url.as_ref()),
            name: owned(asked.site_name.as_ref()),
        },
        registration: registration(asked)?,
        certificate: certificate(asked)?,
        contract_at: asked.contract_time_isv.map(Timestamp::from_ms),
        blocked_payer_countries: blocked(asked)?,
    })
}

fn registration(asked: &SubMerchantWrite<'_>) -> Result<Registration, Refusal> {
    Ok(Registration {
        company_name: owned(asked.company_name.as_ref()),
        number: owned(asked.registration_number.as_ref()),
        country: optional_country(asked.registration_country.as_deref(), "registrationCountry")?,
        address: owned(asked.registration_address.as_ref()),
        incorporated_at: asked.incorporation_date.map(Timestamp::from_ms),
    })
}

fn certificate(asked: &SubMerchantWrite<'_>) -> Result<Certificate, Refusal> {
    Ok(Certificate {
        kind: asked.certificate_type.and_then(CertificateKind::from_number),
        country: optional_country(asked.certificate_country.as_deref(), "certificateCountry")?,
        number: owned(asked.certificate_number.as_ref()),
        valid_until: asked.certificate_valid_date.map(Timestamp::from_ms),
    })
}

fn operating(asked: &SubMerchantWrite<'_>) -> Result<Vec<Country>, Refusal> {
    let countries = asked.country_codes().map(|code| {
        let rule = || format!("country: {code} is no ISO 3166-1 alpha-2 code, nor GO");
        Country::from_code_or_global(code)
            .ok_or_else(|| Refusal::out_of_range("country", rule(), "founding document 004"))
    });
    countries.collect::<Result<Vec<_>, _>>().map(each_once)
}

fn blocked(asked: &SubMerchantWrite<'_>) -> Result<Vec<Country>, Refusal> {
    let codes = asked.block_payer_kyc_countries.iter().enumerate();
    let countries = codes.map(|(index, code)| country(code, format!("blockPayerKycCountries[{index}]")));
    countries.collect::<Result<Vec<_>, _>>().map(each_once)
}

/// The countries in the order given, each once.
fn each_once(countries: Vec<Country>) -> Vec<Country> {
    let mut kept = Vec::with_capacity(countries.len().min(Country::all().count() + 1));
    for country in countries {
        if !kept.contains(&country) {
            kept.push(country);
        }
    }
    kept
}

fn optional_country(code: Option<&str>, field: &str) -> Result<Option<Country>, Refusal> {
    code.map(|code| country(code, field.to_owned())).transpose()
}

fn country(code: &str, field: String) -> Result<Country, Refusal> {
    Country::from_code(code).ok_or_else(|| {
        let rule = format!("{field}: {code} is no ISO 3166-1 alpha-2 code");
        Refusal::out_of_range(field, rule, "partner.md 5.2")
    })
}

fn category(code: &str, field: &'static str) -> Result<MerchantCategory, Refusal> {
    MerchantCategory::from_code(code).ok_or_else(|| {
        let rule = format!("{field}: {code} is neither a code of ISO 18245 nor one of the platform's own list");
        Refusal::out_of_range(field, rule, "decisions.md row 23")
    })
}

fn owned(text: Option<&Cow<'_, str>>) -> Option<String> {
    text.map(|text| text.clone().into_owned())
}

/// The codes of countries.
pub(super) fn codes(countries: &[Country]) -> Vec<String> {
    countries.iter().map(|country| country.code().to_owned()).collect()
}

/// The wire's spelling of a field that a rule speaks of.
pub(crate) const fn spelling(field: DetailField) -> &'static str {
    match field {
        DetailField::Name => "merchantName",
        DetailField::Business => "merchantType",
        DetailField::Industry => "payIndustryDescription",
        DetailField::SecondIndustry => "subPayIndustryDescription",
        DetailField::BrandLogo => "brandLogo",
        DetailField::Countries => "country",
        DetailField::Store => "storeType",
        DetailField::SiteKind => "siteType",
        DetailField::SiteUrl => "siteUrl",
        DetailField::SiteName => "siteName",
        DetailField::Address => "address",
        DetailField::CompanyName => "companyName",
        DetailField::RegistrationNumber => "registrationNumber",
        DetailField::RegistrationCountry => "registrationCountry",
        DetailField::RegistrationAddress => "registrationAddress",
        DetailField::IncorporatedAt => "incorporationDate",
        DetailField::CertificateKind => "certificateType",
        DetailField::CertificateCountry => "certificateCountry",
        DetailField::CertificateNumber => "certificateNumber",
        DetailField::CertificateValidUntil => "certificateValidDate",
        DetailField::ContractAt => "contractTimeIsv",
    }
}

/// When a rule asks for a field, in words that go on after "it is required".
pub(crate) const fn reason(condition: Condition) -> &'static str {
    match condition {
        Condition::Always => "always",
        Condition::Individual => "when merchantType is 1",
        Condition::Business => "when merchantType is not 1",
        Condition::WebSite => "when siteType is 1",
        Condition::NamedSite => "when siteType is 1, 2 or 3",
        Condition::OnlineStore => "when storeType is 0 or -1",
        Condition::PhysicalStore => "when storeType is 1 or -1",
        Condition::OtherCategory => "when merchantMcc is 9999",
        Condition::OtherSecondCategory => "when subPayMccCode is 9999",
    }
}

#[cfg(test)]
mod tests {
    use countersign_wire::requests::{SUB_MERCHANT_ADD, SUB_MERCHANT_MODIFY};
    use countersign_wire::schema::Kind;

    use super::*;

    #[test]
    fn the_wires_lengths_are_those_that_the_portals_form_is_judged_by() {
        let fields = || DetailField::ALL.iter().filter_map(|field| Some((spelling(*field), field.length_max()?)));
        assert_eq!(fields().count(), 11);
        for schema in [&SUB_MERCHANT_ADD, &SUB_MERCHANT_MODIFY] {
            for (name, expected) in fields() {
                let kind = schema.fields.iter().find(|field| field.name == name).map(|field| &field.kind);
                let Some(Kind::Text { max, .. }) = kind else { panic!("{name} is a text of {}", schema.name) };
                assert_eq!(*max, expected, "{name} of {}", schema.name);
            }
        }
    }
}
