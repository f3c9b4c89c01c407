//! Orders without writing every member: [`OrderBuilder`] judges what it built by the very rules the API has, so that a
//! mistake is found before the call and explained.

use std::borrow::Cow;

use countersign_wire::decimal::DecimalError;
use countersign_wire::names::TerminalName;
use countersign_wire::requests::{Buyer, Env, Goods, OrderCreate, OrderMerchant, OrderTags, Shipping, UnitAmount};
use countersign_wire::{Body, Refusal, WireDecimal};
use serde::Serialize;

/// Where the payer comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TerminalType {
    /// A mobile app.
    App,
    /// A page on a computer.
    #[default]
    Web,
    /// A page on a mobile.
    Wap,
    /// A mini program, which needs [`OrderBuilder::app_id`].
    MiniProgram,
    /// Something else.
    Others,
}

impl TerminalType {
    /// The wire's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::App => TerminalName::App.as_str(),
            Self::Web => TerminalName::Web.as_str(),
            Self::Wap => TerminalName::Wap.as_str(),
            Self::MiniProgram => TerminalName::MiniProgram.as_str(),
            Self::Others => TerminalName::Others.as_str(),
        }
    }
}

/// One kind of goods in an order.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    goods: Goods<'a>,
    unit_price: Result<(), DecimalError>,
}

impl<'a> Item<'a> {
    /// Goods that are shipped (`01`), under the merchant's id for them and the name payers read.
    pub fn physical(reference: impl Into<Cow<'a, str>>, name: impl Into<Cow<'a, str>>) -> Self {
        Self::new("01", reference.into(), name.into())
    }

    /// Goods that are not (`02`).
    pub fn digital(reference: impl Into<Cow<'a, str>>, name: impl Into<Cow<'a, str>>) -> Self {
        Self::new("02", reference.into(), name.into())
    }

    fn new(goods_type: &'static str, reference_goods_id: Cow<'a, str>, goods_name: Cow<'a, str>) -> Self {
        let goods = Goods {
            goods_type: Cow::Borrowed(goods_type),
            goods_category: Cow::Borrowed("Z000"),
            reference_goods_id,
            goods_name,
            goods_detail: None,
            goods_unit_amount: None,
        };
        Self { goods, unit_price: Ok(()) }
    }

    /// A category of [`GOODS_CATEGORIES`](countersign_wire::requests::GOODS_CATEGORIES); `Z000`, others, when not called.
    pub fn category(mut self, category: impl Into<Cow<'a, str>>) -> Self {
        self.goods.goods_category = category.into();
        self
    }

    /// More about the goods.
    pub fn detail(mut self, detail: impl Into<Cow<'a, str>>) -> Self {
        self.goods.goods_detail = Some(detail.into());
        self
    }

    /// The price of one unit, a decimal such as `0.01`.
    pub fn unit_price(mut self, amount: impl Into<Cow<'a, str>>, currency: impl Into<Cow<'a, str>>) -> Self {
        match WireDecimal::from_text(amount) {
            Ok(amount) => self.goods.goods_unit_amount = Some(UnitAmount { currency: currency.into(), amount }),
            Err(error) => self.unit_price = Err(error),
        }
        self
    }
}

/// An order in the making. A fault in an amount is kept and told by [`Self::build`] or [`Self::build_v2`].
#[derive(Debug, Clone)]
pub struct OrderBuilder<'a> {
    order: OrderCreate<'a>,
    items: Vec<Item<'a>>,
    amount: Result<(), (&'static str, DecimalError)>,
}

impl<'a> OrderBuilder<'a> {
    /// An order of one item under the merchant's own id: 1 to 32 letters and digits, never used again.
    pub fn new(merchant_trade_no: impl Into<Cow<'a, str>>, item: Item<'a>) -> Self {
        let env = Env {
            terminal_type: Cow::Borrowed(TerminalType::default().as_str()),
            os_type: None,
            order_client_ip: None,
            cookie_id: None,
        };
        let order = OrderCreate {
            merchant: None,
            env,
            merchant_trade_no: merchant_trade_no.into(),
            order_amount: None,
            currency: None,
            fiat_amount: None,
            fiat_currency: None,
            goods: None,
            description: None,
            goods_details: Vec::new(),
            shipping: None,
            buyer: None,
            return_url: None,
            cancel_url: None,
            order_expire_time: None,
            support_pay_currency: None,
            app_id: None,
            universal_url_attach: None,
            pass_through_info: None,
            webhook_url: None,
            direct_debit_contract: None,
            order_tags: None,
            voucher_code: None,
            qr_code_refer_id: None,
        };
        Self { order, items: vec![item], amount: Ok(()) }
    }

    /// The price, a decimal such as `25.17` of at most eight decimals.
    pub fn price(mut self, amount: impl Into<Cow<'a, str>>, currency: impl Into<Cow<'a, str>>) -> Self {
        self.order.order_amount = self.read("orderAmount", amount.into());
        self.order.currency = Some(currency.into());
        self
    }

    /// The price in a fiat currency; the order becomes one in USDT.
    pub fn fiat_price(mut self, amount: impl Into<Cow<'a, str>>, currency: impl Into<Cow<'a, str>>) -> Self {
        self.order.fiat_amount = self.read("fiatAmount", amount.into());
        self.order.fiat_currency = Some(currency.into());
        self
    }

