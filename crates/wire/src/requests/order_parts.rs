//! The nested objects of an order (money.md 1.3, 1.4, 9.1): schema and struct side by side.
//!
//! Where the page gives no length, [`LOOSE_MAX`] stands: it bounds the record, and is far above what clients send.

use std::borrow::Cow;

use serde::Serialize;

use super::balance::CURRENCY;
use crate::body::Checked;
use crate::decimal::WireDecimal;
use crate::names::TerminalName;
use crate::schema::{Charset, Field, Kind};

/// The most characters of a text whose length the pages do not give.
pub(super) const LOOSE_MAX: usize = 512;
/// The most characters of a sub-merchant id where orders pass it (partner.md 1.6).
pub(super) const SUB_MERCHANT_ID_MAX: usize = 19;

/// Where a payer comes from (money.md 1.3; `PAYMENT_LINK` by SDKs and webhooks).
pub const TERMINAL_TYPES: &[&str] = TerminalName::SPELLINGS;

/// Goods categories (money.md 1.5).
pub const GOODS_CATEGORIES: &[&str] = &[
    "0000", "1000", "2000", "3000", "4000", "5000", "6000", "7000", "8000", "9000", "A000", "B000", "C000", "D000",
    "E000", "F000", "Z000",
];

/// The category of goods that name none (decisions.md row 49).
pub(super) const GOODS_CATEGORY_OTHER: &str = "Z000";

const LOOSE: Kind = Kind::text(LOOSE_MAX);

pub(super) static MERCHANT: &[Field] = &[Field::optional(
    "subMerchantId",
    Kind::Identifier { max: SUB_MERCHANT_ID_MAX, charset: Charset::Digits },
    "the sub-merchant that sells; required of channel partners on v3",
)];

pub(super) static ENV: &[Field] = &[
    Field::required("terminalType", Kind::Enum(TERMINAL_TYPES), "where the payer comes from"),
    Field::optional("osType", Kind::Enum(&["IOS", "ANDROID"]), "the payer's system"),
    Field::optional("orderClientIp", LOOSE, "the payer's address"),
    Field::optional("cookieId", LOOSE, "the payer's cookie"),
];

const UNIT_AMOUNT: &[Field] = &[
    Field::required("currency", CURRENCY, "currency of the unit price"),
    Field::required("amount", Kind::Amount, "price of one unit"),
];

const GOODS_NAME: Kind = Kind::Text { min: 1, max: 256, charset: Charset::Bmp };
const GOODS_TYPE: Field = Field::required("goodsType", Kind::Enum(&["01", "02"]), "01 physical, 02 virtual");
const REFERENCE_GOODS_ID: Field = Field::required("referenceGoodsId", LOOSE, "the merchant's id of the goods");
const GOODS_NAME_FIELD: Field = Field::required("goodsName", GOODS_NAME, "what is sold");
const GOODS_DETAIL: Field = Field::optional("goodsDetail", Kind::text(256), "more about it");
const GOODS_UNIT_AMOUNT: Field = Field::optional("goodsUnitAmount", Kind::Object(UNIT_AMOUNT), "price of one unit");

pub(super) static GOODS_V2: &[Field] = &[
    GOODS_TYPE,
    Field::required("goodsCategory", Kind::Enum(GOODS_CATEGORIES), "category of the goods"),
    REFERENCE_GOODS_ID,
    GOODS_NAME_FIELD,
    GOODS_DETAIL,
    GOODS_UNIT_AMOUNT,
];

pub(super) static GOODS_V3: &[Field] = &[
    GOODS_TYPE,
    Field::optional("goodsCategory", Kind::Enum(GOODS_CATEGORIES), "category of the goods; Z000 when absent"),
    REFERENCE_GOODS_ID,
    GOODS_NAME_FIELD,
    GOODS_DETAIL,
    GOODS_UNIT_AMOUNT,
];

static RECIPIENT_NAME: &[Field] = &[
    Field::required("firstName", LOOSE, "first name"),
    Field::optional("middleName", LOOSE, "middle name"),
    Field::required("lastName", LOOSE, "last name"),
];

