//! Names of the inputs, and what is wrong with them in words.

use countersign_domain::sub_merchant::{Condition, DetailFault, DetailField};

use crate::forms::SubMerchantInput;

/// What people call an input.
pub(super) const fn label(input: SubMerchantInput) -> &'static str {
    use SubMerchantInput as Input;
    match input {
        Input::Business => "Kind of business",
        Input::Store => "How it sells",
        Input::Name => "Name",
        Input::Category => "Class of business (MCC)",
        Input::Industry => "The business in words",
        Input::Countries => "Where it operates",
        Input::Address => "Address of the shop",
        Input::SiteUrl => "URL of the site",
        Input::SiteKind => "Kind of site",
        Input::SiteName => "Name of the site",
        Input::CompanyName => "Legal name",
        Input::RegistrationNumber => "Registration or tax number",
        Input::RegistrationCountry => "Country of registration",
        Input::RegistrationAddress => "Registered address",
        Input::IncorporatedOn => "Registered since",
        Input::CertificateKind => "Document",
        Input::CertificateCountry => "Issued in",
        Input::CertificateNumber => "Number of the document",
        Input::CertificateValidUntil => "Valid until",
        Input::SecondCategory => "Second class of business",
        Input::SecondIndustry => "The second business in words",
        Input::BrandLogo => "URL of the logo",
        Input::ContractOn => "Date of your contract with it",
        Input::Blocked => "Payers to block",
    }
}

/// The input of a field that a rule speaks of.
pub(super) const fn input_of(field: DetailField) -> SubMerchantInput {
    use SubMerchantInput as Input;
    match field {
        DetailField::Name => Input::Name,
        DetailField::Business => Input::Business,
        DetailField::Industry => Input::Industry,
        DetailField::SecondIndustry => Input::SecondIndustry,
        DetailField::BrandLogo => Input::BrandLogo,
        DetailField::Countries => Input::Countries,
        DetailField::Address => Input::Address,
        DetailField::CompanyName => Input::CompanyName,
        DetailField::RegistrationNumber => Input::RegistrationNumber,
        DetailField::RegistrationCountry => Input::RegistrationCountry,
        DetailField::RegistrationAddress => Input::RegistrationAddress,
        DetailField::IncorporatedAt => Input::IncorporatedOn,
        DetailField::Store => Input::Store,
        DetailField::SiteKind => Input::SiteKind,
        DetailField::SiteUrl => Input::SiteUrl,
        DetailField::SiteName => Input::SiteName,
        DetailField::CertificateKind => Input::CertificateKind,
        DetailField::CertificateCountry => Input::CertificateCountry,
        DetailField::CertificateNumber => Input::CertificateNumber,
        DetailField::CertificateValidUntil => Input::CertificateValidUntil,
        DetailField::ContractAt => Input::ContractOn,
    }
}

const fn of_whom(condition: Condition) -> &'static str {
    match condition {
        Condition::Always => "",
        Condition::Individual => " for an individual",
        Condition::Business => " for a business",
        Condition::WebSite => " for a web site",
        Condition::NamedSite => " for a web site, an app or an applet",
        Condition::OnlineStore => " for a store that sells online",
        Condition::PhysicalStore => " for a shop",
        Condition::OtherCategory | Condition::OtherSecondCategory => " for class 9999",
    }
}

/// What is wrong, and with which input.
pub(crate) fn words(fault: DetailFault) -> (SubMerchantInput, String) {
    let input = input_of(fault.field());
    let label = label(input);
    let text = match fault {
        DetailFault::Missing { condition, .. } => format!("“{label}” is needed{}.", of_whom(condition)),
        DetailFault::Blank(_) => format!("“{label}” is needed."),
        DetailFault::TooLong { max, .. } => format!("“{label}” has at most {max} characters."),
        DetailFault::TooLongWrittenOut(_) => format!("“{label}” is too long once its signs are written out."),
        DetailFault::ControlCharacter(_) => format!("“{label}” holds a character that cannot be seen."),
        DetailFault::BeforeEpoch(_) => format!("“{label}” takes days from 1970 on."),
        DetailFault::StoreOfBothKinds => {
            "Choose one of the two: both are for businesses whose kind and name of site are left empty.".to_owned()
        }
    };
    (input, text)
}
