//! What the versions of order creation have in common, under one set of names.

use std::borrow::Cow;

use countersign_domain::id::SubMerchantId;
use countersign_domain::order::{Goods, OrderTexts, UnitPrice};
use countersign_domain::{Currency, Timestamp};
use countersign_service::orders::{NewOrder, OrderPrice};
use countersign_wire::Refusal;
use countersign_wire::requests::{Goods as WireGoods, OrderCreate, OrderCreateV1, Price};

use crate::answer::Rejection;
use crate::convert;
use crate::refusals::{self, OrderNames};

/// Whether a channel partner must name a sub-merchant (`decisions.md` row 60).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SubMerchantRule {
    Optional,
    ByPartners,
}

/// An order as asked for, whatever the version.
pub(super) struct Draft<'a> {
    /// What the version calls things that a refusal may name.
    pub(super) names: OrderNames,
    pub(super) universal_url_attach: Option<&'a str>,
    merchant_trade_no: &'a str,
    sub_merchant_id: Option<&'a str>,
    sub_merchant_rule: SubMerchantRule,
    terminal: &'a str,
    price: Price<'a>,
    support_pay_currency: Option<&'a str>,
    order_expire_time: Option<i64>,
    with_contract: bool,
    pub(super) texts: OrderTexts,
}

fn owned(text: Option<&Cow<'_, str>>) -> Option<String> {
    text.map(|text| text.clone().into_owned())
}

/// Everything that was judged and is kept nowhere else, as compact JSON.
fn json(rest: &impl serde::Serialize) -> Result<String, Rejection> {
    serde_json::to_string(rest).map_err(Rejection::internal)
}

fn goods(goods: &WireGoods<'_>) -> Goods {
    let unit_price = goods.goods_unit_amount.as_ref().map(|price| UnitPrice {
        amount: price.amount.echo().into_owned(),
        currency: price.currency.clone().into_owned(),
    });
    Goods {
        name: goods.goods_name.clone().into_owned(),
        detail: owned(goods.goods_detail.as_ref()),
        kind: goods.goods_type.clone().into_owned(),
        category: Some(goods.goods_category.clone().into_owned()),
        reference: Some(goods.reference_goods_id.clone().into_owned()),
        unit_price,
    }
}

/// What v1 calls product; nothing where it names none.
fn product(asked: &OrderCreateV1<'_>) -> Option<Goods> {
    let parts = [&asked.product_type, &asked.product_name, &asked.product_detail];
    parts.iter().any(|part| part.is_some()).then(|| Goods {
        name: owned(asked.product_name.as_ref()).unwrap_or_default(),
        detail: owned(asked.product_detail.as_ref()),
        kind: owned(asked.product_type.as_ref()).unwrap_or_default(),
        ..Goods::default()
    })
}

/// Of several goods the first one names the order, as webhooks have it (clients.md 4).
fn named_by_the_first(goods: Vec<Goods>) -> OrderTexts {
    let first = goods.first();
    OrderTexts {
        product_type: first.map(|goods| goods.kind.clone()).unwrap_or_default(),
        product_name: first.map(|goods| goods.name.clone()).unwrap_or_default(),
        goods,
        ..OrderTexts::default()
    }
}

impl<'a> Draft<'a> {
    /// From v1.
    pub(super) fn of_v1(asked: &'a OrderCreateV1<'_>) -> Result<Self, Rejection> {
        let rest = OrderCreateV1 {
            sub_merchant_id: None,
            product_type: None,
            product_name: None,
            product_detail: None,
            return_url: None,
            cancel_url: None,
            order_expire_time: None,
            pass_through_info: None,
            webhook_url: None,
            ..asked.clone()
        };
        let texts = OrderTexts {
            details: json(&rest)?,
            webhook_url: owned(asked.webhook_url.as_ref()),
            return_url: owned(asked.return_url.as_ref()),
            cancel_url: owned(asked.cancel_url.as_ref()),
            pass_through_info: owned(asked.pass_through_info.as_ref()),
            ..named_by_the_first(product(asked).into_iter().collect())
        };
        Ok(Self {
            names: OrderNames::V1,
            universal_url_attach: asked.universal_url_attach.as_deref(),
            merchant_trade_no: &asked.merchant_trade_no,
            sub_merchant_id: asked.sub_merchant_id.as_deref(),
            sub_merchant_rule: SubMerchantRule::Optional,
            terminal: &asked.trade_type,
            price: Price::Crypto { currency: &asked.currency, amount: &asked.total_fee },
            support_pay_currency: asked.support_pay_currency.as_deref(),
            order_expire_time: asked.order_expire_time,
            with_contract: false,
            texts,
        })
    }