static BUYER_NAME: &[Field] = &[
    Field::required("firstName", LOOSE, "first name"),
    Field::optional("middleName", LOOSE, "middle name"),
    Field::optional("lastName", LOOSE, "last name"),
];

static ADDRESS: &[Field] = &[
    Field::required(
        "region",
        Kind::Text { min: 2, max: 2, charset: Charset::Upper },
        "ISO 3166 alpha-2 code of the country",
    ),
    Field::optional("state", LOOSE, "state or province"),
    Field::optional("city", LOOSE, "city"),
    Field::optional("address", LOOSE, "street and number"),
    Field::optional("zipCode", LOOSE, "postal code"),
    Field::optional(
        "shippingAddressType",
        Kind::Enum(&["01", "02", "03", "04"]),
        "01 office, 02 home, 03 public box, 04 others",
    ),
];

pub(super) static SHIPPING: &[Field] = &[
    Field::optional("shippingName", Kind::Object(RECIPIENT_NAME), "who receives"),
    Field::optional("shippingAddress", Kind::Object(ADDRESS), "where to"),
    Field::optional("shippingPhoneNo", LOOSE, "the receiver's telephone number"),
];

pub(super) static BUYER: &[Field] = &[
    Field::optional("referenceBuyerId", LOOSE, "the only Binance ID that may pay"),
    Field::optional("buyerName", Kind::Object(BUYER_NAME), "who buys"),
    Field::optional("buyerPhoneCountryCode", LOOSE, "country code of the buyer's telephone number"),
    Field::optional("buyerPhoneNo", LOOSE, "the buyer's telephone number"),
    Field::optional("buyerEmail", LOOSE, "the buyer's e-mail address"),
    Field::optional("buyerRegistrationTime", Kind::TimestampMs, "when the buyer registered with the merchant"),
    Field::optional("buyerBrowserLanguage", LOOSE, "the buyer's language"),
];

pub(super) static ORDER_TAGS: &[Field] =
    &[Field::optional("ifProfitSharing", Kind::Boolean, "whether the order may be split later")];

/// `directDebitContract`: money.md 9.1 without `currency`, `subMerchantId` and `requestExpireTime`.
pub(super) static CONTRACT: &[Field] = &[
    Field::required(
        "merchantContractCode",
        Kind::Text { min: 1, max: 32, charset: Charset::Alphanumeric },
        "the merchant's id of the contract",
    ),
    Field::required("serviceName", Kind::text(32), "what the contract is for"),
    Field::required("scenarioCode", Kind::Enum(SCENARIO_CODES), "the kind of service"),
    Field::required("singleUpperLimit", Kind::Amount, "the most that one debit may take"),
    Field::required("periodic", Kind::Boolean, "whether debits recur"),
    Field::optional("cycleDebitFixed", Kind::Boolean, "whether every debit takes the same; required if periodic"),
    Field::optional("cycleType", Kind::Enum(&["MONTH", "DAY"]), "unit of the cycle; required if periodic"),
    Field::optional("cycleValue", Kind::Integer { min: 1, max: 1095 }, "length of the cycle; required if periodic"),
    Field::optional("firstDeductTime", Kind::TimestampMs, "the first debit; required if periodic"),
    Field::optional("merchantAccountNo", Kind::text(64), "the payer's account with the merchant"),
    Field::optional("contractEndTime", Kind::TimestampMs, "when the contract ends"),
];

const SCENARIO_CODES: &[&str] = &[
    "General_Ecommerce_Platform",
    "General_Travel",
    "Car_Rental",
    "Car_Parking",
    "Lease",
    "Catering",
    "Digital_Media",
    "Membership",
    "Utility",
    "Repayment",
    "Investment",
    "Ticket",
    "Mobile_Communication",
    "Virtual_Goods",
    "Others",
];

macro_rules! part {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $read:expr,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name<'a> {
            $($(#[$field_doc])* pub $field: $type,)+
        }

        impl<'a> $name<'a> {
            /// Takes the members out of an object that passed its schema.
            pub(super) fn take(mut checked: Checked<'a>) -> Self {
                let read = &mut checked;
                Self { $($field: ($read)(read),)+ }
            }
        }
    };
}

