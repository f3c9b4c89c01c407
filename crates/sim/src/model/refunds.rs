//! What goes back of orders (decisions.md row 32), and what waits for payers who are frozen.

use super::order::{ATTEMPTS, State};
use super::{Account, Expected, MERCHANT, Member, Model, pro_rata, refused};
use crate::step::{Coin, Holder};

/// The merchant's held USDT.
const HELD: Account = Account::Held(Holder::Merchant, Coin::Usdt);

/// A refund as it was answered.
#[derive(Debug, Clone)]
pub(super) struct Refund {
    number: u8,
    asked: i64,
    amount: i64,
    /// Whether the second payer gets it.
    payer: bool,
    is_held: bool,
    members: Vec<(&'static str, Member)>,
}

impl Refund {
    /// The answer to whoever asks, with how the refund stands now.
    fn told(&self, more: Option<(&'static str, Member)>) -> Expected {
        let status = if self.is_held { "REFUND_PENDING" } else { "REFUND_SUCCESS" };
        let status = ("refundStatus", Member::Text(status));
        Expected::Call("000000", self.members.iter().cloned().chain([status]).chain(more).collect())
    }
}

impl Model {
    pub(super) fn refund(&mut self, number: u8, request: u8, asked: i64) -> Expected {
        if let Some(first) = self.refunds.get(&request) {
            if (first.number, first.asked) != (number, asked) {
                return refused("400001");
            }
            return first.told(Some(("duplicateRequest", Member::Text("Y"))));
        }
        let Some(order) = self.orders.get_mut(&number) else { return refused("400301") };
        let minor = order.minor;
        let State::Paid(paid) = &mut order.state else { return refused("400204") };
        if paid.accepted == ATTEMPTS {
            return refused("400302");
        }
        let left = minor - paid.refunded;
        let amount = if paid.accepted + 1 == ATTEMPTS { left } else { asked };
        if amount > left || amount == 0 {
            return refused("400303");
        }
        let refunded = paid.refunded + amount;
        let commission_back = pro_rata(paid.commission, refunded, minor);
        let share_back = if paid.share == 0 { 0 } else { pro_rata(paid.share, commission_back, paid.commission) };
        let (commission, share) = (commission_back - paid.commission_back, share_back - paid.share_back);
        if self.books.get(MERCHANT) + commission < amount {
            return refused("400304");
        }
        (paid.refunded, paid.commission_back, paid.share_back) = (refunded, commission_back, share_back);
        paid.accepted += 1;
        let (payer, is_held) = (paid.payer, self.frozen.contains(&paid.payer));
        paid.under_way += u32::from(is_held);
        let left = Member::Count(ATTEMPTS - paid.accepted);
        // All but the amount itself moves at once, whether it arrives or waits.
        self.books.add(MERCHANT, commission - amount);
        self.books.add(Account::Commission(Coin::Usdt), share - commission);
        self.books.return_share(share);
        // Paid in the order's currency, never converted back.
        let to = if is_held { HELD } else { Account::Funding(Holder::Payer(payer), Coin::Usdt) };
        self.books.add(to, amount);
        let members = vec![
            ("orderAmount", Member::Amount(minor)),
            ("refundedAmount", Member::Amount(refunded)),
            ("refundAmount", Member::Amount(amount)),
            ("refundedCommission", Member::Amount(commission_back)),
            ("refundCommission", Member::Amount(commission)),
            ("remainingAttempts", left),
        ];
        let refund = Refund { number, asked, amount, payer, is_held, members };
        let told = refund.told(Some(("duplicateRequest", Member::Text("N"))));
        self.refunds.insert(request, refund);
        told
    }

    pub(super) fn query_refund(&self, request: u8) -> Expected {
        self.refunds.get(&request).map_or_else(|| refused("400202"), |refund| refund.told(None))
    }

    /// Everything that is held for payers who are free arrives.
    pub(super) fn release(&mut self) {
        for refund in self.refunds.values_mut().filter(|refund| refund.is_held && !self.frozen.contains(&refund.payer))
        {
            refund.is_held = false;
            self.books.add(HELD, -refund.amount);
            self.books.add(Account::Funding(Holder::Payer(refund.payer), Coin::Usdt), refund.amount);
            let order = self.orders.get_mut(&refund.number).expect("only what was created is refunded");
            let State::Paid(paid) = &mut order.state else { unreachable!("only what was paid is refunded") };
            paid.under_way -= 1;
        }
    }
}
