//! Which fields the form shows, and which of them are asked for.
//!
//! A field is shown where it is asked for, where it makes sense for this kind of sub-merchant, and wherever it holds
//! something: what is shown is what is kept, so nothing that was typed is lost or kept unseen.

use countersign_domain::reference::{Country, MerchantCategory};
use countersign_domain::sub_merchant::{BusinessKind, RuleSet, StoreKind, SubMerchantDetails};

use super::facts::kind;
use super::read::{Draft, Faults};
use super::tables::{self, BUSINESSES, CERTIFICATES, SITES, STORES};
use super::words::{input_of, label};
use crate::forms::{SubMerchantForm, SubMerchantInput as Input};
use crate::pages::{Control, FieldGroup, FormField, SubMerchantFields};
use crate::view::Choice;

const KIND: [Input; 2] = [Input::Business, Input::Store];
const WHO: [Input; 4] = [Input::Name, Input::Category, Input::Industry, Input::Countries];
const WHERE: [Input; 4] = [Input::Address, Input::SiteUrl, Input::SiteKind, Input::SiteName];
const REGISTRATION: [Input; 5] = [
    Input::CompanyName,
    Input::RegistrationNumber,
    Input::RegistrationCountry,
    Input::IncorporatedOn,
    Input::RegistrationAddress,
];
const IDENTITY: [Input; 4] =
    [Input::CertificateKind, Input::CertificateNumber, Input::CertificateCountry, Input::CertificateValidUntil];
const MORE: [Input; 5] =
    [Input::SecondCategory, Input::SecondIndustry, Input::BrandLogo, Input::ContractOn, Input::Blocked];

/// On what other fields depend.
const REDRAWS: [Input; 6] =
    [Input::Business, Input::Store, Input::Category, Input::SecondCategory, Input::SiteKind, Input::SiteName];
/// What takes a row of its own.
const WIDE: [Input; 8] = [
    Input::Name,
    Input::Category,
    Input::Countries,
    Input::Address,
    Input::SiteUrl,
    Input::RegistrationAddress,
    Input::SecondCategory,
    Input::Blocked,
];

const EMPTY_TO_LEAVE_OUT: &str = "Not asked for from this kind of sub-merchant. Empty what should be left out.";
const SITE_KIND_ASKS_MORE: &str =
    "Can stay empty. With a kind or a name of the site, the whole registration is asked for.";
const STORE_ASKS_LESS: &str = "Say it, and less is asked for.";

struct Layout<'a> {
    form: &'a SubMerchantForm,
    details: &'a SubMerchantDetails,
    faults: &'a Faults,
    asked: Vec<Input>,
}

/// The fields for what is typed, each with what is wrong with it.
pub(crate) fn layout(form: &SubMerchantForm, draft: &Draft, faults: &Faults) -> SubMerchantFields {
    let asked = draft.details.asked().map(input_of).chain([Input::Name, Input::Category]).collect();
    let layout = Layout { form, details: &draft.details, faults, asked };
    let more = layout.group(("more", "More about it", ""), &MORE);
    let more_open = more.fields.iter().any(|field| field.is_required || field.error.is_some())
        || MORE.iter().any(|input| !form.text(*input).is_empty())
        || !draft.details.blocked_payer_countries.is_empty();
    let groups = [
        layout.group(("who", "The sub-merchant", ""), &WHO),
        layout.group(("where", "Where it sells", ""), &WHERE),
        layout.group(("registration", "Registration", unless(!layout.is_individual())), &REGISTRATION),
        layout.group(("identity", "Identity", unless(layout.is_individual())), &IDENTITY),
    ];
    SubMerchantFields {
        kind: layout.group(("kind", "What it is", ""), &KIND),
        whom: kind(&draft.details),
        groups: groups.into_iter().filter(|group| !group.fields.is_empty()).collect(),
        more,
        more_open,
        categories: tables::category_texts(),
        countries: tables::country_texts(),
    }
}

/// What is said over a group that this kind of sub-merchant is not asked for, and that is shown because it holds something.
const fn unless(is_usual: bool) -> &'static str {
    if is_usual { "" } else { EMPTY_TO_LEAVE_OUT }
}

