//! From the domain's details to a form that says the same.

use countersign_domain::reference::Country;
use countersign_domain::sub_merchant::SubMerchantDetails;

use super::tables::{self, BUSINESSES, CERTIFICATES, SITES, STORES, category_text, country_text};
use crate::describe::day;
use crate::forms::{SubMerchantForm, SubMerchantInput as Input};

/// The form as it opens for a sub-merchant that there is.
pub(crate) fn form_of(details: &SubMerchantDetails, revision: i64) -> SubMerchantForm {
    let (site, registration, certificate) = (&details.site, &details.registration, &details.certificate);
    let text = |text: &Option<String>| text.clone();
    let values = [
        (Input::Business, details.business.map(|kind| tables::code(BUSINESSES, kind).to_owned())),
        (Input::Store, details.store.map(|kind| tables::code(STORES, kind).to_owned())),
        (Input::Name, Some(details.name.clone())),
        (Input::Category, Some(category_text(details.category))),
        (Input::Industry, text(&details.industry)),
        (Input::Address, text(&details.address)),
        (Input::SiteUrl, text(&site.url)),
        (Input::SiteKind, site.kind.map(|kind| tables::code(SITES, kind).to_owned())),
        (Input::SiteName, text(&site.name)),
        (Input::CompanyName, text(&registration.company_name)),
        (Input::RegistrationNumber, text(&registration.number)),
        (Input::RegistrationCountry, registration.country.map(country_text)),
        (Input::RegistrationAddress, text(&registration.address)),
        (Input::IncorporatedOn, registration.incorporated_at.map(day::text)),
        (Input::CertificateKind, certificate.kind.map(|kind| tables::code(CERTIFICATES, kind).to_owned())),
        (Input::CertificateCountry, certificate.country.map(country_text)),
        (Input::CertificateNumber, text(&certificate.number)),
        (Input::CertificateValidUntil, certificate.valid_until.map(day::text)),
        (Input::SecondCategory, details.second_category.map(category_text)),
        (Input::SecondIndustry, text(&details.second_industry)),
        (Input::BrandLogo, text(&details.brand_logo)),
        (Input::ContractOn, details.contract_at.map(day::text)),
    ];
    let codes = |countries: &[Country]| countries.iter().map(|country| country.code().to_owned()).collect();
    SubMerchantForm {
        typed: values.into_iter().filter_map(|(input, value)| Some((input, value?))).collect(),
        countries: codes(&details.countries),
        blocked: codes(&details.blocked_payer_countries),
        revision: revision.to_string(),
        is_redraw: false,
    }
}