    fn read(&mut self, field: &'static str, amount: Cow<'a, str>) -> Option<WireDecimal<'a>> {
        match WireDecimal::from_text(amount) {
            Ok(amount) => Some(amount),
            Err(error) => {
                self.amount = Err((field, error));
                None
            }
        }
    }

    /// One more kind of goods; v3 only.
    pub fn item(mut self, item: Item<'a>) -> Self {
        self.items.push(item);
        self
    }

    /// What is sold in words, shown at checkout; the first item's name when not called. v3 only.
    pub fn description(mut self, description: impl Into<Cow<'a, str>>) -> Self {
        self.order.description = Some(description.into());
        self
    }

    /// Where the payer comes from; a web page when not called.
    pub fn terminal(mut self, terminal: TerminalType) -> Self {
        self.order.env.terminal_type = Cow::Borrowed(terminal.as_str());
        self
    }

    /// The mini program, for [`TerminalType::MiniProgram`].
    pub fn app_id(mut self, app_id: impl Into<Cow<'a, str>>) -> Self {
        self.order.app_id = Some(app_id.into());
        self
    }

    /// The sub-merchant who sells, for channel partners.
    pub fn sub_merchant(mut self, sub_merchant_id: impl Into<Cow<'a, str>>) -> Self {
        self.order.merchant = Some(OrderMerchant { sub_merchant_id: Some(sub_merchant_id.into()) });
        self
    }

    /// When the order expires, absolute Unix milliseconds; one hour after its creation when not called.
    pub fn expires_at_ms(mut self, expires_at_ms: i64) -> Self {
        self.order.order_expire_time = Some(expires_at_ms);
        self
    }

    /// Where the payer's browser goes after paying.
    pub fn return_url(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.order.return_url = Some(url.into());
        self
    }

    /// Where the payer's browser goes after giving up.
    pub fn cancel_url(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.order.cancel_url = Some(url.into());
        self
    }

    /// Where this order's webhooks go, instead of the registered endpoint.
    pub fn webhook_url(mut self, url: impl Into<Cow<'a, str>>) -> Self {
        self.order.webhook_url = Some(url.into());
        self
    }

    /// A text that queries and webhooks repeat.
    pub fn pass_through(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.order.pass_through_info = Some(text.into());
        self
    }

    /// Currencies the payer may use, separated by commas; all when not called.
    pub fn pay_currencies(mut self, currencies: impl Into<Cow<'a, str>>) -> Self {
        self.order.support_pay_currency = Some(currencies.into());
        self
    }

    /// Who buys.
    pub fn buyer(mut self, buyer: Buyer<'a>) -> Self {
        self.order.buyer = Some(buyer);
        self
    }

    /// Where the goods go.
    pub fn shipping(mut self, shipping: Shipping<'a>) -> Self {
        self.order.shipping = Some(shipping);
        self
    }

    /// Lets the order be split later.
    pub fn profit_sharing(mut self) -> Self {
        self.order.order_tags = Some(OrderTags { if_profit_sharing: Some(true) });
        self
    }

    /// The order for [`create_order`](crate::Client::create_order), or the refusal that the API would have answered.
    pub fn build(mut self) -> Result<OrderCreate<'a>, Refusal> {
        self.judge_amounts("goodsDetails")?;
        self.order.goods_details = self.items.into_iter().map(|item| item.goods).collect();
        if self.order.description.is_none() {
            self.order.description = self.order.goods_details.first().map(|goods| goods.goods_name.clone());
        }
        judge(&self.order, |body| OrderCreate::from_v3(body).map(|_| ()))?;
        Ok(self.order)
    }

    /// The order for [`create_order_v2`](crate::Client::create_order_v2), which holds exactly one item and no description.
    pub fn build_v2(mut self) -> Result<OrderCreate<'a>, Refusal> {
        const SOURCE: &str = "money.md 1.3";
        self.judge_amounts("goods")?;
        let first = self.items.pop().expect("a builder starts with an item");
        if !self.items.is_empty() {
            return Err(Refusal::malformed("goods", "v2 takes one kind of goods; v3 takes a list", SOURCE));
        }
        if self.order.description.is_some() {
            return Err(Refusal::malformed("description", "v2 has no description; v3 has", SOURCE));
        }
        self.order.goods = Some(first.goods);
        judge(&self.order, |body| OrderCreate::from_v2(body).map(|_| ()))?;
        Ok(self.order)
    }

    fn judge_amounts(&self, goods: &str) -> Result<(), Refusal> {
        const SOURCE: &str = "decisions.md row 10";
        self.amount.map_err(|(field, error)| refused_amount(field, error, SOURCE))?;
        let faults = self.items.iter().filter_map(|item| item.unit_price.err());
        match faults.into_iter().next() {
            Some(error) => Err(refused_amount(&format!("{goods}.goodsUnitAmount.amount"), error, SOURCE)),
            None => Ok(()),
        }
    }
}

pub(crate) fn refused_amount(field: &str, error: DecimalError, source: &'static str) -> Refusal {
    let rule = format!("the amount {error}");
    match error {
        DecimalError::OutOfRange => Refusal::out_of_range(field, rule, source),
        DecimalError::Malformed | DecimalError::TooPrecise => Refusal::malformed(field, rule, source),
    }
}

/// Judges a request as the API will read it.
pub(crate) fn judge(
    request: &impl Serialize,
    read: impl FnOnce(&Body<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let bytes = serde_json::to_vec(request).expect("requests always serialise");
    Body::parse(&bytes).and_then(|body| read(&body))
}
