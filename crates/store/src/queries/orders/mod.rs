//! Orders.

mod list;
mod row;
mod write;

use countersign_domain::Timestamp;
use countersign_domain::id::{MerchantId, OrderId};
use countersign_domain::order::{Order, Standing};

use crate::{Locked, ReadTx, StoreError, WriteTx};
pub use list::{Listing, Through, keyed_page};
use row::{decode, decode_opt};
pub use write::{insert, update};

/// Every column, in the order in which `row` reads them.
macro_rules! select {
    ($($rest:tt)*) => {
        concat!(
            "SELECT id, merchant_id, merchant_trade_no, provider_id, authorization_id, api_key_id, sub_merchant_id, state, currency,
             amount_minor, terminal, checkout_token, product_type, product_name, details, webhook_url, return_url, cancel_url,
             pass_through_info, pay_currencies, fiat_currency, fiat_amount, created_at, expires_at, ended_at, failure,
             offer_id, offer_payer_id, offer_currency, offer_minor, offer_price, offer_until,
             transfer_id, payer_id, open_user_id, paid_at, paid_currency, paid_minor, paid_price, commission_minor, share_minor,
             payer_detail, refunded_minor, refunded_commission_minor, refunded_share_minor, refunds_accepted, refunds_under_way,
             goods, confirmed_at, closed_by_key_id, closed_by_user_id, held_since FROM orders ",
            $($rest)*
        )
    };
}

/// A page of a merchant's orders in one stored state that meet a condition, in this order: between two ids and two instants of
/// creation. The status, where one is named, is that as of an instant, as [`Order::status_at`] tells it; a test holds the two
/// together.
macro_rules! page {
    ($condition:literal, $order:literal, $limit:literal) => {
        select!(
            "WHERE merchant_id = $1 AND state = $2 AND id > $3 AND id < $4 AND created_at >= $5 AND created_at < $6 AND (CAST($7 AS TEXT) = '' OR $7 =
             CASE WHEN state = 'INITIAL' OR (state = 'PENDING' AND offer_until <= $8)
                  THEN CASE WHEN expires_at <= $8 THEN 'EXPIRED' ELSE 'INITIAL' END
                  WHEN state <> 'PAID' THEN state
                  WHEN refunds_under_way > 0 THEN 'REFUNDING'
                  WHEN refunded_minor = 0 THEN 'PAID'
                  WHEN refunded_minor = amount_minor THEN 'FULL_REFUNDED'
                  ELSE 'REFUNDED' END)",
            $condition,
            " ORDER BY id ",
            $order,
            " LIMIT ",
            $limit
        )
    };
}

