//! The conditional rules (`decisions.md` row 22): the founding document's, and those of the newest page.

use super::details::{BusinessKind, SiteKind, StoreKind, SubMerchantDetails};
use super::name::NameKey;

/// Which version of the page a body is judged by (`partner.md` §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleSet {
    /// Version B, founding document 004.
    Founding,
    /// Version F, 2025 and later: no site type and name, and what is required depends on the store.
    Newest,
}

/// A field that a rule speaks of. The wire has a spelling for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DetailField {
    /// [`SubMerchantDetails::name`].
    Name,
    /// [`SubMerchantDetails::business`].
    Business,
    /// [`SubMerchantDetails::industry`].
    Industry,
    /// [`SubMerchantDetails::second_industry`].
    SecondIndustry,
    /// [`SubMerchantDetails::countries`].
    Countries,
    /// [`SubMerchantDetails::store`].
    Store,
    /// [`super::Site::kind`].
    SiteKind,
    /// [`super::Site::url`].
    SiteUrl,
    /// [`super::Site::name`].
    SiteName,
    /// [`SubMerchantDetails::address`].
    Address,
    /// [`super::Registration::company_name`].
    CompanyName,
    /// [`super::Registration::number`].
    RegistrationNumber,
    /// [`super::Registration::country`].
    RegistrationCountry,
    /// [`super::Registration::address`].
    RegistrationAddress,
    /// [`super::Registration::incorporated_at`].
    IncorporatedAt,
    /// [`super::Certificate::kind`].
    CertificateKind,
    /// [`super::Certificate::country`].
    CertificateCountry,
    /// [`super::Certificate::number`].
    CertificateNumber,
    /// [`super::Certificate::valid_until`].
    CertificateValidUntil,
}

/// What is wrong with a sub-merchant's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DetailFault {
    /// Required, and not there.
    #[error("{field:?} is required {reason}")]
    Missing {
        /// What.
        field: DetailField,
        /// Why, in words that go on after "it is required".
        reason: &'static str,
    },
    /// There, and nothing but white space.
    #[error("{0:?} holds nothing but white space")]
    Blank(DetailField),
    /// There, and too long once its signs are written out.
    #[error("{0:?} is too long once its signs are written out")]
    TooLong(DetailField),
    /// There, and not a value that this version of the page has.
    #[error("{field:?} {reason}")]
    OutOfRange {
        /// What.
        field: DetailField,
        /// What would be right.
        reason: &'static str,
    },
}

const ALWAYS: &str = "always";
const IF_INDIVIDUAL: &str = "when merchantType is 1";
const IF_BUSINESS: &str = "when merchantType is not 1";
const IF_WEB: &str = "when siteType is 1";
const IF_NAMED_SITE: &str = "when siteType is 1, 2 or 3";
const IF_ONLINE: &str = "when storeType is 0 or -1";
const IF_PHYSICAL: &str = "when storeType is 1 or -1";
const IF_OTHER_CATEGORY: &str = "when merchantMcc is 9999";
const IF_OTHER_SECOND_CATEGORY: &str = "when subPayMccCode is 9999";

