//! Orders.

use countersign_domain::id::{ApiKeyId, AuthorizationId, MerchantId, OrderId, PayerId, SubMerchantId, TransferId};
use countersign_domain::order::{OnBehalf, Order, OrderState, OrderStatus, OrderTexts, Payment, Terminal};
use countersign_domain::{Amount, Timestamp};

use super::decode;
use super::key::{Key, Side};
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, merchant_id, merchant_trade_no, provider_id, authorization_id, api_key_id, sub_merchant_id, state, currency,
             amount_minor, terminal, checkout_token, product_type, product_name, details, webhook_url, return_url, cancel_url,
             pass_through_info, created_at, expires_at, transfer_id, payer_id, open_user_id, paid_at, paid_currency, paid_minor,
             commission_minor FROM orders ",
            $rest
        )
    };
}

statements! {
    INSERT = "order_insert":
        "INSERT INTO orders (id, merchant_id, merchant_trade_no, provider_id, authorization_id, api_key_id, sub_merchant_id, state, currency,
         amount_minor, terminal, checkout_token, product_type, product_name, details, webhook_url, return_url, cancel_url,
         pass_through_info, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'INITIAL', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT DO NOTHING";
    GET = "order_get": select!("WHERE id = $1");
    LOCK = "order_lock": select!("WHERE id = $1 {for_update}");
    BY_TRADE_NO = "order_by_trade_no": select!("WHERE merchant_id = $1 AND merchant_trade_no = $2");
    BY_CHECKOUT = "order_by_checkout": select!("WHERE checkout_token = $1");
    PAGE_OF_MERCHANT = "orders_page_of_merchant": select!("WHERE merchant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    OF_MERCHANT_AFTER = "orders_of_merchant_after": select!("WHERE merchant_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    OF_STATUS_BEFORE = "orders_of_status_before":
        select!("WHERE merchant_id = $1 AND id < $2 AND CASE WHEN state = 'INITIAL' AND expires_at <= $3 THEN 'EXPIRED' ELSE state END = $4
         ORDER BY id DESC LIMIT $5");
    OF_STATUS_AFTER = "orders_of_status_after":
        select!("WHERE merchant_id = $1 AND id > $2 AND CASE WHEN state = 'INITIAL' AND expires_at <= $3 THEN 'EXPIRED' ELSE state END = $4
         ORDER BY id LIMIT $5");
    PAGE = "orders_page": select!("WHERE id > $1 ORDER BY id LIMIT $2");
    SET_PAID = "order_set_paid":
        "UPDATE orders SET state = 'PAID', transfer_id = $1, payer_id = $2, open_user_id = $3, paid_at = $4, paid_currency = $5,
         paid_minor = $6, commission_minor = $7 WHERE id = $8 AND state = 'INITIAL'";
}

const STATUSES: &[(&str, OrderStatus)] =
    &[("INITIAL", OrderStatus::Initial), ("PAID", OrderStatus::Paid), ("EXPIRED", OrderStatus::Expired)];
const TERMINALS: &[(&str, Terminal)] = &[
    ("APP", Terminal::App),
    ("WEB", Terminal::Web),
    ("WAP", Terminal::Wap),
    ("MINI_PROGRAM", Terminal::MiniProgram),
    ("PAYMENT_LINK", Terminal::PaymentLink),
    ("OTHERS", Terminal::Others),
];

fn owned(row: &Row, column: usize) -> Result<Option<String>, StoreError> {
    Ok(row.opt_text(column)?.map(str::to_owned))
}

fn payment(row: &Row) -> Result<Payment, StoreError> {
    Ok(Payment {
        transfer_id: TransferId::new(row.int(21)?),
        payer_id: PayerId::new(row.int(22)?),
        open_user_id: row.text(23)?.to_owned(),
        paid_at: decode::timestamp(row, 24)?,
        paid: decode::amount(row, 25, 26)?,
        commission: decode::amount(row, 8, 27)?,
    })
}

fn decode(row: &Row) -> Result<Order, StoreError> {
    let on_behalf = match (row.opt_int(3)?, row.opt_int(4)?) {
        (Some(provider), Some(authorization)) => Some(OnBehalf {
            provider_id: MerchantId::new(provider),
            authorization_id: AuthorizationId::new(authorization),
        }),
        _ => None,
    };
    let state = match decode::named(row, 7, STATUSES)? {
        OrderStatus::Initial => OrderState::Initial,
        OrderStatus::Paid => OrderState::Paid(payment(row)?),
        OrderStatus::Expired => OrderState::Expired,
    };
    Ok(Order {
        id: OrderId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        merchant_trade_no: row.text(2)?.to_owned(),
        on_behalf,
        api_key_id: ApiKeyId::new(row.int(5)?),
        sub_merchant_id: row.opt_int(6)?.map(SubMerchantId::new),
        amount: decode::amount(row, 8, 9)?,
        terminal: decode::named(row, 10, TERMINALS)?,
        checkout_token: row.text(11)?.to_owned(),
        texts: OrderTexts {
            product_type: row.text(12)?.to_owned(),
            product_name: row.text(13)?.to_owned(),
            details: row.text(14)?.to_owned(),
            webhook_url: owned(row, 15)?,
            return_url: owned(row, 16)?,
            cancel_url: owned(row, 17)?,
            pass_through_info: owned(row, 18)?,
        },
        created_at: decode::timestamp(row, 19)?,
        expires_at: decode::timestamp(row, 20)?,
        state,
    })
}

fn decode_opt(row: Option<&Row>) -> Result<Option<Order>, StoreError> {
    row.map(decode).transpose()
}

/// The stored name of a terminal, which is also the wire's.
pub fn terminal_name(terminal: Terminal) -> &'static str {
    decode::name_of(terminal, TERMINALS)
}

/// Inserts a new order; false where its id, its checkout token or the merchant's number for it is taken.
pub fn insert(tx: &mut dyn WriteTx, order: &Order) -> Result<bool, StoreError> {
    assert!(order.state == OrderState::Initial, "an order begins unpaid");
    let texts = &order.texts;
    let changed = tx.execute(
        &INSERT,
        &[
            order.id.get().into(),
            order.merchant_id.get().into(),
            order.merchant_trade_no.as_str().into(),
            order.on_behalf.map(|by| by.provider_id.get()).into(),
            order.on_behalf.map(|by| by.authorization_id.get()).into(),
            order.api_key_id.get().into(),
            order.sub_merchant_id.map(SubMerchantId::get).into(),
            order.amount.currency().code().into(),
            order.amount.minor().into(),
            terminal_name(order.terminal).into(),
            order.checkout_token.as_str().into(),
            texts.product_type.as_str().into(),
            texts.product_name.as_str().into(),
            texts.details.as_str().into(),
            texts.webhook_url.as_deref().into(),
            texts.return_url.as_deref().into(),
            texts.cancel_url.as_deref().into(),
            texts.pass_through_info.as_deref().into(),
            order.created_at.ms().into(),
            order.expires_at.ms().into(),
        ],
    )?;
    Ok(changed == 1)
}

/// The order with this id.
pub fn get(tx: &mut dyn ReadTx, id: OrderId) -> Result<Option<Order>, StoreError> {
    decode_opt(tx.query_opt(&GET, &[id.get().into()])?.as_ref())
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

/// Orders of a merchant next to a key, newest first; only those whose status as of `now` is `status` where one is given.
pub fn keyed_page(
    tx: &mut dyn ReadTx,
    merchant: MerchantId,
    (status, now): (Option<OrderStatus>, Timestamp),
    key: Key,
    limit: i64,
) -> Result<Vec<Order>, StoreError> {
    let merchant = merchant.get();
    let read = |side, id: i64| match status {
        None => {
            let statement = if side == Side::Older { &PAGE_OF_MERCHANT } else { &OF_MERCHANT_AFTER };
            tx.query(statement, &[merchant.into(), id.into(), limit.into()])
        }
        Some(status) => {
            let statement = if side == Side::Older { &OF_STATUS_BEFORE } else { &OF_STATUS_AFTER };
            let status = decode::name_of(status, STATUSES);
            tx.query(statement, &[merchant.into(), id.into(), now.ms().into(), status.into(), limit.into()])
        }
    };
    key.page(read, decode)
}

/// All orders after `after`, oldest first: for proofs over the whole database.
pub fn page(tx: &mut dyn ReadTx, after: OrderId, limit: i64) -> Result<Vec<Order>, StoreError> {
    tx.query(&PAGE, &[after.get().into(), limit.into()])?.iter().map(decode).collect()
}

/// Writes the payment of an order that was open.
pub fn set_paid(tx: &mut dyn WriteTx, order: &Locked<Order>) -> Result<(), StoreError> {
    let OrderState::Paid(payment) = &order.state else { unreachable!("only a paid order is written as paid") };
    let commission: Amount = payment.commission;
    assert!(commission.currency() == order.amount.currency(), "commission is in the order's currency");
    tx.execute_one(
        &SET_PAID,
        &[
            payment.transfer_id.get().into(),
            payment.payer_id.get().into(),
            payment.open_user_id.as_str().into(),
            payment.paid_at.ms().into(),
            payment.paid.currency().code().into(),
            payment.paid.minor().into(),
            commission.minor().into(),
            order.id.get().into(),
        ],
    )
}
