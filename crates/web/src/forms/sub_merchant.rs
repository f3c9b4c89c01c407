//! [`crate::paths::SUB_MERCHANT_ADD`] and [`crate::paths::sub_merchant_edit`]: one form, of which a page shows the fields that
//! its answers call for.

use super::FormData;

/// Declares the inputs of one value with the names that they have in the page.
macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)+) => {
        /// An input of the form that holds one text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SubMerchantInput { $($(#[$doc])* $name,)+ }

        impl SubMerchantInput {
            /// Every one, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name and its id in the page.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }
        }
    };
}

inputs! {
    /// The kind of business, one of the page's words.
    Business = "business",
    /// How it sells, one of the page's words.
    Store = "store",
    /// The name.
    Name = "name",
    /// The class of business: four digits, its name, or both.
    Category = "category",
    /// The class in words.
    Industry = "industry",
    /// One more country where it operates, or several parted by commas: by name, code, or both.
    Countries = "country_add",
    /// The shop's address.
    Address = "address",
    /// Where it sells online.
    SiteUrl = "site_url",
    /// The kind of site, one of the page's words.
    SiteKind = "site_kind",
    /// The name of the site.
    SiteName = "site_name",
    /// The legal name.
    CompanyName = "company_name",
    /// The registration or tax number.
    RegistrationNumber = "registration_number",
    /// The country of registration, by name, code, or both.
    RegistrationCountry = "registration_country",
    /// The registered address.
    RegistrationAddress = "registration_address",
    /// The day since which it is registered, `YYYY-MM-DD`.
    IncorporatedOn = "incorporated_on",
    /// The kind of document, one of the page's words.
    CertificateKind = "certificate_kind",
    /// The country that issued it.
    CertificateCountry = "certificate_country",
    /// Its number.
    CertificateNumber = "certificate_number",
    /// Its last day, `YYYY-MM-DD`.
    CertificateValidUntil = "certificate_valid_until",
    /// A second class of business.
    SecondCategory = "second_category",
    /// The second class in words.
    SecondIndustry = "second_industry",
    /// The address of a logo.
    BrandLogo = "brand_logo",
    /// The day of the contract, `YYYY-MM-DD`.
    ContractOn = "contract_on",
    /// One more country whose payers are blocked, or several.
    Blocked = "blocked_add",
}

/// What the form brings back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubMerchantForm {
    pub(crate) typed: Vec<(SubMerchantInput, String)>,
    /// Codes of the countries left ticked where it operates.
    pub countries: Vec<String>,
    /// Codes of the countries left ticked whose payers are blocked.
    pub blocked: Vec<String>,
    /// The revision that the page showed, on editing.
    pub revision: String,
    /// Whether the page is only to be drawn again, with the fields that the answers call for.
    pub is_redraw: bool,
}

impl SubMerchantForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        let typed = |input: &SubMerchantInput| (*input, form.text(input.id()));
        Self {
            typed: SubMerchantInput::ALL.iter().map(typed).collect(),
            countries: form.all("country"),
            blocked: form.all("blocked"),
            revision: form.text("revision"),
            is_redraw: form.text("step") == "redraw",
        }
    }

    /// What was typed or chosen; empty where nothing was.
    pub fn text(&self, input: SubMerchantInput) -> &str {
        self.typed.iter().find(|(typed, _)| *typed == input).map_or("", |(_, text)| text)
    }

    /// The same where it is not empty.
    pub fn optional(&self, input: SubMerchantInput) -> Option<String> {
        Some(self.text(input).to_owned()).filter(|text| !text.is_empty())
    }
}
