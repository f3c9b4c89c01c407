//! Rows of `orders` to orders, and the stored names of what stands in them.

use countersign_domain::id::{
    ApiKeyId, AuthorizationId, MerchantId, OfferId, OrderId, PayerId, SubMerchantId, TransferId,
};
use countersign_domain::order::{
    Failure, FiatPrice, Goods, OFFER_LIFETIME_MS, Offer, OnBehalf, Order, OrderState, OrderStatus, OrderTexts, Payment,
    Returned, Standing, Terminal,
};
use countersign_domain::rates::Rate;
use countersign_domain::{Amount, Currency};

use super::super::decode;
use crate::{Row, StoreError};

// Where the groups of columns begin in the list of the module above.
const CURRENCY: usize = 8;
const OFFER: usize = 26;
const PAYMENT: usize = 32;
const RETURNED: usize = 42;
const GOODS: usize = 47;
const CONFIRMED_AT: usize = 48;
const CLOSED_BY: usize = 49;
const HELD_SINCE: usize = 51;

/// What is stored of where an order stands; what has gone back of a payment tells its other statuses apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    Initial,
    Pending,
    Paid,
    Canceled,
    Expired,
    Error,
}

impl Stored {
    pub(super) const ALL: [Self; 6] =
        [Self::Initial, Self::Pending, Self::Paid, Self::Canceled, Self::Expired, Self::Error];
}

const STORED: &[(&str, Stored)] = &[
    ("INITIAL", Stored::Initial),
    ("PENDING", Stored::Pending),
    ("PAID", Stored::Paid),
    ("CANCELED", Stored::Canceled),
    ("EXPIRED", Stored::Expired),
    ("ERROR", Stored::Error),
];
const STATUSES: &[(&str, OrderStatus)] = &[
    ("INITIAL", OrderStatus::Initial),
    ("PENDING", OrderStatus::Pending),
    ("PAID", OrderStatus::Paid),
    ("CANCELED", OrderStatus::Canceled),
    ("EXPIRED", OrderStatus::Expired),
    ("REFUNDING", OrderStatus::Refunding),
    ("REFUNDED", OrderStatus::Refunded),
    ("FULL_REFUNDED", OrderStatus::FullRefunded),
    ("ERROR", OrderStatus::Error),
];
const FAILURES: &[(&str, Failure)] = &[("MERCHANT_FROZEN", Failure::MerchantFrozen)];
const TERMINALS: &[(&str, Terminal)] = &[
    ("APP", Terminal::App),
    ("WEB", Terminal::Web),
    ("WAP", Terminal::Wap),
    ("MINI_PROGRAM", Terminal::MiniProgram),
    ("PAYMENT_LINK", Terminal::PaymentLink),
    ("OTHERS", Terminal::Others),
];

/// The stored name of a terminal.
pub(super) fn terminal_name(terminal: Terminal) -> &'static str {
    decode::name_of(terminal, TERMINALS)
}

pub(super) fn status_name(status: OrderStatus) -> &'static str {
    decode::name_of(status, STATUSES)
}

pub(super) fn stored_name(stored: Stored) -> &'static str {
    decode::name_of(stored, STORED)
}

pub(super) fn failure_name(failure: Failure) -> &'static str {
    decode::name_of(failure, FAILURES)
}

/// The stored form of a list of currencies.
pub(super) fn currency_list(currencies: &[Currency]) -> String {
    currencies.iter().map(|currency| currency.code()).collect::<Vec<_>>().join(",")
}

fn owned(row: &Row, column: usize) -> Result<Option<String>, StoreError> {
    Ok(row.opt_text(column)?.map(str::to_owned))
}

fn currencies(row: &Row, column: usize) -> Result<Option<Vec<Currency>>, StoreError> {
    let Some(text) = row.opt_text(column)? else { return Ok(None) };
    let known: Option<Vec<Currency>> = text.split(',').map(Currency::from_code).collect();
    known.map(Some).ok_or_else(|| row.corrupt(column, "codes of known currencies", "another text"))
}

fn fiat(row: &Row, column: usize) -> Result<Option<FiatPrice>, StoreError> {
    Ok(match (owned(row, column)?, owned(row, column + 1)?) {
        (Some(currency), Some(amount)) => Some(FiatPrice { currency, amount }),
        _ => None,
    })
}

/// The stored form of what is on the bill.
pub(super) fn goods_json(goods: &[Goods]) -> Option<String> {
    (!goods.is_empty()).then(|| serde_json::to_string(goods).expect("goods are plain data"))
}

fn goods(row: &Row) -> Result<Vec<Goods>, StoreError> {
    let Some(text) = row.opt_text(GOODS)? else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|_| row.corrupt(GOODS, "a list of goods as JSON", "other text"))
}

fn count(row: &Row, column: usize) -> Result<u32, StoreError> {
    u32::try_from(row.int(column)?).map_err(|_| row.corrupt(column, "a small count", "another number"))
}

fn rate(row: &Row, column: usize) -> Result<Rate, StoreError> {
    row.text(column)?.parse().map_err(|_| row.corrupt(column, "a rate as a decimal", "another text"))
}

