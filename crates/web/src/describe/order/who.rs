//! Who did something with an order, in words for its merchant.

use countersign_domain::Initiator;
use countersign_domain::id::MerchantId;
use countersign_store::queries::{api_keys, merchants, users};
use countersign_store::{ReadTx, StoreError};

/// One of the merchant's keys by its name, a provider by its own, or a person by the address with which it signs in. What a
/// provider calls its keys is nobody else's business.
pub(super) fn who(tx: &mut dyn ReadTx, merchant: MerchantId, initiator: Initiator) -> Result<String, StoreError> {
    Ok(match initiator {
        Initiator::User(id) => match users::get(tx, id)? {
            Some(account) => format!("{}, in the portal", account.user.email),
            None => "somebody in the portal".to_owned(),
        },
        Initiator::Key(id) => match api_keys::named(tx, id)? {
            Some((owner, name)) if owner == merchant => format!("your API key “{name}”"),
            Some((owner, _)) => match merchants::get(tx, owner)? {
                Some(provider) => format!("{} ({owner}), on your behalf", provider.name),
                None => format!("{owner}, on your behalf"),
            },
            None => "an API key".to_owned(),
        },
    })
}
