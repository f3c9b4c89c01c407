//! The choices of the form: what a page sends, and what people read.

use countersign_domain::reference::{Country, MerchantCategory};
use countersign_domain::sub_merchant::{BusinessKind, CertificateKind, SiteKind, StoreKind};

use crate::view::Choice;

/// A choice: what it stands for, what the form sends, what people read, and what it means in a sentence.
pub(crate) struct Words<T: 'static> {
    pub(crate) value: T,
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
}

const fn row<T>(value: T, code: &'static str, label: &'static str, hint: &'static str) -> Words<T> {
    Words { value, code, label, hint }
}

/// Kinds of business.
pub(crate) static BUSINESSES: &[Words<BusinessKind>] = &[
    row(
        BusinessKind::Individual,
        "individual",
        "Individual",
        "A person, identified by an identity card or a passport.",
    ),
    row(BusinessKind::SoleProprietor, "sole-proprietor", "Sole proprietor", "One person with a registered business."),
    row(BusinessKind::Partnership, "partnership", "Partnership", "Several people with a registered business."),
    row(
        BusinessKind::PrivateCompany,
        "private-company",
        "Private company",
        "A company whose shares are not traded in public.",
    ),
    row(BusinessKind::OtherCompany, "other-company", "Other company", "Any other company or body."),
];

/// Kinds of store.
pub(crate) static STORES: &[Words<StoreKind>] = &[
    row(StoreKind::Online, "online", "Online", "On a web site or in an app."),
    row(StoreKind::Physical, "shop", "In a shop", "At a place where customers come."),
    row(StoreKind::Both, "both", "Online and in a shop", "Both; not for an individual."),
];

/// Kinds of site.
pub(super) static SITES: &[Words<SiteKind>] = &[
    row(SiteKind::Web, "web", "Web site", ""),
    row(SiteKind::App, "app", "App", ""),
    row(SiteKind::Applet, "applet", "Applet in the wallet app", ""),
    row(SiteKind::Other, "other", "Something else", ""),
];

/// Kinds of document.
pub(super) static CERTIFICATES: &[Words<CertificateKind>] = &[
    row(CertificateKind::IdentityCard, "identity-card", "Identity card", ""),
    row(CertificateKind::Passport, "passport", "Passport", ""),
];

/// What a form sent.
pub(super) fn by_code<T: Copy>(table: &[Words<T>], code: &str) -> Option<T> {
    table.iter().find(|row| row.code == code).map(|row| row.value)
}

fn entry<T: PartialEq + Copy>(table: &[Words<T>], value: T) -> &Words<T> {
    table.iter().find(|row| row.value == value).expect("every value has a row")
}

/// What a form sends for a value.
pub(super) fn code<T: PartialEq + Copy>(table: &[Words<T>], value: T) -> &'static str {
    entry(table, value).code
}

/// What people read.
pub(super) fn label<T: PartialEq + Copy>(table: &[Words<T>], value: T) -> &'static str {
    entry(table, value).label
}

/// A drop-down list with nothing chosen first.
pub(super) fn choices<T>(table: &[Words<T>], chosen: &str) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: "Not stated".to_owned(), selected: chosen.is_empty() };
    let choice = |row: &Words<T>| Choice {
        value: row.code.to_owned(),
        label: row.label.to_owned(),
        selected: row.code == chosen,
    };
    std::iter::once(none).chain(table.iter().map(choice)).collect()
}

/// A class of business as a field holds it: found by its digits as by its words.
pub(super) fn category_text(category: MerchantCategory) -> String {
    format!("{} {}", category.code(), category.name())
}

/// The class that a text names: its digits, its words, or both as the list offers them.
pub(super) fn category(text: &str) -> Option<MerchantCategory> {
    let digits = text.get(..4).filter(|_| text.len() == 4 || text[4..].starts_with(' '));
    digits
        .and_then(MerchantCategory::from_code)
        .or_else(|| only(MerchantCategory::listed(), |listed| alike(listed.name(), text)))
}

/// The one that is meant, where it is clear which.
fn only<T>(all: impl Iterator<Item = T>, is_meant: impl Fn(&T) -> bool) -> Option<T> {
    let mut meant = all.filter(is_meant);
    meant.next().filter(|_| meant.next().is_none())
}

/// A country as a field holds it.
pub(super) fn country_text(country: Country) -> String {
    format!("{} ({})", country.name(), country.code())
}

/// The country that a text names: its code in any case, its name, or both as the list offers them.
pub(super) fn country(text: &str) -> Option<Country> {
    let all = || Country::all().chain([Country::global()]);
    let is_named = |known: &Country| alike(known.name(), text) || alike(&country_text(*known), text);
    Country::from_code_or_global(&text.to_ascii_uppercase()).or_else(|| only(all(), is_named))
}

/// The countries that a text names, parted by commas; some have commas in their names. What names none comes as it is.
pub(super) fn countries(text: &str) -> Vec<Result<Country, String>> {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut named = Vec::new();
    while !parts.is_empty() {
        let mut longest = (1..=parts.len().min(NAME_PARTS_MAX)).rev();
        let found = longest.find_map(|count| Some((count, country(&parts[..count].join(", "))?)));
        let (count, one) = found.map_or_else(|| (1, Err(parts[0].to_owned())), |(count, found)| (count, Ok(found)));
        named.push(one);
        parts.drain(..count);
    }
    named
}

/// The most parts that a country's name has between commas.
const NAME_PARTS_MAX: usize = 2;

fn alike(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// What the list of classes offers.
pub(super) fn category_texts() -> Vec<String> {
    MerchantCategory::listed().map(category_text).collect()
}

/// What the list of countries offers, by name.
pub(super) fn country_texts() -> Vec<String> {
    let mut texts: Vec<String> = Country::all().map(country_text).collect();
    texts.sort();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_lists_offer_is_understood() {
        for text in category_texts() {
            let found = category(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(category_text(found), text);
            assert_eq!(category(&found.code()), Some(found));
        }
        for text in country_texts() {
            let found = country(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(country_text(found), text);
            assert_eq!(country(&found.code().to_lowercase()), Some(found));
            assert_eq!(country(&found.name().to_uppercase()), Some(found));
        }
    }

    #[test]
    fn what_names_nothing_is_not_guessed() {
        for text in ["", "551", "55111", "5511x", "0000", "Tea", "5511,Cars", "ü511", "€€"] {
            assert_eq!(category(text), None, "{text}");
        }
        assert_eq!(category("3000").map(category_text), Some("3000 Airlines".to_owned()));
        for text in ["", "XX", "Atlantis", "USA", "(US", "US)", "(US)", "Germany (XX)", "Germany (US)", "()"] {
            assert_eq!(country(text), None, "{text}");
        }
        assert_eq!(country("go"), Some(Country::global()));
    }

    #[test]
    fn commas_part_countries_but_not_their_names() {
        let codes = |text: &str| -> Vec<String> {
            let code = |one: Result<Country, String>| one.map_or_else(|text| text, |found| found.code().to_owned());
            countries(text).into_iter().map(code).collect()
        };
        assert_eq!(codes("sg, Korea, Republic of (KR),Palestine, State of, de"), ["SG", "KR", "PS", "DE"]);
        assert_eq!(codes(" , SG,, Korea, US"), ["SG", "Korea", "US"]);
        for country in Country::all() {
            assert_eq!(codes(&country_text(country)), [country.code()]);
        }
    }
}
