//! Who the seeded payer is: made up, like everything here, and printed in the control API's description so that tests can ask
//! for it.

use countersign_domain::payer_identity::{Fact, Facts, KycState, PayerIdentity, PayerKind};

/// Every fact that there can be about a person, identification complete.
pub(super) fn robin_reader() -> PayerIdentity {
    let facts = [
        (Fact::FirstName, "Robin"),
        (Fact::LastName, "Reader"),
        (Fact::DateOfBirth, "1990-02-28"),
        (Fact::Nationality, "SG"),
        (Fact::DocumentType, "PASSPORT"),
        (Fact::DocumentNumber, "X0000000A"),
    ];
    let facts = facts.into_iter().map(|(fact, value)| (fact, value.to_owned()));
    let facts = Facts::new(PayerKind::Individual, facts).expect("the made-up person is complete");
    PayerIdentity { kyc: KycState::Complete, facts }
}
