//! What an order is, as names and values.

use countersign_domain::Timestamp;
use countersign_domain::order::{OrderState, Payment, Terminal};

use super::history::price_words;
use super::{Dossier, amount_words, transaction_id};
use crate::pages::OrderFacts;
use crate::view::{Moment, Money};

fn fact(name: &str, value: impl Into<String>) -> OrderFacts {
    OrderFacts { name: name.to_owned(), value: value.into(), is_code: false }
}

/// An id, a code.
fn code(name: &str, value: impl Into<String>) -> OrderFacts {
    OrderFacts { is_code: true, ..fact(name, value) }
}

/// What people call the place where a payer meets an order.
const fn terminal(terminal: Terminal) -> &'static str {
    match terminal {
        Terminal::App => "Mobile app",
        Terminal::Web => "Browser on a computer",
        Terminal::Wap => "Browser on a phone",
        Terminal::MiniProgram => "Mini program",
        Terminal::PaymentLink => "Payment link",
        Terminal::Others => "Something else",
    }
}

impl Dossier {
    /// Ids first, then the money, then who sold and where.
    pub(crate) fn facts(&self, now: Timestamp) -> Vec<OrderFacts> {
        let order = &self.order;
        let mut facts = vec![code("Prepay ID", order.id.to_string()), code("Your number", &order.merchant_trade_no)];
        if let Some(fiat) = &order.fiat {
            let price = Money::new(&fiat.amount, fiat.currency.clone());
            facts.push(fact("Price", format!("{} {}", price.amount, price.currency)));
        }
        if let Some(payment) = order.state.payment() {
            facts.extend(self.payment(payment));
        }
        facts.extend(self.provider.as_ref().map(|provider| fact("Provider", provider)));
        facts.extend(self.seller.as_ref().map(|seller| fact("Sub-merchant", seller)));
        facts.push(fact("Terminal", terminal(order.terminal)));
        if matches!(order.state, OrderState::Initial | OrderState::Pending(_)) {
            facts.push(fact("Open until", Moment::at(order.expires_at.ms(), now.ms()).human));
        }
        facts
    }

    fn payment(&self, payment: &Payment) -> Vec<OrderFacts> {
        let own = self.order.amount.currency();
        let mut facts = vec![
            code("Transaction", transaction_id(payment.transfer_id)),
            code("Payer", &payment.open_user_id),
            fact("Payer gave", price_words(payment.paid, payment.price, own)),
            fact("Commission", amount_words(payment.commission)),
        ];
        if payment.share.is_positive() {
            facts.push(fact("Of it to the provider", amount_words(payment.share)));
        }
        facts
    }
}
