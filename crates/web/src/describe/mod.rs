//! From the domain's words to those of pages. Each file turns one kind of thing into values that a view model shows.

mod authorization;
mod day;
mod delivery;
mod delivery_attempts;
pub(crate) mod device;
mod endpoint;
mod event_kind;
mod foreign_text;
mod input;
mod limits;
mod order;
mod refused_body;
mod request;
mod scopes;
pub(crate) mod sub_merchant;
mod wallet;

pub(crate) use authorization::{
    decision_pill, is_shared_token, merchant_timeline, pill, provider_timeline, status_text, vendor_state,
};
pub(crate) use day::{day_begin, day_end, minute_begin, minute_text};
pub(crate) use delivery::{delivery_line, delivery_pill, event_words};
pub(crate) use delivery_attempts::{attempt_entries, kept_text};
pub(crate) use endpoint::{endpoint_card, endpoint_choices, endpoint_name, endpoint_trouble};
use event_kind::filter_words;
pub(crate) use event_kind::{kind_choices, kind_of_code, kind_ticks};
use foreign_text::foreign_text;
pub(crate) use input::{address_lines, address_list, numeric_id, parse_addresses};
pub(crate) use limits::{Limits, LimitsFault, limits_form, limits_words, read_limits};
pub(crate) use order::{
    Dossier, RefundFaults, amount_words, goods_lines, order_line, read_refund, refund_facts, refund_fields,
    refund_offer, refused_words, transaction_id,
};
pub(crate) use refused_body::refused_body;
pub(crate) use request::pending_requests;
pub(crate) use scopes::{scope_codes, scope_set, scope_texts, scope_ticks};
pub(crate) use wallet::{balances, money, parse_amount, rate_words, wallet_name};
