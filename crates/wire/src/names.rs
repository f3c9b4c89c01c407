//! Words of the wire for what calls, answers and notifications tell apart: each group is one type, so that no other crate spells
//! them, and each knows no more than the page that lists it.

macro_rules! names {
    ($($(#[$about:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $spelling:literal,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$one])* $variant,)+
        }

        impl $name {
            /// All of them, in the page's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Their spellings, in the same order.
            pub const SPELLINGS: &'static [&'static str] = &[$($spelling),+];

            /// The wire's spelling.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $spelling,)+
                }
            }

            /// The one with this spelling.
            pub fn from_wire(spelling: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|name| name.as_str() == spelling)
            }
        }
    )+};
}

names! {
    /// Where an order stands (money.md 1.10).
    OrderStatusName {
        /// Nobody has begun to pay.
        Initial = "INITIAL",
        /// A payer has begun.
        Pending = "PENDING",
        /// Paid.
        Paid = "PAID",
        /// Closed by its merchant.
        Canceled = "CANCELED",
        /// The payment failed.
        Error = "ERROR",
        /// A refund is under way.
        Refunding = "REFUNDING",
        /// Refunded in part; with v1 also in full (decisions.md row 33).
        Refunded = "REFUNDED",
        /// Refunded in full.
        FullRefunded = "FULL_REFUNDED",
        /// Not paid in time.
        Expired = "EXPIRED",
    }

    /// Where a refund stands (money.md 3.2), as far as one that was accepted can.
    RefundStatusName {
        /// The payer has the money.
        Success = "REFUND_SUCCESS",
        /// It waits for its payer.
        Pending = "REFUND_PENDING",
    }

    /// Where an authorization stands (decisions.md row 19).
    AuthorizationStatusName {
        /// Asked for.
        Pending = "PENDING",
        /// In force.
        Authorized = "AUTHORIZED",
        /// Refused.
        Rejected = "REJECTED",
        /// Withdrawn, for a while or for good.
        Disabled = "DISABLED",
        /// Its time is over.
        Expired = "EXPIRED",
    }

    /// Whether a sub-merchant may sell (decisions.md row 26).
    SubMerchantStatusName {
        /// It may.
        Active = "ACTIVE",
        /// It may not.
        Suspended = "SUSPENDED",
    }

    /// Where a payer comes from (money.md 1.3; `PAYMENT_LINK` by SDKs and webhooks).
    TerminalName {
        /// A mobile app.
        App = "APP",
        /// A browser on a computer.
        Web = "WEB",
        /// A browser on a phone.
        Wap = "WAP",
        /// A mini program inside the wallet app.
        MiniProgram = "MINI_PROGRAM",
        /// A payment link.
        PaymentLink = "PAYMENT_LINK",
        /// Anything else.
        Others = "OTHERS",
    }

    /// A wallet (money.md 5.1).
    WalletName {
        /// Where orders are paid into.
        Funding = "FUNDING_WALLET",
        /// The other one.
        Spot = "SPOT_WALLET",
    }

    /// A way between the two wallets (money.md 4.1).
    TransferTypeName {
        /// Into the spot wallet.
        ToMain = "TO_MAIN",
        /// Into the funding wallet.
        ToPay = "TO_PAY",
    }

    /// What a payer can be (money.md 1.9).
    PayerTypeName {
        /// A person.
        Individual = "INDIVIDUAL",
        /// A company.
        Corporate = "CORPORATE",
    }

    /// What can be asked about a payer (money.md 1.9).
    PayerFactName {
        /// A person's first name.
        FirstName = "FIRST_NAME",
        /// A person's last name.
        LastName = "LAST_NAME",
        /// A person's date of birth.
        DateOfBirth = "DATE_OF_BIRTH",
        /// A person's nationality.
        Nationality = "NATIONALITY",
        /// The kind of a person's document.
        DocumentType = "DOCUMENT_TYPE",
        /// The number of a person's document.
        DocumentNumber = "DOCUMENT_NUMBER",
        /// A company's name.
        CompanyName = "COMPANY_NAME",
        /// A company's number in its register.
        RegistrationNumber = "REGISTRATION_NUMBER",
        /// The country of that register.
        RegistrationCountry = "REGISTRATION_COUNTRY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_spellings() {
        assert!(TerminalName::ALL.iter().all(|name| TerminalName::from_wire(name.as_str()) == Some(*name)));
        assert_eq!(TerminalName::SPELLINGS.len(), TerminalName::ALL.len());
        assert_eq!(TerminalName::from_wire("web"), None);
    }
}
