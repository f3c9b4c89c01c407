//! The conditional rules (`decisions.md` row 22): the founding document's, and those of the newest page. Calls and the
//! portal's form are judged here alike.

use super::details::{BusinessKind, SiteKind, StoreKind, SubMerchantDetails};
use super::fault::{Condition, DetailFault};
use super::field::DetailField;
use super::name::NameKey;

/// Which version of the page a body is judged by (`partner.md` §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleSet {
    /// Version B, founding document 004.
    Founding,
    /// Version F, 2025 and later: no site type and name, and what is required depends on the store.
    Newest,
}

/// A field, whether a rule asks for it, whether it is there, and the rule.
type Row = (DetailField, bool, bool, Condition);

impl SubMerchantDetails {
    /// Which rules hold for these details (`decisions.md` row 22).
    pub fn rule_set(&self) -> RuleSet {
        let newest = self.store.is_some()
            && self.site.kind.is_none()
            && self.site.name.is_none()
            && self.business != Some(BusinessKind::Individual);
        if newest { RuleSet::Newest } else { RuleSet::Founding }
    }

    /// Whether the details meet their rules; of several faults the first of [`Self::faults`].
    pub fn check(&self) -> Result<(), DetailFault> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// Everything that is wrong: first what is wrong with a value by itself, then what is missing, each in the page's order.
    pub fn faults(&self) -> Vec<DetailFault> {
        let missing = self.rows().into_iter().filter(|(_, asked, there, _)| *asked && !there);
        let missing = missing.map(|(field, _, _, condition)| DetailFault::Missing { field, condition });
        let both = self.rule_set() == RuleSet::Founding && self.store == Some(StoreKind::Both);
        let both = both.then_some(DetailFault::StoreOfBothKinds);
        self.shape_faults().into_iter().chain(self.name_fault()).chain(missing).chain(both).collect()
    }

    /// The fields that the rules ask for, given what is there; a name and a class of business are always asked for.
    pub fn asked(&self) -> impl Iterator<Item = DetailField> {
        self.rows().into_iter().filter(|(_, asked, _, _)| *asked).map(|(field, ..)| field)
    }

    fn name_fault(&self) -> Option<DetailFault> {
        let name = NameKey::of(&self.name);
        if name.is_empty() {
            return Some(DetailFault::Blank(DetailField::Name));
        }
        name.is_too_long().then_some(DetailFault::TooLongWrittenOut(DetailField::Name))
    }

    fn rows(&self) -> Vec<Row> {
        match self.rule_set() {
            RuleSet::Founding => self.founding_rows(),
            RuleSet::Newest => self.newest_rows(),
        }
    }

    /// Founding document 004.
    fn founding_rows(&self) -> Vec<Row> {
        // Where neither is stated that alone is missing: the rest depends on it.
        let individual = self.business == Some(BusinessKind::Individual);
        let business = self.business.is_some() && !individual;
        let (site, registration, certificate) = (&self.site, &self.registration, &self.certificate);
        let web = site.kind == Some(SiteKind::Web);
        let named = matches!(site.kind, Some(SiteKind::Web | SiteKind::App | SiteKind::Applet));
        vec![
            (DetailField::Business, true, self.business.is_some(), Condition::Always),
            (DetailField::Countries, true, !self.countries.is_empty(), Condition::Always),
            (DetailField::CompanyName, business, registration.company_name.is_some(), Condition::Business),
            (DetailField::RegistrationNumber, business, registration.number.is_some(), Condition::Business),
            (DetailField::RegistrationCountry, business, registration.country.is_some(), Condition::Business),
            (DetailField::RegistrationAddress, business, registration.address.is_some(), Condition::Business),
            (DetailField::IncorporatedAt, business, registration.incorporated_at.is_some(), Condition::Business),
            (DetailField::SiteKind, business, site.kind.is_some(), Condition::Business),
            (DetailField::SiteUrl, web, site.url.is_some(), Condition::WebSite),
            (DetailField::SiteName, named, site.name.is_some(), Condition::NamedSite),
            (DetailField::CertificateKind, individual, certificate.kind.is_some(), Condition::Individual),
            (DetailField::CertificateCountry, individual, certificate.country.is_some(), Condition::Individual),
            (DetailField::CertificateNumber, individual, certificate.number.is_some(), Condition::Individual),
            (DetailField::CertificateValidUntil, individual, certificate.valid_until.is_some(), Condition::Individual),
        ]
    }

    /// `partner.md` §5.2, columns "now" and version F. The field for a betting licence is unknown and so not asked for.
    fn newest_rows(&self) -> Vec<Row> {
        let online = matches!(self.store, Some(StoreKind::Online | StoreKind::Both));
        let physical = matches!(self.store, Some(StoreKind::Physical | StoreKind::Both));
        let other = self.category.is_other();
        let second_other = self.second_category.is_some_and(crate::reference::MerchantCategory::is_other);
        vec![
            (DetailField::Industry, other, self.industry.is_some(), Condition::OtherCategory),
            (DetailField::SecondIndustry, second_other, self.second_industry.is_some(), Condition::OtherSecondCategory),
            (DetailField::SiteUrl, online, self.site.url.is_some(), Condition::OnlineStore),
            (DetailField::Address, physical, self.address.is_some(), Condition::PhysicalStore),
            (DetailField::RegistrationNumber, true, self.registration.number.is_some(), Condition::Always),
            (DetailField::RegistrationCountry, true, self.registration.country.is_some(), Condition::Always),
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
        assert_eq!(details.check(), Err(DetailFault::StoreOfBothKinds));
    }

    #[test]
    fn white_space_is_no_name() {
        let details = SubMerchantDetails { name: " \u{a0}".to_owned(), ..individual() };
        assert_eq!(details.check(), Err(DetailFault::Blank(DetailField::Name)));
    }

    #[test]
    fn a_value_is_judged_by_itself_whichever_rules_apply() {
        let long = |count: usize| Some("\u{e9}".repeat(count));
        let (field, max) = (DetailField::CompanyName, 64);
        let mut details = company();
        details.registration.company_name = long(max);
        assert_eq!(details.check(), Ok(()), "characters count, not bytes");
        details.registration.company_name = long(max + 1);
        assert_eq!(details.check(), Err(DetailFault::TooLong { field, max }));
        details.registration.company_name = Some("a\nb".to_owned());
        assert_eq!(details.check(), Err(DetailFault::ControlCharacter(field)));
        let details = SubMerchantDetails { contract_at: Some(Timestamp::from_ms(-1)), ..individual() };
        assert_eq!(details.check(), Err(DetailFault::BeforeEpoch(DetailField::ContractAt)));
    }

    #[test]
    fn every_fault_is_told_and_what_is_asked_for_is_known() {
        let mut details = company();
        details.name = "x".repeat(129);
        (details.registration.number, details.site.url) = (None, None);
        let found: Vec<DetailField> = details.faults().into_iter().map(DetailFault::field).collect();
        assert_eq!(found, [DetailField::Name, DetailField::RegistrationNumber, DetailField::SiteUrl]);
        let asked: Vec<DetailField> = newest(StoreKind::Online).asked().collect();
        assert_eq!(asked, [DetailField::SiteUrl, DetailField::RegistrationNumber, DetailField::RegistrationCountry]);
        assert!(individual().asked().all(|field| field != DetailField::CompanyName));
        let unknown = SubMerchantDetails { countries: individual().countries, ..nothing() };
        assert_eq!(unknown.faults().into_iter().map(DetailFault::field).collect::<Vec<_>>(), [DetailField::Business]);
    }
}
