//! `submerchant/add`, `modify` and `query`: a channel partner's sub-merchants.

use countersign_domain::Timestamp;
use countersign_domain::id::SubMerchantId;
use countersign_domain::reference::MerchantCategory;
use countersign_domain::sub_merchant::{BusinessKind, CertificateKind, SiteKind, StoreKind, SubMerchant as Found};
use countersign_service::authority::By;
use countersign_service::sub_merchants::{self, Lookup, ModifySubMerchant, NewSubMerchant};
use countersign_wire::answers::{SubMerchant, SubMerchantId as Told};
use countersign_wire::requests::{SubMerchantQuery, SubMerchantWrite};

use super::sub_merchant_details::details;
use crate::answer::{Answer, Outcome};
use crate::refusals;
use crate::signed::Signed;

/// `submerchant/add`.
pub(crate) async fn add(signed: Signed) -> Outcome<Told> {
    let (asked, call) = signed.read(SubMerchantWrite::from_add)?;
    let new = NewSubMerchant { main_merchant: main_merchant(&asked), details: details(&asked)? };
    let by = By::Call(call);
    let added = signed
        .state
        .platform
        .write("sub_merchant_add", move |tx, platform| sub_merchants::add(tx, platform, &by, &new));
    let id = added.await.map_err(refusals::sub_merchant_add)?;
    Ok(Answer(Told { sub_merchant_id: id.get() }))
}

/// `submerchant/modify`.
pub(crate) async fn modify(signed: Signed) -> Outcome<Told> {
    let (asked, call) = signed.read(SubMerchantWrite::from_modify)?;
    let id = asked.sub_merchant_id.as_deref().and_then(number);
    let (by, main_merchant) = (By::Call(call), main_merchant(&asked));
    let change = ModifySubMerchant { id, main_merchant, details: details(&asked)?, revision: None };
    let modified =
        signed.state.platform.write("sub_merchant_modify", move |tx, _| sub_merchants::modify(tx, &by, &change));
    let id = modified.await.map_err(refusals::sub_merchant_modify)?;
    Ok(Answer(Told { sub_merchant_id: id.get() }))
}

/// `submerchant/query`. A name that nobody has is a success without data: it is free.
pub(crate) async fn query(signed: Signed) -> Outcome<Option<SubMerchant>> {
    let (asked, call) = signed.read(SubMerchantQuery::from_body)?;
    let lookup = match (asked.sub_merchant_id, asked.sub_merchant_name) {
        (None, Some(name)) => Lookup::Name(name.into_owned()),
        (id, _) => Lookup::Id(id.as_deref().and_then(number)),
    };
    let found = signed.state.platform.read("sub_merchant_query", move |tx, _| sub_merchants::query(tx, &call, &lookup));
    Ok(Answer(found.await.map_err(refusals::sub_merchant_query)?.map(answer)))
}

/// The schema has let only digits through; more of them than a number has are nobody's.
fn number(digits: &str) -> Option<SubMerchantId> {
    digits.parse().ok()
}

fn main_merchant(asked: &SubMerchantWrite<'_>) -> Option<String> {
    asked.main_merchant_id.as_deref().map(str::to_owned)
}

fn answer(found: Found) -> SubMerchant {
    let (details, countries) = (found.details, super::sub_merchant_details::codes);
    let (site, registration, certificate) = (details.site, details.registration, details.certificate);
    let blocked = countries(&details.blocked_payer_countries);
    SubMerchant {
        merchant_name: details.name,
        store_type: details.store.map_or(0, StoreKind::number),
        merchant_mcc: details.category.code(),
        merchant_type: details.business.map(BusinessKind::number),
        country: countries(&details.countries).join(","),
        site_type: site.kind.map(SiteKind::number),
        site_url: site.url,
        site_name: site.name,
        address: details.address,
        pay_industry_description: details.industry,
        sub_pay_mcc_code: details.second_category.map(MerchantCategory::code),
        sub_pay_industry_description: details.second_industry,
        brand_logo: details.brand_logo,
        company_name: registration.company_name,
        registration_number: registration.number.unwrap_or_default(),
        registration_country: registration.country.map(|country| country.code().to_owned()).unwrap_or_default(),
        registration_address: registration.address,
        incorporation_date: registration.incorporated_at.map(Timestamp::ms),
        certificate_type: certificate.kind.map(CertificateKind::number),
        certificate_country: certificate.country.map(|country| country.code().to_owned()),
        certificate_number: certificate.number,
        certificate_valid_date: certificate.valid_until.map(Timestamp::ms),
        contract_time_isv: details.contract_at.map(Timestamp::ms),
        block_payer_kyc_countries: (!blocked.is_empty()).then_some(blocked),
        sub_merchant_id: Some(found.id.get()),
        status: Some(crate::convert::sub_merchant_status(found.status).to_owned()),
    }
}
