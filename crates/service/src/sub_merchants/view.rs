//! Sub-merchants as pages list them. The page has decided that its reader may see what is this partner's.

use countersign_domain::id::{MerchantId, SubMerchantId};
use countersign_domain::sub_merchant::SubMerchant;
use countersign_store::queries::{Key, sub_merchants};
use countersign_store::{ReadTx, StoreError};

/// The most sub-merchants on one page.
pub const PAGE_MAX: i64 = 100;

/// Sub-merchants of `partner` next to a key, newest first; at most [`PAGE_MAX`].
pub fn page_of_partner(
    tx: &mut dyn ReadTx,
    partner: MerchantId,
    key: Key,
    limit: i64,
) -> Result<Vec<SubMerchant>, StoreError> {
    sub_merchants::keyed_page(tx, partner, key, limit.clamp(1, PAGE_MAX))
}

/// The sub-merchant with this number if it is `partner`'s.
pub fn of_partner(
    tx: &mut dyn ReadTx,
    partner: MerchantId,
    id: SubMerchantId,
) -> Result<Option<SubMerchant>, StoreError> {
    Ok(sub_merchants::get(tx, id)?.filter(|found| found.partner_id == partner))
}
