//! What a partner says of a sub-merchant: every field of `partner.md` §5.2, as types.

use serde::{Deserialize, Serialize};

use crate::reference::{Country, MerchantCategory};
use crate::time::Timestamp;

/// Declares an enum whose variants have numbers on the wire.
macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every one, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The number on the wire.
            pub const fn number(self) -> i64 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The one with this number.
            pub fn from_number(number: i64) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.number() == number)
            }
        }
    )+};
}

numbered! {
    /// `merchantType`.
    BusinessKind {
        /// A person.
        Individual = 1,
        /// A sole proprietor.
        SoleProprietor = 2,
        /// A partnership.
        Partnership = 3,
        /// A private company.
        PrivateCompany = 4,
        /// Any other company.
        OtherCompany = 5,
    }
    /// `storeType`.
    StoreKind {
        /// Sells online.
        Online = 0,
        /// Sells in a shop.
        Physical = 1,
        /// Both.
        Both = -1,
    }
    /// `siteType`.
    SiteKind {
        /// A web site.
        Web = 1,
        /// A mobile app.
        App = 2,
        /// An applet inside the wallet app.
        Applet = 3,
        /// Anything else.
        Other = 4,
    }
    /// `certificateType`.
    CertificateKind {
        /// An identity card.
        IdentityCard = 1,
        /// A passport.
        Passport = 2,
    }
}

/// Where a business is registered. Which parts must be there is the rules' to say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Registration {
    /// The legal name, at most 64 characters.
    pub company_name: Option<String>,
    /// Registration or tax number, at most 64 characters.
    pub number: Option<String>,
    /// The country of registration.
    pub country: Option<Country>,
    /// The address, at most 1024 characters.
    pub address: Option<String>,
    /// Since when the registration is in effect.
    pub incorporated_at: Option<Timestamp>,
}

/// By what a person is identified.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Certificate {
    /// Its kind.
    pub kind: Option<CertificateKind>,
    /// Where it was issued.
    pub country: Option<Country>,
    /// Its number, at most 64 characters.
    pub number: Option<String>,
    /// Until when it is valid. Not compared with the clock: the founding document's own sample has expired.
    pub valid_until: Option<Timestamp>,
}

/// Where it sells online.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Site {
    /// The kind of site.
    pub kind: Option<SiteKind>,
    /// Where it is: any text of at most 256 characters (`decisions.md` row 51).
    pub url: Option<String>,
    /// Its name, at most 32 characters.
    pub name: Option<String>,
}

/// Everything that a partner says of a sub-merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubMerchantDetails {
    /// Its name as given, at most 128 characters.
    pub name: String,
    /// What kind of business it is.
    pub business: Option<BusinessKind>,
    /// Its class of business.
    pub category: MerchantCategory,
    /// The class in words, at most 500 characters.
    pub industry: Option<String>,
    /// A second class.
    pub second_category: Option<MerchantCategory>,
    /// The second class in words, at most 500 characters.
    pub second_industry: Option<String>,
    /// Its logo: any text of at most 256 characters (`decisions.md` row 51).
    pub brand_logo: Option<String>,
    /// Where it operates, each once; may hold [`Country::global`].
    pub countries: Vec<Country>,
    /// How it sells.
    pub store: Option<StoreKind>,
    /// Its shop's address, at most 1024 characters.
    pub address: Option<String>,
    /// Where it sells online.
    pub site: Site,
    /// Where it is registered.
    pub registration: Registration,
    /// By what a person is identified.
    pub certificate: Certificate,
    /// The date of its contract with the partner.
    pub contract_at: Option<Timestamp>,
    /// Payers whose identity was verified in one of these countries are blocked.
    pub blocked_payer_countries: Vec<Country>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_pages() {
        let of = |numbers: Vec<i64>, expected: &[i64]| assert_eq!(numbers, expected);
        of(BusinessKind::ALL.iter().map(|kind| kind.number()).collect(), &[1, 2, 3, 4, 5]);
        of(StoreKind::ALL.iter().map(|kind| kind.number()).collect(), &[0, 1, -1]);
        of(SiteKind::ALL.iter().map(|kind| kind.number()).collect(), &[1, 2, 3, 4]);
        of(CertificateKind::ALL.iter().map(|kind| kind.number()).collect(), &[1, 2]);
        assert_eq!(StoreKind::from_number(-1), Some(StoreKind::Both));
        assert_eq!(SiteKind::from_number(0), None);
    }
}
