//! What is asked of the database, one file per aggregate: statements first, then the functions that run them.
//!
//! Rows become domain types here and nowhere else. A value that the domain would not accept is
//! [`StoreError::Corrupt`](crate::StoreError::Corrupt) with the place where it stands. A function whose name begins with
//! `lock` takes the row's lock and hands out [`Locked`](crate::Locked), which every update of that aggregate demands.

use crate::Statement;

/// Declares statements as statics and lists them for [`all`].
macro_rules! statements {
    ($($name:ident = $label:literal : $sql:expr;)*) => {
        $(static $name: crate::Statement = crate::Statement { name: $label, sql: $sql };)*
        pub(in crate::queries) static STATEMENTS: &[&crate::Statement] = &[$(&$name),*];
    };
}

mod decode;
mod key;

pub mod admin_keys;
pub mod api_keys;
pub mod audit;
pub mod authorizations;
pub mod commands;
pub mod commission_schedules;
pub mod external_postings;
pub mod ledger;
pub mod merchants;
pub mod meta;
pub mod orders;
pub mod outbox;
pub mod password_resets;
pub mod payer_identities;
pub mod payers;
pub mod refund_releases;
pub mod refunds;
pub mod refusals;
pub mod sessions;
pub mod sign_in_devices;
pub mod sub_merchants;
pub mod trial_balance;
pub mod users;
pub mod wallet_transfers;
pub mod webhook_endpoints;

pub use key::Key;

/// Every statement there is, so that tests can prepare each on both engines and check its dialect.
pub fn all() -> Vec<&'static Statement> {
    [
        admin_keys::STATEMENTS,
        api_keys::STATEMENTS,
        audit::STATEMENTS,
        authorizations::STATEMENTS,
        commands::STATEMENTS,
        commission_schedules::STATEMENTS,
        external_postings::STATEMENTS,
        ledger::STATEMENTS,
        merchants::STATEMENTS,
        meta::STATEMENTS,
        orders::STATEMENTS,
        outbox::claim::STATEMENTS,
        outbox::list::STATEMENTS,
        outbox::log::STATEMENTS,
        outbox::proof::STATEMENTS,
        outbox::write::STATEMENTS,
        password_resets::STATEMENTS,
        payer_identities::STATEMENTS,
        payers::STATEMENTS,
        refund_releases::STATEMENTS,
        refunds::STATEMENTS,
        refusals::STATEMENTS,
        sessions::STATEMENTS,
        sign_in_devices::STATEMENTS,
        sub_merchants::STATEMENTS,
        trial_balance::STATEMENTS,
        users::STATEMENTS,
        wallet_transfers::STATEMENTS,
        webhook_endpoints::STATEMENTS,
    ]
    .concat()
}
