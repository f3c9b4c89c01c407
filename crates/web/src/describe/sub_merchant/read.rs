//! From a form to the domain's details.

use countersign_domain::Timestamp;
use countersign_domain::reference::{Country, MerchantCategory};
use countersign_domain::sub_merchant::{Certificate, DetailFault, Registration, Site, SubMerchantDetails};

use super::tables::{self, BUSINESSES, CERTIFICATES, SITES, STORES};
use super::words::{label, words};
use crate::describe::day;
use crate::forms::{SubMerchantForm, SubMerchantInput as Input};

/// What is wrong, input by input; at most one thing each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Faults(Vec<(Input, String)>);

impl Faults {
    /// One fault.
    pub(crate) fn of(input: Input, text: impl Into<String>) -> Self {
        Self(vec![(input, text.into())])
    }

    /// What is wrong with this input.
    pub(crate) fn get(&self, input: Input) -> Option<&str> {
        self.0.iter().find(|(of, _)| *of == input).map(|(_, text)| text.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the page.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (Input, &str)> {
        Input::ALL.iter().filter_map(|input| Some((*input, self.get(*input)?)))
    }

    /// Notes a fault where the input has none yet: what could not be read is missing too, which goes without saying.
    fn note(&mut self, input: Input, text: impl Into<String>) {
        if self.get(input).is_none() {
            self.0.push((input, text.into()));
        }
    }
}

/// A form as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// What it says; what could not be read is left out.
    pub(crate) details: SubMerchantDetails,
    /// The inputs that could not be read.
    unread: Faults,
    has_category: bool,
}

impl Draft {
    /// What is wrong however the form goes on: what could not be read, and a choice that these rules do not know.
    pub(crate) fn so_far(&self) -> Faults {
        let mut faults = self.unread.clone();
        for fault in self.details.faults().into_iter().filter(|fault| *fault == DetailFault::StoreOfBothKinds) {
            let (input, text) = words(fault);
            faults.note(input, text);
        }
        faults
    }

    /// Everything that is wrong: what could not be read, and what breaks a rule.
    pub(crate) fn faults(&self) -> Faults {
        let mut faults = self.unread.clone();
        if !self.has_category {
            faults.note(Input::Category, format!("“{}” is needed.", label(Input::Category)));
        }
        for fault in self.details.faults() {
            let (input, text) = words(fault);
            faults.note(input, text);
        }
        faults
    }
}

/// Reads inputs one after the other and notes what cannot be read.
struct Reader<'f> {
    form: &'f SubMerchantForm,
    unread: Faults,
}

impl Reader<'_> {
    fn category(&mut self, input: Input) -> Option<MerchantCategory> {
        let text = self.form.optional(input)?;
        let found = tables::category(&text);
        if found.is_none() {
            self.unread.note(input, "Choose a class of the list, or type its four digits.");
        }
        found
    }

    /// `GO`, everywhere, is a country where a business operates and nowhere else.
    fn country(&mut self, input: Input) -> Option<Country> {
        let text = self.form.optional(input)?;
        let found = tables::country(&text).filter(|country| *country != Country::global());
        if found.is_none() {
            self.unread.note(input, "Choose a country of the list, or type its two letters.");
        }
        found
    }

    fn countries(&mut self, (ticked, input): (&[String], Input), with_global: bool) -> Vec<Country> {
        let mut kept: Vec<Country> = Vec::new();
        let ticked = ticked.iter().map(|code| tables::country(code).ok_or_else(|| code.clone()));
        for one in ticked.chain(tables::countries(self.form.text(input))) {
            match one {
                Ok(country) if country == Country::global() && !with_global => {
                    self.unread.note(input, "“GO” is no country of the list.");
                }
                Ok(country) if kept.contains(&country) => {}
                Ok(country) => kept.push(country),
                Err(text) => self.unread.note(input, format!("“{text}” is no country of the list.")),
            }
        }
        kept
    }

    /// The beginning of a day in UTC. A day that is as it was keeps its instant: calls give one to the millisecond.
    fn day(&mut self, input: Input, before: Option<Timestamp>) -> Option<Timestamp> {
        let text = self.form.optional(input)?;
        if let Some(before) = before.filter(|before| day::text(*before) == text) {
            return Some(before);
        }
        let found = day::parse(&text).and_then(day::begin);
        if found.is_none() {
            self.unread.note(input, day::EXPECTED);
        }
        found
    }
}

/// Reads the form; `before` is what is said of the sub-merchant so far.
pub(crate) fn read(form: &SubMerchantForm, before: Option<&SubMerchantDetails>) -> Draft {
    let mut reader = Reader { form, unread: Faults::default() };
    let category = reader.category(Input::Category);
    let details = SubMerchantDetails {
        name: form.text(Input::Name).to_owned(),
        business: tables::by_code(BUSINESSES, form.text(Input::Business)),
        // Judged as any class that asks for nothing more, so that the other rules speak too; kept it is not.
        category: category.unwrap_or_else(|| MerchantCategory::listed().next().expect("the list is not empty")),
        industry: form.optional(Input::Industry),
        second_category: reader.category(Input::SecondCategory),
        second_industry: form.optional(Input::SecondIndustry),
        brand_logo: form.optional(Input::BrandLogo),
        countries: reader.countries((&form.countries, Input::Countries), true),
        store: tables::by_code(STORES, form.text(Input::Store)),
        address: form.optional(Input::Address),
        site: Site {
            kind: tables::by_code(SITES, form.text(Input::SiteKind)),
            url: form.optional(Input::SiteUrl),
            name: form.optional(Input::SiteName),
        },
        registration: registration(&mut reader, before.map(|before| &before.registration)),
        certificate: certificate(&mut reader, before.map(|before| &before.certificate)),
        contract_at: reader.day(Input::ContractOn, before.and_then(|before| before.contract_at)),
        blocked_payer_countries: reader.countries((&form.blocked, Input::Blocked), false),
    };
    Draft { details, unread: reader.unread, has_category: category.is_some() }
}

fn registration(reader: &mut Reader<'_>, before: Option<&Registration>) -> Registration {
    Registration {
        company_name: reader.form.optional(Input::CompanyName),
        number: reader.form.optional(Input::RegistrationNumber),
        country: reader.country(Input::RegistrationCountry),
        address: reader.form.optional(Input::RegistrationAddress),
        incorporated_at: reader.day(Input::IncorporatedOn, before.and_then(|before| before.incorporated_at)),
    }
}

fn certificate(reader: &mut Reader<'_>, before: Option<&Certificate>) -> Certificate {
    Certificate {
        kind: tables::by_code(CERTIFICATES, reader.form.text(Input::CertificateKind)),
        country: reader.country(Input::CertificateCountry),
        number: reader.form.optional(Input::CertificateNumber),
        valid_until: reader.day(Input::CertificateValidUntil, before.and_then(|before| before.valid_until)),
    }
}