fn text<'a>(name: &'static str) -> impl FnOnce(&mut Checked<'a>) -> Option<Cow<'a, str>> {
    move |checked| checked.take_text(name)
}

fn required<'a>(name: &'static str) -> impl FnOnce(&mut Checked<'a>) -> Cow<'a, str> {
    move |checked| checked.take_required_text(name)
}

fn amount<'a>(name: &'static str) -> impl FnOnce(&mut Checked<'a>) -> WireDecimal<'a> {
    move |checked| checked.take_decimal(name).expect("the schema requires this amount")
}

fn integer<'a>(name: &'static str) -> impl FnOnce(&mut Checked<'a>) -> Option<i64> {
    move |checked| checked.integer(name)
}

fn boolean<'a>(name: &'static str) -> impl FnOnce(&mut Checked<'a>) -> Option<bool> {
    move |checked| checked.boolean(name)
}

fn object<'a, T>(
    name: &'static str,
    take: impl FnOnce(Checked<'a>) -> T,
) -> impl FnOnce(&mut Checked<'a>) -> Option<T> {
    move |checked| checked.take_object(name).map(take)
}

part! {
    /// Who sells.
    OrderMerchant {
        /// The sub-merchant's id, digits.
        #[serde(skip_serializing_if = "Option::is_none")]
        sub_merchant_id: Option<Cow<'a, str>> = text("subMerchantId"),
    }
}

part! {
    /// Where the payer comes from.
    Env {
        /// One of [`TERMINAL_TYPES`].
        terminal_type: Cow<'a, str> = required("terminalType"),
        /// `IOS` or `ANDROID`.
        #[serde(skip_serializing_if = "Option::is_none")]
        os_type: Option<Cow<'a, str>> = text("osType"),
        /// The payer's address, as the merchant saw it.
        #[serde(skip_serializing_if = "Option::is_none")]
        order_client_ip: Option<Cow<'a, str>> = text("orderClientIp"),
        /// The payer's cookie at the merchant.
        #[serde(skip_serializing_if = "Option::is_none")]
        cookie_id: Option<Cow<'a, str>> = text("cookieId"),
    }
}

part! {
    /// What is sold.
    Goods {
        /// `01` physical, `02` virtual.
        goods_type: Cow<'a, str> = required("goodsType"),
        /// One of [`GOODS_CATEGORIES`]; `Z000` where the body named none (decisions.md row 49).
        goods_category: Cow<'a, str> =
            |checked: &mut Checked<'a>| checked.take_text("goodsCategory").unwrap_or(Cow::Borrowed(GOODS_CATEGORY_OTHER)),
        /// The merchant's id of the goods.
        reference_goods_id: Cow<'a, str> = required("referenceGoodsId"),
        /// The name shown to the payer.
        goods_name: Cow<'a, str> = required("goodsName"),
        /// More about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        goods_detail: Option<Cow<'a, str>> = text("goodsDetail"),
        /// The price of one unit.
        #[serde(skip_serializing_if = "Option::is_none")]
        goods_unit_amount: Option<UnitAmount<'a>> = object("goodsUnitAmount", UnitAmount::take),
    }
}

part! {
    /// The price of one unit of the goods.
    UnitAmount {
        /// Its currency.
        currency: Cow<'a, str> = required("currency"),
        /// Its amount.
        amount: WireDecimal<'a> = amount("amount"),
    }
}

part! {
    /// A person's name.
    PersonName {
        /// First name.
        first_name: Cow<'a, str> = required("firstName"),
        /// Middle name.
        #[serde(skip_serializing_if = "Option::is_none")]
        middle_name: Option<Cow<'a, str>> = text("middleName"),
        /// Last name; always there for a recipient.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_name: Option<Cow<'a, str>> = text("lastName"),
    }
}

