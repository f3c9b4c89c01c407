//! `payerDetail`: who paid, for the eyes of whoever's key created the order (`decisions.md` row 45).
//!
//! What stands inside is published nowhere. It is a flat JSON object with the names that older pages gave to a payer's
//! identity (`partner.md` §3.3, `payerInfo`), and for companies, which those do not have, names in the same manner. It is put
//! together here, not in `wire`, because only the payment's own transaction holds both the identity and the secret.

use countersign_domain::Timestamp;
use countersign_domain::event::{Event, OrderPaidEvent};
use countersign_domain::id::{MerchantId, OrderId, PayerId};
use countersign_domain::order::Order;
use countersign_domain::payer_identity::{Fact, Facts, KycState};
use countersign_store::{ReadTx, StoreError, WriteTx};
use secrecy::ExposeSecret;
use serde::Serialize;

use crate::api_keys::{self, KeyError};
use crate::outbox;
use crate::payer_identities::{self, IdentityError};
use crate::platform::Platform;

/// Whose key created the order: the provider's that brought it, else the merchant's own. Nobody else is shown the detail.
pub fn key_owner(order: &Order) -> MerchantId {
    order.on_behalf.map_or(order.merchant_id, |on_behalf| on_behalf.provider_id)
}

/// The identity of `payer`, encrypted with the secret of the key that created `order`. `None` where identification is not
/// done, where that key was revoked, and where a seal no longer opens: a payment does not fail for what is a courtesy.
pub fn seal(
    tx: &mut dyn ReadTx,
    platform: &Platform,
    order: &Order,
    payer: PayerId,
) -> Result<Option<String>, StoreError> {
    let identity = match payer_identities::get(tx, platform, payer) {
        Ok(Some(identity)) if identity.kyc == KycState::Complete => identity,
        Err(IdentityError::Store(error)) => return Err(error),
        Ok(_) | Err(IdentityError::UnknownPayer | IdentityError::Sealed(_) | IdentityError::Shape(_)) => {
            return Ok(None);
        }
    };
    let secret = match api_keys::open_secret(tx, platform, order.api_key_id) {
        Ok(Some(secret)) => secret,
        Err(KeyError::Store(error)) => return Err(error),
        Ok(None) | Err(_) => return Ok(None),
    };
    Ok(Some(platform.encrypt_payer_detail(secret.expose_secret(), order.id, &plaintext(&identity.facts))))
}

/// Tells a payment to the order's receivers: with the detail to the owner of that key, without it to the other party.
pub fn announce_paid(
    tx: &mut dyn WriteTx,
    platform: &Platform,
    (order, event): (&Order, OrderPaidEvent),
    now: Timestamp,
) -> Result<(), StoreError> {
    let bare = Event::OrderPaid(OrderPaidEvent { payer_detail: None, ..event.clone() });
    let (owners, others) = outbox::order_receivers(tx, order, &bare, now)?.split_by_owner(key_owner(order));
    outbox::notify(tx, platform, &Event::OrderPaid(event), &owners, now)?;
    outbox::notify(tx, platform, &bare, &others, now)
}

/// Absent facts are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayerDetail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nationality: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_country: Option<&'a str>,
}

fn plaintext(facts: &Facts) -> String {
    let detail = PayerDetail {
        first_name: facts.get(Fact::FirstName),
        last_name: facts.get(Fact::LastName),
        date_of_birth: facts.get(Fact::DateOfBirth),
        nationality: facts.get(Fact::Nationality),
        identity_type: facts.get(Fact::DocumentType),
        identity_number: facts.get(Fact::DocumentNumber),
        company_name: facts.get(Fact::CompanyName),
        registration_number: facts.get(Fact::RegistrationNumber),
        registration_country: facts.get(Fact::RegistrationCountry),
    };
    serde_json::to_string(&detail).expect("texts are JSON")
}

impl Platform {
    /// Encrypts for the holder of `secret`. The initialisation vector is a keyed hash of order and text instead of fresh
    /// randomness: it never repeats with another text under one key, and a seeded sandbox answers the same each time.
    fn encrypt_payer_detail(&self, secret: &[u8], order: OrderId, text: &str) -> String {
        let hash = self.keys.lookup_hash(b"payer_detail", &format!("{order}:{text}"));
        let vector = *hash.first_chunk::<12>().expect("a hash has 32 bytes");
        countersign_crypto::encrypt_payer_detail(secret, text, vector)
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::payer_identity::PayerKind;

    use super::*;

    #[test]
    fn the_plaintext_has_the_names_of_older_pages() {
        let text = |kind, facts: &[(Fact, &str)]| {
            let facts = facts.iter().map(|(fact, value)| (*fact, (*value).to_owned()));
            plaintext(&Facts::new(kind, facts).expect("facts"))
        };
        let person = [
            (Fact::DocumentNumber, "X1"),
            (Fact::FirstName, "Robin"),
            (Fact::LastName, "Reader"),
            (Fact::DateOfBirth, "1990-02-28"),
        ];
        assert_eq!(
            text(PayerKind::Individual, &person),
            r#"{"firstName":"Robin","lastName":"Reader","dateOfBirth":"1990-02-28","identityNumber":"X1"}"#
        );
        let company =
            [(Fact::CompanyName, "Tea"), (Fact::RegistrationNumber, "R-1"), (Fact::RegistrationCountry, "SG")];
        assert_eq!(
            text(PayerKind::Corporate, &company),
            r#"{"companyName":"Tea","registrationNumber":"R-1","registrationCountry":"SG"}"#
        );
    }
}