impl Layout<'_> {
    fn is_individual(&self) -> bool {
        self.details.business == Some(BusinessKind::Individual)
    }

    fn is_usual(&self, input: Input) -> bool {
        match input {
            Input::Industry => self.details.category.is_other(),
            Input::SecondIndustry => self.details.second_category.is_some_and(MerchantCategory::is_other),
            Input::Address => self.details.store != Some(StoreKind::Online),
            _ if REGISTRATION.contains(&input) => !self.is_individual(),
            _ if IDENTITY.contains(&input) => self.is_individual(),
            _ => true,
        }
    }

    fn is_shown(&self, input: Input) -> bool {
        let has_something = !self.form.text(input).is_empty() || self.faults.get(input).is_some();
        has_something || self.asked.contains(&input) || self.is_usual(input)
    }

    fn group(&self, (id, title, hint): (&'static str, &'static str, &'static str), inputs: &[Input]) -> FieldGroup {
        let shown = inputs.iter().filter(|input| self.is_shown(**input));
        FieldGroup { id, title, hint, fields: shown.map(|input| self.field(*input)).collect() }
    }

    fn field(&self, input: Input) -> FormField {
        let is_list = matches!(input, Input::Countries | Input::Blocked);
        // Countries that were understood stand among the ticks now.
        let is_taken = is_list && self.faults.get(input).is_none();
        FormField {
            id: input.id(),
            label: label(input),
            hint: self.hint(input),
            value: if is_taken { String::new() } else { self.form.text(input).to_owned() },
            error: self.faults.get(input).map(str::to_owned),
            is_required: self.asked.contains(&input),
            redraws: REDRAWS.contains(&input),
            is_wide: WIDE.contains(&input),
            control: self.control(input),
        }
    }

    fn control(&self, input: Input) -> Control {
        let text = self.form.text(input);
        match input {
            Input::Business => Control::Select(tables::choices(BUSINESSES, text)),
            Input::Store => Control::Select(tables::choices(STORES, text)),
            Input::SiteKind => Control::Select(tables::choices(SITES, text)),
            Input::CertificateKind => Control::Select(tables::choices(CERTIFICATES, text)),
            Input::Category | Input::SecondCategory => Control::Listed("categories"),
            Input::RegistrationCountry | Input::CertificateCountry => Control::Listed("countries"),
            Input::IncorporatedOn | Input::CertificateValidUntil | Input::ContractOn => Control::Day,
            Input::Countries => Control::Countries { name: "country", ticks: self.operating() },
            Input::Blocked => Control::Countries {
                name: "blocked",
                ticks: self.details.blocked_payer_countries.iter().map(|country| tick(*country, true)).collect(),
            },
            _ => Control::Text,
        }
    }

    /// Where it operates; everywhere is always offered.
    fn operating(&self) -> Vec<Choice> {
        let everywhere = Country::global();
        let chosen = &self.details.countries;
        let others = chosen.iter().filter(|country| **country != everywhere).map(|country| tick(*country, true));
        std::iter::once(tick(everywhere, chosen.contains(&everywhere))).chain(others).collect()
    }

    fn hint(&self, input: Input) -> &'static str {
        let registered = self.details.rule_set() == RuleSet::Newest;
        match input {
            Input::Name => "None of your other sub-merchants may have it; case does not count.",
            Input::Category | Input::SecondCategory => "Type a word, or the four digits.",
            Input::Countries => "Type a country and add it.",
            Input::Blocked => {
                "Countries whose payers should not pay its orders. It is kept; where payers come from is not verified here yet."
            }
            Input::SiteUrl => "For an app, the page where people get it.",
            Input::SiteKind if registered => SITE_KIND_ASKS_MORE,
            Input::Store if self.details.store.is_none() && !self.is_individual() => STORE_ASKS_LESS,
            Input::RegistrationCountry | Input::CertificateCountry => "Type a name, or the two letters.",
            Input::IncorporatedOn | Input::CertificateValidUntil | Input::ContractOn => "A day in UTC.",
            _ => "",
        }
    }
}

fn tick(country: Country, selected: bool) -> Choice {
    let label = if country == Country::global() { "Everywhere" } else { country.name() };
    Choice { value: country.code().to_owned(), label: label.to_owned(), selected }
}