fn offer(row: &Row) -> Result<Offer, StoreError> {
    let until = decode::timestamp(row, OFFER + 5)?;
    // Offers that were confirmed before this was kept end a lifetime after it, or with their order.
    let confirmed_at = decode::opt_timestamp(row, CONFIRMED_AT)?.unwrap_or(until.plus_ms(-OFFER_LIFETIME_MS));
    Ok(Offer {
        id: OfferId::new(row.int(OFFER)?),
        payer_id: PayerId::new(row.int(OFFER + 1)?),
        pays: decode::amount(row, OFFER + 2, OFFER + 3)?,
        price: rate(row, OFFER + 4)?,
        confirmed_at,
        // Likewise: nothing went before.
        held_since: decode::opt_timestamp(row, HELD_SINCE)?.unwrap_or(confirmed_at),
        until,
    })
}

fn payment(row: &Row) -> Result<Payment, StoreError> {
    Ok(Payment {
        transfer_id: TransferId::new(row.int(PAYMENT)?),
        payer_id: PayerId::new(row.int(PAYMENT + 1)?),
        open_user_id: row.text(PAYMENT + 2)?.to_owned(),
        confirmed_at: decode::opt_timestamp(row, CONFIRMED_AT)?,
        paid_at: decode::timestamp(row, PAYMENT + 3)?,
        paid: decode::amount(row, PAYMENT + 4, PAYMENT + 5)?,
        price: rate(row, PAYMENT + 6)?,
        commission: decode::amount(row, CURRENCY, PAYMENT + 7)?,
        share: decode::amount(row, CURRENCY, PAYMENT + 8)?,
        payer_detail: owned(row, PAYMENT + 9)?,
    })
}

fn returned(row: &Row) -> Result<Returned, StoreError> {
    let amount = |column| -> Result<Amount, StoreError> { decode::amount(row, CURRENCY, column) };
    Ok(Returned {
        refunded: amount(RETURNED)?,
        commission: amount(RETURNED + 1)?,
        share: amount(RETURNED + 2)?,
        accepted: count(row, RETURNED + 3)?,
        under_way: count(row, RETURNED + 4)?,
    })
}

fn state(row: &Row) -> Result<OrderState, StoreError> {
    let ended_at = || decode::timestamp(row, 24);
    Ok(match decode::named(row, 7, STORED)? {
        Stored::Initial => OrderState::Initial,
        Stored::Pending => OrderState::Pending(offer(row)?),
        Stored::Paid => OrderState::Paid(payment(row)?, returned(row)?),
        Stored::Canceled => OrderState::Canceled { at: ended_at()?, by: decode::initiator(row, CLOSED_BY)? },
        Stored::Expired => OrderState::Expired { at: ended_at()? },
        Stored::Error => OrderState::Failed { at: ended_at()?, why: decode::named(row, 25, FAILURES)? },
    })
}

/// Of `state, offer_until, expires_at`.
pub(super) fn standing(row: &Row) -> Result<Standing, StoreError> {
    Ok(match decode::named(row, 0, STORED)? {
        Stored::Initial | Stored::Pending => {
            Standing::Open { held_until: decode::opt_timestamp(row, 1)?, expires_at: decode::timestamp(row, 2)? }
        }
        Stored::Paid => Standing::Paid,
        Stored::Canceled => Standing::Canceled,
        Stored::Expired => Standing::Expired,
        Stored::Error => Standing::Failed,
    })
}

pub(super) fn decode(row: &Row) -> Result<Order, StoreError> {
    let on_behalf = match (row.opt_int(3)?, row.opt_int(4)?) {
        (Some(provider), Some(authorization)) => Some(OnBehalf {
            provider_id: MerchantId::new(provider),
            authorization_id: AuthorizationId::new(authorization),
        }),
        _ => None,
    };
    Ok(Order {
        id: OrderId::new(row.int(0)?),
        merchant_id: MerchantId::new(row.int(1)?),
        merchant_trade_no: row.text(2)?.to_owned(),
        on_behalf,
        api_key_id: ApiKeyId::new(row.int(5)?),
        sub_merchant_id: row.opt_int(6)?.map(SubMerchantId::new),
        amount: decode::amount(row, CURRENCY, 9)?,
        fiat: fiat(row, 20)?,
        pay_currencies: currencies(row, 19)?,
        terminal: decode::named(row, 10, TERMINALS)?,
        checkout_token: row.text(11)?.to_owned(),
        texts: OrderTexts {
            product_type: row.text(12)?.to_owned(),
            product_name: row.text(13)?.to_owned(),
            goods: goods(row)?,
            details: row.text(14)?.to_owned(),
            webhook_url: owned(row, 15)?,
            return_url: owned(row, 16)?,
            cancel_url: owned(row, 17)?,
            pass_through_info: owned(row, 18)?,
        },
        created_at: decode::timestamp(row, 22)?,
        expires_at: decode::timestamp(row, 23)?,
        state: state(row)?,
    })
}

pub(super) fn decode_opt(row: Option<&Row>) -> Result<Option<Order>, StoreError> {
    row.map(decode).transpose()
}
