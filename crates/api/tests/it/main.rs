//! The merchant API through its router, on a private SQLite database.

mod support;

mod admin;
mod audit_check;
mod bad_input;
mod calls;
mod compatibility;
mod consent_races;
mod damage;
mod doctor;
mod failures;
mod founding;
mod guards;
mod openapi;
mod operator_check;
mod operator_guards;
mod operator_ledger;
mod operator_trace;
mod order_close;
mod order_fiat;
mod order_life;
mod order_status;
mod order_v1;
mod orders;
mod payer_detail;
mod payer_verification;
mod payment_check;
mod payments;
mod provider;
mod refund_check;
mod refund_holds;
mod refund_races;
mod refunds;
mod samples;
mod sub_merchants;
mod wallet_transfers;
