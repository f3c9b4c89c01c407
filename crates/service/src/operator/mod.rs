//! The operator's side: money that enters and leaves through custody, frozen accounts, the trial balance,
//! merchants' webhooks.
//!
//! The same use cases stand behind the signed admin API, the command line and the console; who asks is a [`Caller`].
//! What changes something leaves an audit row on the chain of the account's owner, in the transaction of the act. A refusal that a
//! use case decides on is audited as well, so such a use case has two results: the outer one says whether the transaction
//! stands, the inner one what became of the act.

mod account;
mod authority;
mod post;
mod set_status;
mod trial_balance;
mod webhooks;

pub use account::{AccountView, WalletBalance, find_owner, view_account};
pub use authority::{Caller, Denied, ReadError};
pub use post::{NewPosting, PostError, PostRefused, Posted, post};
pub use set_status::{AccountStatus, StatusChange, StatusError, StatusRefused, StatusSet, set_status};
pub use trial_balance::{CurrencyBalance, Parts, TrialBalance, trial_balance};
pub use webhooks::{
    EndpointChange, EndpointEdit, WebhookError, WebhookRefused, add_endpoint, change_endpoint, list_deliveries,
    list_endpoints, recover_deliveries, resend_delivery, show_delivery,
};
