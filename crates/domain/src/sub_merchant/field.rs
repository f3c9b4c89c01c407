//! The fields that rules speak of, and what a text may hold whichever rules apply.

use super::details::SubMerchantDetails;
use super::fault::DetailFault;
use crate::time::Timestamp;

/// Declares the fields with the most characters of those that are text.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $(: $max:literal)?,)+) => {
        /// A field that a rule speaks of. The wire has a spelling for each, and so has the portal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DetailField { $($(#[$doc])* $name,)+ }

        impl DetailField {
            /// Every one, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The most characters (Unicode scalar values) of a text; `None` for what is no text (`partner.md` §5.2).
            pub const fn length_max(self) -> Option<usize> {
                match self { $(Self::$name => fields!(@max $($max)?),)+ }
            }
        }
    };
    (@max) => { None };
    (@max $max:literal) => { Some($max) };
}

fields! {
    /// [`SubMerchantDetails::name`].
    Name: 128,
    /// [`SubMerchantDetails::business`].
    Business,
    /// [`SubMerchantDetails::industry`].
    Industry: 500,
    /// [`SubMerchantDetails::second_industry`].
    SecondIndustry: 500,
    /// [`SubMerchantDetails::brand_logo`].
    BrandLogo: 256,
    /// [`SubMerchantDetails::countries`].
    Countries,
    /// [`SubMerchantDetails::address`].
    Address: 1024,
    /// [`super::Registration::company_name`].
    CompanyName: 64,
    /// [`super::Registration::number`].
    RegistrationNumber: 64,
    /// [`super::Registration::country`].
    RegistrationCountry,
    /// [`super::Registration::address`].
    RegistrationAddress: 1024,
    /// [`super::Registration::incorporated_at`].
    IncorporatedAt,
    /// [`SubMerchantDetails::store`].
    Store,
    /// [`super::Site::kind`].
    SiteKind,
    /// [`super::Site::url`].
    SiteUrl: 256,
    /// [`super::Site::name`].
    SiteName: 32,
    /// [`super::Certificate::kind`].
    CertificateKind,
    /// [`super::Certificate::country`].
    CertificateCountry,
    /// [`super::Certificate::number`].
    CertificateNumber: 64,
    /// [`super::Certificate::valid_until`].
    CertificateValidUntil,
    /// [`SubMerchantDetails::contract_at`].
    ContractAt,
}

impl SubMerchantDetails {
    /// What is wrong with a value by itself, in the page's order.
    pub(super) fn shape_faults(&self) -> Vec<DetailFault> {
        let texts = self.texts().into_iter().filter_map(|(field, text)| text_fault(field, text?));
        let early = |(field, at): (DetailField, Option<Timestamp>)| {
            at.is_some_and(|at| at.ms() < 0).then_some(DetailFault::BeforeEpoch(field))
        };
        texts.chain(self.instants().into_iter().filter_map(early)).collect()
    }

    fn texts(&self) -> [(DetailField, Option<&str>); 11] {
        let (site, registration) = (&self.site, &self.registration);
        [
            (DetailField::Name, Some(&self.name)),
            (DetailField::Industry, self.industry.as_deref()),
            (DetailField::SecondIndustry, self.second_industry.as_deref()),
            (DetailField::BrandLogo, self.brand_logo.as_deref()),
            (DetailField::Address, self.address.as_deref()),
            (DetailField::CompanyName, registration.company_name.as_deref()),
            (DetailField::RegistrationNumber, registration.number.as_deref()),
            (DetailField::RegistrationAddress, registration.address.as_deref()),
            (DetailField::SiteUrl, site.url.as_deref()),
            (DetailField::SiteName, site.name.as_deref()),
            (DetailField::CertificateNumber, self.certificate.number.as_deref()),
        ]
    }

    fn instants(&self) -> [(DetailField, Option<Timestamp>); 3] {
        [
            (DetailField::IncorporatedAt, self.registration.incorporated_at),
            (DetailField::CertificateValidUntil, self.certificate.valid_until),
            (DetailField::ContractAt, self.contract_at),
        ]
    }
}

fn text_fault(field: DetailField, text: &str) -> Option<DetailFault> {
    if text.chars().any(char::is_control) {
        return Some(DetailFault::ControlCharacter(field));
    }
    let max = field.length_max()?;
    // Bytes bound characters from above, so most texts need no counting.
    (text.len() > max && text.chars().count() > max).then_some(DetailFault::TooLong { field, max })
}
