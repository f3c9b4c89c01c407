//! What orders are asked, and what they answer.

use super::order::{OFFER_MS, Offer, Order, Paid, State};
use super::price::Price;
use super::{Account, Expected, MERCHANT, Member, Model, part, refused};
use crate::step::{Coin, Holder};

impl Model {
    pub(super) fn create(
        &mut self,
        number: u8,
        (minor, lifetime_ms): (i64, Option<i64>),
        through_token: bool,
    ) -> Expected {
        if through_token && self.withdrawn {
            return refused("400203"); // decisions.md row 12
        }
        if self.orders.contains_key(&number) {
            return refused("400201"); // row 27
        }
        let expires_at = self.now + lifetime_ms.unwrap_or(3_600_000); // row 29
        self.orders.insert(number, Order { minor, expires_at, through_token, state: State::Open(None) });
        Expected::Call("000000", Vec::new())
    }

    /// Row 31: locked for a minute. Who cannot pay confirms nothing.
    pub(super) fn confirm(&mut self, number: u8, payer: bool, coin: Coin) -> bool {
        let Some(price) = self.price_for(number, payer, coin) else { return false };
        let now = self.now;
        let Some(order) = self.orders.get_mut(&number) else { return false };
        if self.books.get(Account::Funding(Holder::Payer(payer), coin)) < price.pays {
            return false;
        }
        order.state = State::Open(Some(Offer { payer, price, since: order.held_since(now), until: now + OFFER_MS }));
        true
    }

    pub(super) fn pay_offer(&mut self, number: u8, payer: bool) -> bool {
        let offer = self.orders.get(&number).and_then(|order| order.offer(self.now));
        match offer {
            Some(offer) if offer.payer == payer && !self.frozen.contains(&payer) => {
                self.settle(number, payer, offer.price)
            }
            _ => false,
        }
    }

    pub(super) fn pay(&mut self, number: u8, payer: bool, coin: Coin) -> bool {
        match self.price_for(number, payer, coin) {
            Some(price) => self.settle(number, payer, price),
            None => false,
        }
    }

    /// The price of now, where the order is open to this payer and the payer may pay.
    fn price_for(&self, number: u8, payer: bool, coin: Coin) -> Option<Price> {
        let order = self.orders.get(&number)?;
        let may = order.is_open_to(payer, self.now) && !self.frozen.contains(&payer);
        may.then(|| Price::of(order.minor, coin, self.price_millionths))
    }

    fn settle(&mut self, number: u8, payer: bool, price: Price) -> bool {
        let Some(order) = self.orders.get_mut(&number) else { return false };
        let Price { coin, pays, taken, .. } = price;
        let wallet = Account::Funding(Holder::Payer(payer), coin);
        if self.books.get(wallet) < pays {
            return false;
        }
        self.books.add(wallet, -pays);
        if coin != Coin::Usdt {
            self.books.add(Account::Conversion(coin), taken);
            self.books.add(Account::Rounding(coin), pays - taken);
            self.books.add(Account::Conversion(Coin::Usdt), -order.minor);
        }
        let commission = part(order.minor, self.commission_millionths);
        let share = if order.through_token { part(commission, self.share_millionths) } else { 0 }; // row 21
        self.books.add(MERCHANT, order.minor - commission);
        self.books.add(Account::Commission(Coin::Usdt), commission - share);
        self.books.earn_share(share);
        order.state = State::Paid(Paid::new((payer, price), commission, share));
        true
    }

    pub(super) fn close(&mut self, number: u8) -> Expected {
        let now = self.now;
        match self.orders.get_mut(&number) {
            None => refused("400202"),
            Some(order) if order.is_closable(now) => {
                order.state = State::Closed;
                Expected::Call("000000", Vec::new())
            }
            Some(_) => refused("400204"), // row 31
        }
    }

    pub(super) fn query(&self, number: u8) -> Expected {
        let Some(order) = self.orders.get(&number) else { return refused("400202") };
        let mut members =
            vec![("status", Member::Text(order.status(self.now))), ("orderAmount", Member::Amount(order.minor))];
        if let State::Paid(Paid { price, commission, .. }) = &order.state {
            // Minor units of XRP are millionths.
            let (code, gave) = match price.coin {
                Coin::Usdt => ("USDT", price.pays),
                Coin::Xrp => ("XRP", price.pays * 100),
            };
            members.extend([
                ("commission", Member::Amount(*commission)),
                ("paymentInfo/paymentInstructions/0/currency", Member::Text(code)),
                ("paymentInfo/paymentInstructions/0/amount", Member::Amount(gave)),
                ("paymentInfo/paymentInstructions/0/price", Member::Amount(price.millionths * 100)),
            ]);
        }
        Expected::Call("000000", members)
    }
}