statements! {
    INSERT = "order_insert":
        "INSERT INTO orders (id, merchant_id, merchant_trade_no, provider_id, authorization_id, api_key_id, sub_merchant_id, state, currency,
         amount_minor, terminal, checkout_token, product_type, product_name, details, webhook_url, return_url, cancel_url,
         pass_through_info, pay_currencies, fiat_currency, fiat_amount, created_at, expires_at, goods)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'INITIAL', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
         ON CONFLICT DO NOTHING";
    GET = "order_get": select!("WHERE id = $1");
    STANDING = "order_standing": "SELECT state, offer_until, expires_at FROM orders WHERE id = $1";
    LOCK = "order_lock": select!("WHERE id = $1 {for_update}");
    BY_TRADE_NO = "order_by_trade_no": select!("WHERE merchant_id = $1 AND merchant_trade_no = $2");
    BY_CHECKOUT = "order_by_checkout": select!("WHERE checkout_token = $1");
    IN_STATE_OLDER = "orders_in_state_older": page!("", "DESC", "$9");
    IN_STATE_NEWER = "orders_in_state_newer": page!("", "ASC", "$9");
    REFUNDED_OLDER = "orders_refunded_older": page!(" AND refunds_accepted > 0", "DESC", "$9");
    REFUNDED_NEWER = "orders_refunded_newer": page!(" AND refunds_accepted > 0", "ASC", "$9");
    REFUNDING_OLDER = "orders_refunding_older": page!(" AND refunds_under_way > 0", "DESC", "$9");
    REFUNDING_NEWER = "orders_refunding_newer": page!(" AND refunds_under_way > 0", "ASC", "$9");
    BY_PROVIDER_OLDER = "orders_by_provider_older": page!(" AND state <> 'INITIAL' AND provider_id = $9", "DESC", "$10");
    BY_PROVIDER_NEWER = "orders_by_provider_newer": page!(" AND state <> 'INITIAL' AND provider_id = $9", "ASC", "$10");
    OPEN_BY_PROVIDER_OLDER = "orders_open_by_provider_older": page!(" AND provider_id = $9", "DESC", "$10");
    OPEN_BY_PROVIDER_NEWER = "orders_open_by_provider_newer": page!(" AND provider_id = $9", "ASC", "$10");
    BY_SUB_MERCHANT_OLDER = "orders_by_sub_merchant_older": page!(" AND state <> 'INITIAL' AND sub_merchant_id = $9", "DESC", "$10");
    BY_SUB_MERCHANT_NEWER = "orders_by_sub_merchant_newer": page!(" AND state <> 'INITIAL' AND sub_merchant_id = $9", "ASC", "$10");
    OPEN_BY_SUB_MERCHANT_OLDER = "orders_open_by_sub_merchant_older": page!(" AND sub_merchant_id = $9", "DESC", "$10");
    OPEN_BY_SUB_MERCHANT_NEWER = "orders_open_by_sub_merchant_newer": page!(" AND sub_merchant_id = $9", "ASC", "$10");
    NEXT_DUE = "orders_next_due": "SELECT MIN(expires_at) FROM orders WHERE transfer_id IS NULL AND ended_at IS NULL";
    PAGE = "orders_page": select!("WHERE id > $1 ORDER BY id LIMIT $2");
    OVERDUE = "orders_overdue":
        "SELECT id FROM orders WHERE transfer_id IS NULL AND ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2";
    UPDATE = "order_update":
        "UPDATE orders SET state = $1, ended_at = $2, failure = $3,
         offer_id = $4, offer_payer_id = $5, offer_currency = $6, offer_minor = $7, offer_price = $8, offer_until = $9,
         transfer_id = $10, payer_id = $11, open_user_id = $12, paid_at = $13, paid_currency = $14, paid_minor = $15, paid_price = $16,
         commission_minor = $17, share_minor = $18, payer_detail = $19,
         refunded_minor = $20, refunded_commission_minor = $21, refunded_share_minor = $22, refunds_accepted = $23, refunds_under_way = $24,
         confirmed_at = $25, closed_by_key_id = $26, closed_by_user_id = $27, held_since = $28
         WHERE id = $29";
}

/// The order with this id.
pub fn get(tx: &mut dyn ReadTx, id: OrderId) -> Result<Option<Order>, StoreError> {
    decode_opt(tx.query_opt(&GET, &[id.get().into()])?.as_ref())
}

/// Where the order with this id stands: little enough to be asked often.
pub fn standing(tx: &mut dyn ReadTx, id: OrderId) -> Result<Option<Standing>, StoreError> {
    tx.query_opt(&STANDING, &[id.get().into()])?.as_ref().map(row::standing).transpose()
}

/// The order with this id, locked.
pub fn lock(tx: &mut dyn WriteTx, id: OrderId) -> Result<Option<Locked<Order>>, StoreError> {
    Ok(decode_opt(tx.query_opt(&LOCK, &[id.get().into()])?.as_ref())?.map(Locked::new))
}

/// The order that `merchant` knows by this number.
pub fn by_trade_no(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    merchant_trade_no: &str,
) -> Result<Option<Order>, StoreError> {
    decode_opt(tx.query_opt(&BY_TRADE_NO, &[merchant.get().into(), merchant_trade_no.into()])?.as_ref())
}

/// The order whose checkout link holds this token.
pub fn by_checkout_token(tx: &mut dyn ReadTx, token: &str) -> Result<Option<Order>, StoreError> {
    decode_opt(tx.query_opt(&BY_CHECKOUT, &[token.into()])?.as_ref())
}

/// All orders after `after`, oldest first: for proofs over the whole database.
pub fn page(tx: &mut dyn ReadTx, after: OrderId, limit: i64) -> Result<Vec<Order>, StoreError> {
    tx.query(&PAGE, &[after.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// When the next order's time is over that nobody has paid and nothing has ended; in the past where that was not recorded yet.
pub fn next_due(tx: &mut dyn ReadTx) -> Result<Option<Timestamp>, StoreError> {
    Ok(tx.query_one(&NEXT_DUE, &[])?.opt_int(0)?.map(Timestamp::from_ms))
}

/// Orders that nobody has paid and nothing has ended though their time is over as of `now`, the longest overdue first.
pub fn overdue(tx: &mut dyn ReadTx, now: Timestamp, limit: i64) -> Result<Vec<OrderId>, StoreError> {
    let rows = tx.query(&OVERDUE, &[now.ms().into(), limit.into()])?;
    rows.iter().map(|row| row.int(0).map(OrderId::new)).collect()
}
