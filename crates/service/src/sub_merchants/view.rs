//! Sub-merchants as pages list them. The page has decided that its reader may see what is this partner's.

use countersign_domain::id::{MerchantId, SubMerchantId};
use countersign_domain::sub_merchant::{NameKey, SubMerchant, SubMerchantStatus};
use countersign_store::queries::{Key, sub_merchants};
use countersign_store::{ReadTx, StoreError};

/// The most sub-merchants on one page.
pub const PAGE_MAX: i64 = 100;

/// Which sub-merchants of a partner are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// How the name begins, compared as names are (`decisions.md` row 24), or the whole number; empty for all.
    pub text: String,
    /// Those in this status; `None` for all.
    pub status: Option<SubMerchantStatus>,
}

/// Sub-merchants of `partner` next to a key, newest first; at most [`PAGE_MAX`]. A number of one of them finds that one.
pub fn page_of_partner(
    tx: &mut dyn ReadTx,
    partner: MerchantId,
    filter: &Filter,
    (key, limit): (Key, i64),
) -> Result<Vec<SubMerchant>, StoreError> {
    if let Ok(id) = filter.text.trim().parse()
        && let Some(found) = of_partner(tx, partner, id)?
    {
        let asked = filter.status.is_none_or(|status| status == found.status) && key == Key::Newest;
        return Ok(asked.then_some(found).into_iter().collect());
    }
    let begins = NameKey::of(&filter.text);
    sub_merchants::keyed_page(tx, partner, (&begins, filter.status), key, limit.clamp(1, PAGE_MAX))
}

/// The sub-merchant with this number if it is `partner`'s.
pub fn of_partner(
    tx: &mut dyn ReadTx,
    partner: MerchantId,
    id: SubMerchantId,
) -> Result<Option<SubMerchant>, StoreError> {
    Ok(sub_merchants::get(tx, id)?.filter(|found| found.partner_id == partner))
}
