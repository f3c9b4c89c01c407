//! What is told of a sub-merchant, in facts.

use countersign_domain::Timestamp;
use countersign_domain::reference::{Country, MerchantCategory};
use countersign_domain::sub_merchant::SubMerchantDetails;

use super::tables::{self, BUSINESSES, CERTIFICATES, SITES, STORES, country_text};
use super::words::label;
use crate::forms::SubMerchantInput as Input;
use crate::pages::{FactGroup, OrderFacts};
use crate::view::Moment;

/// Its kind in a few words; empty where nothing is stated.
pub(crate) fn kind(details: &SubMerchantDetails) -> String {
    let business = details.business.map(|business| tables::label(BUSINESSES, business));
    let store = details.store.map(|store| tables::label(STORES, store));
    match (business, store) {
        (Some(business), Some(store)) => format!("{business}, {}", store.to_lowercase()),
        (one, other) => one.or(other).unwrap_or_default().to_owned(),
    }
}

/// A class of business with its digits.
pub(crate) fn class(category: MerchantCategory) -> String {
    format!("{} ({})", category.name(), category.code())
}

fn fact(input: Input, value: Option<String>) -> Option<OrderFacts> {
    Some(OrderFacts { name: label(input).to_owned(), value: value?, is_code: false })
}

fn code(input: Input, value: Option<&String>) -> Option<OrderFacts> {
    Some(OrderFacts { is_code: true, ..fact(input, value.cloned())? })
}

fn day(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| Moment::day(at.ms(), at.ms()).human)
}

fn names(countries: &[Country]) -> Option<String> {
    let names: Vec<&str> = countries
        .iter()
        .map(|country| if *country == Country::global() { "Everywhere" } else { country.name() })
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Everything that is told of it, group by group; what is not told is left out.
pub(crate) fn facts(details: &SubMerchantDetails) -> Vec<FactGroup> {
    let (site, registration, certificate) = (&details.site, &details.registration, &details.certificate);
    let business = vec![
        fact(Input::Business, details.business.map(|business| tables::label(BUSINESSES, business).to_owned())),
        fact(Input::Category, Some(class(details.category))),
        fact(Input::Industry, details.industry.clone()),
        fact(Input::SecondCategory, details.second_category.map(class)),
        fact(Input::SecondIndustry, details.second_industry.clone()),
        fact(Input::Countries, names(&details.countries)),
        code(Input::BrandLogo, details.brand_logo.as_ref()),
        fact(Input::ContractOn, day(details.contract_at)),
        fact(Input::Blocked, names(&details.blocked_payer_countries)),
    ];
    let store = vec![
        fact(Input::Store, details.store.map(|store| tables::label(STORES, store).to_owned())),
        fact(Input::Address, details.address.clone()),
        code(Input::SiteUrl, site.url.as_ref()),
        fact(Input::SiteKind, site.kind.map(|kind| tables::label(SITES, kind).to_owned())),
        fact(Input::SiteName, site.name.clone()),
    ];
    let registered = vec![
        fact(Input::CompanyName, registration.company_name.clone()),
        code(Input::RegistrationNumber, registration.number.as_ref()),
        fact(Input::RegistrationCountry, registration.country.map(country_text)),
        fact(Input::RegistrationAddress, registration.address.clone()),
        fact(Input::IncorporatedOn, day(registration.incorporated_at)),
    ];
    let identity = vec![
        fact(Input::CertificateKind, certificate.kind.map(|kind| tables::label(CERTIFICATES, kind).to_owned())),
        code(Input::CertificateNumber, certificate.number.as_ref()),
        fact(Input::CertificateCountry, certificate.country.map(country_text)),
        fact(Input::CertificateValidUntil, day(certificate.valid_until)),
    ];
    [("Business", business), ("Where it sells", store), ("Registration", registered), ("Identity", identity)]
        .into_iter()
        .map(|(title, facts)| FactGroup { title, facts: facts.into_iter().flatten().collect() })
        .filter(|group| !group.facts.is_empty())
        .collect()
}