/// A field, whether a rule asks for it, whether it is there, and the rule.
type Row = (DetailField, bool, bool, &'static str);

impl SubMerchantDetails {
    /// Which rules hold for these details (`decisions.md` row 22).
    pub fn rule_set(&self) -> RuleSet {
        let newest = self.store.is_some()
            && self.site.kind.is_none()
            && self.site.name.is_none()
            && self.business != Some(BusinessKind::Individual);
        if newest { RuleSet::Newest } else { RuleSet::Founding }
    }

    /// Whether the details meet their rules; of several faults the first in the page's order.
    pub fn check(&self) -> Result<(), DetailFault> {
        let name = NameKey::of(&self.name);
        if name.is_empty() {
            return Err(DetailFault::Blank(DetailField::Name));
        }
        if name.is_too_long() {
            return Err(DetailFault::TooLong(DetailField::Name));
        }
        let rows = match self.rule_set() {
            RuleSet::Founding => self.founding_rows(),
            RuleSet::Newest => self.newest_rows(),
        };
        let missing = rows.into_iter().find(|(_, asked, there, _)| *asked && !there);
        if let Some((field, _, _, reason)) = missing {
            return Err(DetailFault::Missing { field, reason });
        }
        if self.rule_set() == RuleSet::Founding && self.store == Some(StoreKind::Both) {
            let reason = "is 0 or 1; -1 needs a body without siteType and siteName whose merchantType is not 1";
            return Err(DetailFault::OutOfRange { field: DetailField::Store, reason });
        }
        Ok(())
    }

    /// Founding document 004.
    fn founding_rows(&self) -> Vec<Row> {
        let individual = self.business == Some(BusinessKind::Individual);
        let business = !individual;
        let (site, registration, certificate) = (&self.site, &self.registration, &self.certificate);
        let web = site.kind == Some(SiteKind::Web);
        let named = matches!(site.kind, Some(SiteKind::Web | SiteKind::App | SiteKind::Applet));
        vec![
            (DetailField::Business, true, self.business.is_some(), ALWAYS),
            (DetailField::Countries, true, !self.countries.is_empty(), ALWAYS),
            (DetailField::CompanyName, business, registration.company_name.is_some(), IF_BUSINESS),
            (DetailField::RegistrationNumber, business, registration.number.is_some(), IF_BUSINESS),
            (DetailField::RegistrationCountry, business, registration.country.is_some(), IF_BUSINESS),
            (DetailField::RegistrationAddress, business, registration.address.is_some(), IF_BUSINESS),
            (DetailField::IncorporatedAt, business, registration.incorporated_at.is_some(), IF_BUSINESS),
            (DetailField::SiteKind, business, site.kind.is_some(), IF_BUSINESS),
            (DetailField::SiteUrl, web, site.url.is_some(), IF_WEB),
            (DetailField::SiteName, named, site.name.is_some(), IF_NAMED_SITE),
            (DetailField::CertificateKind, individual, certificate.kind.is_some(), IF_INDIVIDUAL),
            (DetailField::CertificateCountry, individual, certificate.country.is_some(), IF_INDIVIDUAL),
            (DetailField::CertificateNumber, individual, certificate.number.is_some(), IF_INDIVIDUAL),
            (DetailField::CertificateValidUntil, individual, certificate.valid_until.is_some(), IF_INDIVIDUAL),
        ]
    }

    /// `partner.md` §5.2, columns "now" and version F. The field for a betting licence is unknown and so not asked for.
    fn newest_rows(&self) -> Vec<Row> {
        let online = matches!(self.store, Some(StoreKind::Online | StoreKind::Both));
        let physical = matches!(self.store, Some(StoreKind::Physical | StoreKind::Both));
        let other = self.category.is_other();
        let second_other = self.second_category.is_some_and(crate::reference::MerchantCategory::is_other);
        vec![
            (DetailField::Industry, other, self.industry.is_some(), IF_OTHER_CATEGORY),
            (DetailField::SecondIndustry, second_other, self.second_industry.is_some(), IF_OTHER_SECOND_CATEGORY),
            (DetailField::SiteUrl, online, self.site.url.is_some(), IF_ONLINE),
            (DetailField::Address, physical, self.address.is_some(), IF_PHYSICAL),
            (DetailField::RegistrationNumber, true, self.registration.number.is_some(), ALWAYS),
            (DetailField::RegistrationCountry, true, self.registration.country.is_some(), ALWAYS),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Country, MerchantCategory};
    use crate::sub_merchant::{Certificate, CertificateKind, Registration, Site};
    use crate::time::Timestamp;

    fn category(code: &str) -> MerchantCategory {
        MerchantCategory::from_code(code).expect("a category")
    }

    #[expect(clippy::unnecessary_wraps, reason = "what it fills may be absent")]
    fn text() -> Option<String> {
        Some("x".to_owned())
    }

    fn country() -> Option<Country> {
        Country::from_code("US")
    }

    fn nothing() -> SubMerchantDetails {
        SubMerchantDetails {
            name: "Tea House".to_owned(),
            business: None,
            category: category("5511"),
            industry: None,
            second_category: None,
            second_industry: None,
            brand_logo: None,
            countries: Vec::new(),
            store: None,
            address: None,
            site: Site::default(),
            registration: Registration::default(),
            certificate: Certificate::default(),
            contract_at: None,
            blocked_payer_countries: Vec::new(),
        }
    }

    fn individual() -> SubMerchantDetails {
        let certificate = Certificate {
            kind: Some(CertificateKind::IdentityCard),
            country: country(),
            number: text(),
            valid_until: Some(Timestamp::from_ms(1)),
        };
        let countries = country().into_iter().collect();
        SubMerchantDetails { business: Some(BusinessKind::Individual), certificate, countries, ..nothing() }
    }

    fn company() -> SubMerchantDetails {
        let registration = Registration {
            company_name: text(),
            number: text(),
            country: country(),
            address: text(),
            incorporated_at: Some(Timestamp::from_ms(1)),
        };
        SubMerchantDetails {
            business: Some(BusinessKind::SoleProprietor),
            registration,
            site: Site { kind: Some(SiteKind::Web), url: text(), name: text() },
            countries: country().into_iter().collect(),
            ..nothing()
        }
    }

    fn newest(store: StoreKind) -> SubMerchantDetails {
        SubMerchantDetails {
            store: Some(store),
            address: text(),
            site: Site { url: text(), ..Site::default() },
            registration: Registration { number: text(), country: country(), ..Registration::default() },
            ..nothing()
        }
    }

    type Change = fn(&mut SubMerchantDetails);

    /// Asserts that `complete` passes, and each row's change is refused for its field, or passes for `None`.
    #[track_caller]
    fn each(complete: &SubMerchantDetails, rows: &[(Change, Option<DetailField>)]) {
        assert_eq!(complete.check(), Ok(()));
        for (index, (change, expected)) in rows.iter().enumerate() {
            let mut details = complete.clone();
            change(&mut details);
            let found = match details.check() {
                Ok(()) => None,
                Err(DetailFault::Missing { field, .. }) => Some(field),
                Err(other) => panic!("row {index}: {other}"),
            };
            assert_eq!(found, *expected, "row {index}");
        }
    }

    #[test]
    fn the_version_follows_from_what_is_there() {
        let rows: &[(SubMerchantDetails, Change, RuleSet)] = &[
            (individual(), |_| (), RuleSet::Founding),
            (company(), |_| (), RuleSet::Founding),
            (company(), |details| details.store = Some(StoreKind::Physical), RuleSet::Founding),
            (newest(StoreKind::Online), |_| (), RuleSet::Newest),
            (newest(StoreKind::Online), |details| details.business = Some(BusinessKind::OtherCompany), RuleSet::Newest),
            (newest(StoreKind::Online), |details| details.business = Some(BusinessKind::Individual), RuleSet::Founding),
            (newest(StoreKind::Online), |details| details.site.kind = Some(SiteKind::Other), RuleSet::Founding),
            (newest(StoreKind::Online), |details| details.site.name = text(), RuleSet::Founding),
            (newest(StoreKind::Online), |details| details.store = None, RuleSet::Founding),
        ];
        for (index, (details, change, expected)) in rows.iter().enumerate() {
            let mut details = details.clone();
            change(&mut details);
            assert_eq!(details.rule_set(), *expected, "row {index}");
        }
    }

    #[test]
    fn an_individual_is_identified() {
        each(
            &individual(),
            &[
                (|details| details.business = None, Some(DetailField::Business)),
                (|details| details.countries.clear(), Some(DetailField::Countries)),
                (|details| details.certificate.kind = None, Some(DetailField::CertificateKind)),
                (|details| details.certificate.country = None, Some(DetailField::CertificateCountry)),
                (|details| details.certificate.number = None, Some(DetailField::CertificateNumber)),
                (|details| details.certificate.valid_until = None, Some(DetailField::CertificateValidUntil)),
                // A site that is told of is told of fully, whoever sells there.
                (|details| details.site.kind = Some(SiteKind::Web), Some(DetailField::SiteUrl)),
                (|details| details.site.kind = Some(SiteKind::App), Some(DetailField::SiteName)),
                (|details| details.site.kind = Some(SiteKind::Other), None),
                (|details| details.store = Some(StoreKind::Physical), None),
                (|details| details.category = category("9999"), None),
            ],
        );
    }

    #[test]
    fn a_business_is_registered() {
        each(
            &company(),
            &[
                (|details| details.business = None, Some(DetailField::Business)),
                (|details| details.countries.clear(), Some(DetailField::Countries)),
                (|details| details.registration.company_name = None, Some(DetailField::CompanyName)),
                (|details| details.registration.number = None, Some(DetailField::RegistrationNumber)),
                (|details| details.registration.country = None, Some(DetailField::RegistrationCountry)),
                (|details| details.registration.address = None, Some(DetailField::RegistrationAddress)),
                (|details| details.registration.incorporated_at = None, Some(DetailField::IncorporatedAt)),
                (|details| details.site.kind = None, Some(DetailField::SiteKind)),
                (|details| details.site.url = None, Some(DetailField::SiteUrl)),
                (|details| details.site.name = None, Some(DetailField::SiteName)),
                (|details| details.site = Site { kind: Some(SiteKind::App), url: None, name: text() }, None),
                (
                    |details| details.site = Site { kind: Some(SiteKind::App), ..Site::default() },
                    Some(DetailField::SiteName),
                ),
                (
                    |details| details.site = Site { kind: Some(SiteKind::Applet), ..Site::default() },
                    Some(DetailField::SiteName),
                ),
                (|details| details.site = Site { kind: Some(SiteKind::Other), ..Site::default() }, None),
                (|details| details.certificate = Certificate::default(), None),
                (|details| details.category = category("9999"), None),
            ],
        );
        for business in BusinessKind::ALL.iter().filter(|kind| **kind != BusinessKind::Individual) {
            let mut details = company();
            details.business = Some(*business);
            assert_eq!(details.check(), Ok(()), "{business:?}");
            details.registration.company_name = None;
            assert!(details.check().is_err(), "{business:?}");
        }
    }

    #[test]
    fn the_newest_page_asks_for_what_the_store_needs() {
        let always: [(Change, Option<DetailField>); 9] = [
            (|details| details.registration.number = None, Some(DetailField::RegistrationNumber)),
            (|details| details.registration.country = None, Some(DetailField::RegistrationCountry)),
            (|details| details.category = category("9999"), Some(DetailField::Industry)),
            (|details| details.second_category = Some(category("9999")), Some(DetailField::SecondIndustry)),
            (|details| details.second_category = Some(category("1024")), None),
            (|details| details.business = Some(BusinessKind::PrivateCompany), None),
            (|details| details.countries = vec![Country::global()], None),
            (
                |details| {
                    details.category = category("9999");
                    details.industry = text();
                },
                None,
            ),
            (
                |details| {
                    details.second_category = Some(category("9999"));
                    details.second_industry = text();
                },
                None,
            ),
        ];
        let by_store = [
            (StoreKind::Online, Some(DetailField::SiteUrl), None),
            (StoreKind::Physical, None, Some(DetailField::Address)),
            (StoreKind::Both, Some(DetailField::SiteUrl), Some(DetailField::Address)),
        ];
        for (store, url, address) in by_store {
            each(&newest(store), &always);
            each(
                &newest(store),
                &[(|details| details.site.url = None, url), (|details| details.address = None, address)],
            );
        }
    }

    #[test]
    fn the_founding_document_knows_no_store_of_both_kinds() {
        let details = SubMerchantDetails { store: Some(StoreKind::Both), ..company() };
        assert!(matches!(details.check(), Err(DetailFault::OutOfRange { field: DetailField::Store, .. })));
    }

    #[test]
    fn white_space_is_no_name() {
        let details = SubMerchantDetails { name: " \u{a0}".to_owned(), ..individual() };
        assert_eq!(details.check(), Err(DetailFault::Blank(DetailField::Name)));
    }
}