    /// From v2 or v3.
    pub(super) fn of_goods(asked: &'a OrderCreate<'_>, sub_merchant_rule: SubMerchantRule) -> Result<Self, Rejection> {
        let rest = OrderCreate {
            merchant: None,
            order_amount: None,
            currency: None,
            fiat_amount: None,
            fiat_currency: None,
            goods: None,
            goods_details: Vec::new(),
            return_url: None,
            cancel_url: None,
            order_expire_time: None,
            pass_through_info: None,
            webhook_url: None,
            ..asked.clone()
        };
        let texts = OrderTexts {
            details: json(&rest)?,
            webhook_url: owned(asked.webhook_url.as_ref()),
            return_url: owned(asked.return_url.as_ref()),
            cancel_url: owned(asked.cancel_url.as_ref()),
            pass_through_info: owned(asked.pass_through_info.as_ref()),
            ..named_by_the_first(asked.goods.iter().chain(&asked.goods_details).map(goods).collect())
        };
        Ok(Self {
            names: OrderNames::GOODS,
            universal_url_attach: asked.universal_url_attach.as_deref(),
            merchant_trade_no: &asked.merchant_trade_no,
            sub_merchant_id: asked.merchant.as_ref().and_then(|merchant| merchant.sub_merchant_id.as_deref()),
            sub_merchant_rule,
            terminal: &asked.env.terminal_type,
            price: asked.price()?,
            support_pay_currency: asked.support_pay_currency.as_deref(),
            order_expire_time: asked.order_expire_time,
            with_contract: asked.direct_debit_contract.is_some(),
            texts,
        })
    }

    /// What the order costs, and the text of the amount as it was sent.
    pub(super) fn price(&self) -> Result<(OrderPrice, String), Refusal> {
        match self.price {
            Price::Crypto { currency, amount } => {
                let currency = convert::currency(currency, "currency")?;
                let exact = convert::amount(amount, currency, self.names.amount)?;
                Ok((OrderPrice::Exact(exact), amount.echo().into_owned()))
            }
            Price::Fiat { currency, amount } => {
                let currency = convert::fiat_currency(currency, "fiatCurrency")?;
                let (amount, text) =
                    (convert::fiat_amount(amount, currency, "fiatAmount")?, amount.echo().into_owned());
                Ok((OrderPrice::Fiat { amount, text: text.clone() }, text))
            }
        }
    }

    fn sub_merchant_id(&self) -> Result<Option<SubMerchantId>, Refusal> {
        let field = self.names.sub_merchant;
        self.sub_merchant_id.map(|text| text.parse().map_err(|_| refusals::sub_merchant_invalid(field))).transpose()
    }

    /// The command, with a checkout token freshly drawn.
    pub(super) fn into_order(self, price: OrderPrice, checkout_token: String) -> Result<NewOrder, Refusal> {
        let pay_currencies: Option<Vec<Currency>> =
            self.support_pay_currency.map(convert::pay_currencies).transpose()?;
        Ok(NewOrder {
            merchant_trade_no: self.merchant_trade_no.to_owned(),
            price,
            pay_currencies,
            terminal: convert::terminal(self.terminal),
            expires_at: self.order_expire_time.map(Timestamp::from_ms),
            sub_merchant_id: self.sub_merchant_id()?,
            sub_merchant_required: self.sub_merchant_rule == SubMerchantRule::ByPartners,
            with_contract: self.with_contract,
            checkout_token,
            texts: self.texts,
        })
    }
}

#[cfg(test)]
mod tests {
    use countersign_wire::Body;

    use super::*;

    #[test]
    fn every_line_of_the_bill_is_kept_and_the_first_names_the_order() {
        let body = br#"{"env":{"terminalType":"WEB"},"merchantTradeNo":"a1","orderAmount":1,"currency":"USDT","description":"Tea",
            "goodsDetails":[{"goodsType":"02","referenceGoodsId":"1","goodsName":"Tea","goodsDetail":"green",
            "goodsUnitAmount":{"currency":"EUR","amount":"0.50"}},{"goodsType":"01","referenceGoodsId":"2","goodsName":"Pot"}]}"#;
        let asked = OrderCreate::from_v3(&Body::parse(body).expect("JSON")).expect("a right order");
        let texts = Draft::of_goods(&asked, SubMerchantRule::Optional).expect("it can be drafted").texts;
        let [tea, pot] = texts.goods.as_slice() else { panic!("two lines: {:?}", texts.goods) };
        assert_eq!((texts.product_type.as_str(), texts.product_name.as_str()), ("02", "Tea"));
        assert_eq!((tea.detail.as_deref(), tea.category.as_deref()), (Some("green"), Some("Z000")));
        assert_eq!(tea.unit_price, Some(UnitPrice { amount: "0.50".to_owned(), currency: "EUR".to_owned() }));
        assert_eq!((pot.name.as_str(), pot.reference.as_deref(), &pot.unit_price), ("Pot", Some("2"), &None));
        let rest = r#"{"env":{"terminalType":"WEB"},"merchantTradeNo":"a1","description":"Tea"}"#;
        assert_eq!(texts.details, rest, "what has its own place is not kept twice");
    }

    #[test]
    fn a_product_of_v1_need_not_be_named() {
        let draft = |more: &str| {
            let text =
                format!(r#"{{"merchantTradeNo":"a1","tradeType":"WAP","totalFee":"1","currency":"USDT"{more}}}"#);
            let asked = OrderCreateV1::from_body(&Body::parse(text.as_bytes()).expect("JSON")).expect("a right order");
            Draft::of_v1(&asked).expect("it can be drafted").texts
        };
        assert!(draft("").goods.is_empty());
        let texts = draft(r#","productType":"Food","productDetail":"cone""#);
        let expected = Goods { kind: "Food".to_owned(), detail: Some("cone".to_owned()), ..Goods::default() };
        assert_eq!((texts.goods, texts.product_type.as_str()), (vec![expected], "Food"));
    }
}
