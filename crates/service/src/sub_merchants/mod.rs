//! Sub-merchants: enrolled, rewritten and looked up by their channel partner over the wire, suspended and listed on pages.

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
pub use view::{PAGE_MAX, of_partner, page_of_partner};