part! {
    /// Where the goods go.
    ShippingAddress {
        /// ISO 3166 alpha-2 code.
        region: Cow<'a, str> = required("region"),
        /// State or province.
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<Cow<'a, str>> = text("state"),
        /// City.
        #[serde(skip_serializing_if = "Option::is_none")]
        city: Option<Cow<'a, str>> = text("city"),
        /// Street and number.
        #[serde(skip_serializing_if = "Option::is_none")]
        address: Option<Cow<'a, str>> = text("address"),
        /// Postal code.
        #[serde(skip_serializing_if = "Option::is_none")]
        zip_code: Option<Cow<'a, str>> = text("zipCode"),
        /// `01` office, `02` home, `03` public box, `04` others.
        #[serde(skip_serializing_if = "Option::is_none")]
        shipping_address_type: Option<Cow<'a, str>> = text("shippingAddressType"),
    }
}

part! {
    /// Who receives the goods, and where.
    Shipping {
        /// Who.
        #[serde(skip_serializing_if = "Option::is_none")]
        shipping_name: Option<PersonName<'a>> = object("shippingName", PersonName::take),
        /// Where.
        #[serde(skip_serializing_if = "Option::is_none")]
        shipping_address: Option<ShippingAddress<'a>> = object("shippingAddress", ShippingAddress::take),
        /// The receiver's telephone number.
        #[serde(skip_serializing_if = "Option::is_none")]
        shipping_phone_no: Option<Cow<'a, str>> = text("shippingPhoneNo"),
    }
}

part! {
    /// Who buys.
    Buyer {
        /// The only Binance ID that may pay.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference_buyer_id: Option<Cow<'a, str>> = text("referenceBuyerId"),
        /// The buyer's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_name: Option<PersonName<'a>> = object("buyerName", PersonName::take),
        /// Country code of the telephone number.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_phone_country_code: Option<Cow<'a, str>> = text("buyerPhoneCountryCode"),
        /// The buyer's telephone number.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_phone_no: Option<Cow<'a, str>> = text("buyerPhoneNo"),
        /// The buyer's e-mail address.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_email: Option<Cow<'a, str>> = text("buyerEmail"),
        /// When the buyer registered with the merchant, Unix ms.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_registration_time: Option<i64> = integer("buyerRegistrationTime"),
        /// The buyer's language.
        #[serde(skip_serializing_if = "Option::is_none")]
        buyer_browser_language: Option<Cow<'a, str>> = text("buyerBrowserLanguage"),
    }
}

/// Marks on the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderTags {
    /// Whether the order may be split later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_profit_sharing: Option<bool>,
}

impl OrderTags {
    /// Reads the members of an object that passed its schema.
    pub(super) fn read(checked: &Checked<'_>) -> Self {
        Self { if_profit_sharing: checked.boolean("ifProfitSharing") }
    }
}

part! {
    /// A contract to sign together with the payment.
    DirectDebitContract {
        /// The merchant's id of the contract.
        merchant_contract_code: Cow<'a, str> = required("merchantContractCode"),
        /// What the contract is for.
        service_name: Cow<'a, str> = required("serviceName"),
        /// The kind of service.
        scenario_code: Cow<'a, str> = required("scenarioCode"),
        /// The most that one debit may take.
        single_upper_limit: WireDecimal<'a> = amount("singleUpperLimit"),
        /// Whether debits recur.
        periodic: bool = |checked: &mut Checked<'a>| checked.boolean("periodic").expect("the schema requires periodic"),
        /// Whether every debit takes the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        cycle_debit_fixed: Option<bool> = boolean("cycleDebitFixed"),
        /// `MONTH` or `DAY`.
        #[serde(skip_serializing_if = "Option::is_none")]
        cycle_type: Option<Cow<'a, str>> = text("cycleType"),
        /// Length of the cycle.
        #[serde(skip_serializing_if = "Option::is_none")]
        cycle_value: Option<i64> = integer("cycleValue"),
        /// The first debit, Unix ms.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_deduct_time: Option<i64> = integer("firstDeductTime"),
        /// The payer's account with the merchant.
        #[serde(skip_serializing_if = "Option::is_none")]
        merchant_account_no: Option<Cow<'a, str>> = text("merchantAccountNo"),
        /// When the contract ends, Unix ms.
        #[serde(skip_serializing_if = "Option::is_none")]
        contract_end_time: Option<i64> = integer("contractEndTime"),
    }
}
