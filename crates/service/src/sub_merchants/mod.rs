//! Sub-merchants: enrolled and rewritten by their channel partner over the wire and in the portal, looked up over the wire,
//! suspended and listed on pages.

mod add;
mod modify;
mod partner;
mod query;
mod set_status;
mod view;

pub use add::{AddError, NewSubMerchant, add};
pub use modify::{ModifyError, ModifySubMerchant, modify};
pub use partner::PartnerError;
pub use query::{Lookup, QueryError, query};
pub use set_status::{SetStatusError, set_status};
pub use view::{Filter, PAGE_MAX, of_partner, page_of_partner};
