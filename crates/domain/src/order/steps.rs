//! What can happen to an order, and to whom the loser of a race is told it lost.

use thiserror::Error;

use super::aggregate::Order;
use super::state::{Failure, Offer, OrderState, OrderStatus, Payment, Returned};
use crate::id::PayerId;
use crate::initiator::Initiator;
use crate::money::Amount;
use crate::time::{DAY_MS, MINUTE_MS, Timestamp};

/// How long a confirmed price holds (`decisions.md` row 31).
pub const OFFER_LIFETIME_MS: i64 = MINUTE_MS;
/// How long payers may keep an order from its merchant's close by confirming one price after another.
pub const HOLD_MS_MAX: i64 = 5 * MINUTE_MS;
/// How long no price must hold for the next one to begin another hold.
pub const HOLD_BREAK_MS: i64 = MINUTE_MS;
/// How many refunds an order takes (`decisions.md` row 32).
pub const REFUND_ATTEMPTS_MAX: u32 = 10;
/// How long after its payment an order can be refunded (`decisions.md` row 32).
pub const REFUND_WINDOW_MS: i64 = 365 * DAY_MS;

/// Why an order could not be paid, or no price of it be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayError {
    /// Paid already.
    #[error("the order is paid already")]
    AlreadyPaid,
    /// Its time is over.
    #[error("the order has expired")]
    Expired,
    /// The merchant closed it.
    #[error("the order was closed by its merchant")]
    Closed,
    /// A payment of it failed.
    #[error("a payment of the order has failed")]
    Failed,
    /// Another payer has confirmed a price that still holds.
    #[error("another payer is about to pay the order")]
    BeingPaid,
}

/// Why an order could not be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an order that is {0:?} cannot be closed")]
pub struct CloseError(pub OrderStatus);

/// Why an order could not be refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RefundError {
    /// It was never paid.
    #[error("an order that is {0:?} cannot be refunded")]
    NotPaid(OrderStatus),
    /// Every attempt is used up.
    #[error("the order has taken {REFUND_ATTEMPTS_MAX} refunds already")]
    NoAttemptLeft,
    /// The payment is too long ago.
    #[error("the order was paid more than 365 days ago")]
    TooLate,
    /// More than what is left, or nothing.
    #[error("at most {left} can be refunded")]
    Amount {
        /// What is left.
        left: Amount,
    },
}

/// One refund as it comes out of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refund {
    /// What the payer gets, in the order's currency; all that is left where this was the last attempt.
    pub amount: Amount,
    /// What the merchant gets back of the commission.
    pub commission: Amount,
    /// What of that the provider gives back of its share.
    pub share: Amount,
    /// All that has gone back, this refund included.
    pub returned: Returned,
    /// How many refunds the order still takes.
    pub attempts_left: u32,
}

impl Order {
    /// The status as of `now`. A price that no longer holds and an order whose time is over read so even before a job has
    /// recorded it.
    pub fn status_at(&self, now: Timestamp) -> OrderStatus {
        match &self.state {
            OrderState::Paid(_, returned) => self.paid_status(returned),
            _ => self.standing().status_at(now),
        }
    }

    fn paid_status(&self, returned: &Returned) -> OrderStatus {
        if returned.under_way > 0 {
            OrderStatus::Refunding
        } else if returned.refunded.minor() == 0 {
            OrderStatus::Paid
        } else if returned.refunded == self.amount {
            OrderStatus::FullRefunded
        } else {
            OrderStatus::Refunded
        }
    }

    /// Whether `payer` may confirm a price or pay as of `now`.
    pub fn payable_by(&self, payer: PayerId, now: Timestamp) -> Result<(), PayError> {
        match self.status_at(now) {
            OrderStatus::Initial => Ok(()),
            OrderStatus::Pending => match &self.state {
                OrderState::Pending(offer) if offer.payer_id == payer => Ok(()),
                _ => Err(PayError::BeingPaid),
            },
            OrderStatus::Paid | OrderStatus::Refunding | OrderStatus::Refunded | OrderStatus::FullRefunded => {
                Err(PayError::AlreadyPaid)
            }
            OrderStatus::Canceled => Err(PayError::Closed),
            OrderStatus::Expired => Err(PayError::Expired),
            OrderStatus::Error => Err(PayError::Failed),
        }
    }

    /// The price that `payer` confirmed and that still holds.
    pub fn offer_to(&self, payer: PayerId, now: Timestamp) -> Option<&Offer> {
        match &self.state {
            OrderState::Pending(offer) if offer.payer_id == payer && now < offer.until => Some(offer),
            _ => None,
        }
    }

    /// The order once `offer` was confirmed; a payer's later offer takes the place of an earlier one. An offer never
    /// outlives the order, and one that comes soon after another goes on with its hold.
    pub fn confirm(self, offer: Offer, now: Timestamp) -> Result<Self, PayError> {
        self.payable_by(offer.payer_id, now)?;
        let until = offer.until.min(self.expires_at);
        let held_since = match &self.state {
            OrderState::Pending(last) if now < last.until.plus_ms(HOLD_BREAK_MS) => last.held_since,
            _ => now,
        };
        Ok(Self { state: OrderState::Pending(Offer { held_since, until, ..offer }), ..self })
    }

    /// The order after `payment`, which must come while the order is open to that payer.
    pub fn pay(self, payment: Payment) -> Result<Self, PayError> {
        self.payable_by(payment.payer_id, payment.paid_at)?;
        let nothing = Returned::nothing_of(self.amount);
        Ok(Self { state: OrderState::Paid(payment, nothing), ..self })
    }

    /// The order after a payment that was to be made at `now` could not be.
    pub fn fail(self, payer: PayerId, why: Failure, now: Timestamp) -> Result<Self, PayError> {
        self.payable_by(payer, now)?;
        Ok(Self { state: OrderState::Failed { at: now, why }, ..self })
    }

    /// Whether its merchant may close it: while nobody has begun to pay (`decisions.md` row 31), or where payers have held it
    /// for [`HOLD_MS_MAX`] without paying.
    pub fn is_closable(&self, now: Timestamp) -> bool {
        match (self.status_at(now), &self.state) {
            (OrderStatus::Initial, _) => true,
            (OrderStatus::Pending, OrderState::Pending(offer)) => now.ms_since(offer.held_since) >= HOLD_MS_MAX,
            _ => false,
        }
    }

    /// The order after `by` closed it for its merchant, which works while it [is closable](Self::is_closable).
    pub fn close(self, by: Initiator, now: Timestamp) -> Result<Self, CloseError> {
        if self.is_closable(now) {
            Ok(Self { state: OrderState::Canceled { at: now, by: Some(by) }, ..self })
        } else {
            Err(CloseError(self.status_at(now)))
        }
    }

    /// The order with its expiry recorded; `None` where its time is not over or something else ended it before.
    pub fn expire(self, now: Timestamp) -> Option<Self> {
        let open = matches!(self.state, OrderState::Initial | OrderState::Pending(_));
        let overdue = open && self.status_at(now) == OrderStatus::Expired;
        overdue.then_some(Self { state: OrderState::Expired { at: now }, ..self })
    }

    /// The order after a refund of `asked` was accepted, and that refund. The last attempt returns all that is left whatever
    /// was asked (`money.md` §3.1). `arrived` tells whether the payer has the money at once.
    pub fn refund(self, asked: Amount, arrived: bool, now: Timestamp) -> Result<(Self, Refund), RefundError> {
        let OrderState::Paid(payment, before) = self.state else {
            return Err(RefundError::NotPaid(self.status_at(now)));
        };
        if now.ms_since(payment.paid_at) > REFUND_WINDOW_MS {
            return Err(RefundError::TooLate);
        }
        let left =
            self.amount.minus(before.refunded).expect("what was refunded is in the order's currency and within it");
        let attempts_left = REFUND_ATTEMPTS_MAX.saturating_sub(before.accepted + 1);
        if before.accepted >= REFUND_ATTEMPTS_MAX {
            return Err(RefundError::NoAttemptLeft);
        }
        let amount = if attempts_left == 0 { left } else { asked };
        if !amount.is_positive() || amount.currency() != left.currency() || amount.minor() > left.minor() {
            return Err(RefundError::Amount { left });
        }
        let returned = after_refund(self.amount, &payment, &before, amount);
        let returned =
            Returned { accepted: before.accepted + 1, under_way: before.under_way + u32::from(!arrived), ..returned };
        let difference = |now: Amount, then: Amount| now.minus(then).expect("one currency, and it only grows");
        let refund = Refund {
            amount,
            commission: difference(returned.commission, before.commission),
            share: difference(returned.share, before.share),
            returned,
            attempts_left,
        };
        Ok((Self { state: OrderState::Paid(payment, returned), ..self }, refund))
    }

    /// The order after one of its refunds that was under way has reached the payer; `None` where none was.
    pub fn refund_arrived(self) -> Option<Self> {
        let OrderState::Paid(payment, returned) = self.state else { return None };
        let under_way = returned.under_way.checked_sub(1)?;
        Some(Self { state: OrderState::Paid(payment, Returned { under_way, ..returned }), ..self })
    }
}

/// The totals after `amount` more went back.
fn after_refund(whole: Amount, payment: &Payment, before: &Returned, amount: Amount) -> Returned {
    let refunded = before.refunded.plus(amount).expect("at most the order's amount");
    let (commission, share) = payment.given_back(refunded, whole);
    Returned { refunded, commission, share, ..*before }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::aggregate::{OrderTexts, Terminal};
    use super::*;
    use crate::currency::Currency;
    use crate::id::{ApiKeyId, MerchantId, OfferId, OrderId, TransferId, UserId};
    use crate::rates::Rate;

    const PAYER: PayerId = PayerId::new(5);
    const OTHER: PayerId = PayerId::new(6);

    fn usdt(minor: i64) -> Amount {
        Amount::from_minor(minor, Currency::USDT)
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn order(state: OrderState) -> Order {
        Order {
            id: OrderId::new(1),
            merchant_id: MerchantId::new(2),
            merchant_trade_no: "a1".into(),
            on_behalf: None,
            api_key_id: ApiKeyId::new(3),
            sub_merchant_id: None,
            amount: usdt(100),
            fiat: None,
            pay_currencies: None,
            terminal: Terminal::Web,
            checkout_token: String::new(),
            texts: OrderTexts::default(),
            created_at: at(0),
            expires_at: at(1_000),
            state,
        }
    }

    fn offer(payer_id: PayerId, until: i64) -> Offer {
        Offer {
            id: OfferId::new(8),
            payer_id,
            pays: usdt(100),
            price: Rate::ONE,
            confirmed_at: at(1),
            held_since: at(1),
            until: at(until),
        }
    }

    fn payment(payer_id: PayerId, ms: i64) -> Payment {
        Payment {
            transfer_id: TransferId::new(9),
            payer_id,
            open_user_id: "0".repeat(32),
            confirmed_at: Some(at(1)),
            paid_at: at(ms),
            paid: usdt(100),
            price: Rate::ONE,
            commission: usdt(7),
            share: usdt(3),
            payer_detail: None,
        }
    }

    fn returned(refunded: i64, under_way: u32) -> Returned {
        Returned { refunded: usdt(refunded), accepted: 1, under_way, ..Returned::nothing_of(usdt(100)) }
    }

    /// Every state that can be told apart, with its status before and after the order's time is over.
    fn states() -> Vec<(OrderState, OrderStatus, OrderStatus)> {
        use OrderStatus as S;
        let paid = |refunded, under_way| OrderState::Paid(payment(PAYER, 5), returned(refunded, under_way));
        vec![
            (OrderState::Initial, S::Initial, S::Expired),
            (OrderState::Pending(offer(PAYER, 900)), S::Pending, S::Expired),
            (OrderState::Pending(offer(PAYER, 400)), S::Initial, S::Expired),
            (paid(0, 0), S::Paid, S::Paid),
            (paid(40, 1), S::Refunding, S::Refunding),
            (paid(100, 2), S::Refunding, S::Refunding),
            (paid(40, 0), S::Refunded, S::Refunded),
            (paid(100, 0), S::FullRefunded, S::FullRefunded),
            (OrderState::Canceled { at: at(3), by: None }, S::Canceled, S::Canceled),
            (OrderState::Expired { at: at(1_000) }, S::Expired, S::Expired),
            (OrderState::Failed { at: at(3), why: Failure::MerchantFrozen }, S::Error, S::Error),
        ]
    }

    #[test]
    fn every_state_has_its_status() {
        let mut seen = std::collections::HashSet::new();
        for (state, early, late) in states() {
            assert_eq!(order(state.clone()).status_at(at(500)), early, "{state:?}");
            assert_eq!(order(state.clone()).status_at(at(1_000)), late, "{state:?}");
            seen.extend([early, late]);
        }
        assert_eq!(seen.len(), OrderStatus::ALL.len(), "every status can be reached");
    }

    #[test]
    fn every_step_from_every_status() {
        use OrderStatus as S;
        for (state, early, late) in states() {
            for (now, status) in [(at(500), early), (at(1_000), late)] {
                let fresh = || order(state.clone());
                let payable = match status {
                    S::Initial | S::Pending => Ok(()),
                    S::Paid | S::Refunding | S::Refunded | S::FullRefunded => Err(PayError::AlreadyPaid),
                    S::Canceled => Err(PayError::Closed),
                    S::Expired => Err(PayError::Expired),
                    S::Error => Err(PayError::Failed),
                };
                let by_other = if status == S::Pending { Err(PayError::BeingPaid) } else { payable };
                let ms = now.ms();
                assert_eq!(fresh().pay(payment(PAYER, ms)).map(drop), payable, "pay {state:?}");
                assert_eq!(fresh().pay(payment(OTHER, ms)).map(drop), by_other, "pay by another {state:?}");
                assert_eq!(fresh().confirm(offer(PAYER, ms + 9), now).map(drop), payable, "confirm {state:?}");
                assert_eq!(fresh().confirm(offer(OTHER, ms + 9), now).map(drop), by_other, "confirm {state:?}");
                assert_eq!(fresh().fail(PAYER, Failure::MerchantFrozen, now).map(drop), payable, "fail {state:?}");
                let closable = if status == S::Initial { Ok(()) } else { Err(CloseError(status)) };
                assert_eq!(fresh().close(Initiator::User(UserId::new(7)), now).map(drop), closable, "close {state:?}");
                let lapsed = status == S::Expired && !matches!(state, OrderState::Expired { .. });
                assert_eq!(fresh().expire(now).is_some(), lapsed, "expire {state:?}");
                let refunded = match &state {
                    OrderState::Paid(_, returned) => Some(returned.refunded.minor()),
                    _ => None,
                };
                for arrived in [true, false] {
                    let refund = fresh().refund(usdt(1), arrived, now).map(|(order, _)| order.status_at(now));
                    let expected = match (refunded, arrived && status != S::Refunding) {
                        (None, _) => Err(RefundError::NotPaid(status)),
                        (Some(100), _) => Err(RefundError::Amount { left: usdt(0) }),
                        (Some(_), true) => Ok(S::Refunded),
                        (Some(_), false) => Ok(S::Refunding),
                    };
                    assert_eq!(refund, expected, "refund {state:?}, arrived {arrived}");
                }
                assert_eq!(fresh().refund_arrived().is_some(), status == S::Refunding, "arrived {state:?}");
            }
        }
    }

    #[test]
    fn an_offer_ends_with_its_order_and_belongs_to_its_payer() {
        let pending = order(OrderState::Initial).confirm(offer(PAYER, 5_000), at(500)).unwrap();
        assert_eq!(pending.offer_to(PAYER, at(999)).map(|offer| offer.until), Some(at(1_000)));
        assert_eq!(pending.offer_to(PAYER, at(1_000)), None);
        assert_eq!(pending.offer_to(OTHER, at(999)), None);
    }

    fn held_at(order: Order, payer: PayerId, now: i64) -> Order {
        order.confirm(offer(payer, now + OFFER_LIFETIME_MS), at(now)).unwrap()
    }

    fn closes(order: &Order, now: i64) -> bool {
        order.clone().close(Initiator::User(UserId::new(7)), at(now)).is_ok()
    }

    #[test]
    fn an_order_that_payers_hold_without_paying_is_closed_after_a_while() {
        let long = || Order { expires_at: at(HOLD_MS_MAX * 10), ..order(OrderState::Initial) };
        // One payer confirms anew before the price lapses; two by turns, each as soon as it has.
        for (payers, every) in [([PAYER, PAYER], OFFER_LIFETIME_MS - 1), ([PAYER, OTHER], OFFER_LIFETIME_MS)] {
            let (mut order, mut now) = (held_at(long(), PAYER, 0), 0);
            for payer in payers.into_iter().cycle().skip(1) {
                now += every;
                order = held_at(order, payer, now);
                assert_eq!(order.status_at(at(now)), OrderStatus::Pending);
                assert_eq!(closes(&order, now), now >= HOLD_MS_MAX, "{payers:?} {now}");
                if now > 2 * HOLD_MS_MAX {
                    break;
                }
            }
        }
    }

    #[test]
    fn a_hold_ends_once_no_price_has_held_for_a_while() {
        let long = Order { expires_at: at(HOLD_MS_MAX * 10), ..order(OrderState::Initial) };
        let first = held_at(long, PAYER, 0);
        let end = OFFER_LIFETIME_MS + HOLD_BREAK_MS;
        for (again, goes_on) in [(end - 1, true), (end, false)] {
            let order = held_at(first.clone(), OTHER, again);
            let since = order.offer_to(OTHER, at(again)).map(|offer| offer.held_since);
            assert_eq!(since, Some(at(if goes_on { 0 } else { again })), "{again}");
        }
    }

    #[test]
    fn the_last_attempt_returns_the_rest_and_then_there_is_none() {
        let mut order = order(OrderState::Paid(payment(PAYER, 5), Returned::nothing_of(usdt(100))));
        for left in (1..REFUND_ATTEMPTS_MAX).rev() {
            let (after, refund) = order.refund(usdt(2), true, at(500)).unwrap();
            assert_eq!((refund.amount, refund.attempts_left), (usdt(2), left));
            order = after;
        }
        let (order, last) = order.refund(usdt(1), true, at(500)).unwrap();
        assert_eq!((last.amount, last.attempts_left), (usdt(82), 0));
        assert_eq!((last.returned.commission, last.returned.share), (usdt(7), usdt(3)));
        assert_eq!(order.status_at(at(500)), OrderStatus::FullRefunded);
        assert_eq!(order.refund(usdt(1), true, at(500)), Err(RefundError::NoAttemptLeft));
    }

    /// What happens to an order after its payment, and how it stands then: a refund at once, a refund that is held, the
    /// arrival of a held one.
    enum Event {
        Refund(i64),
        Hold(i64),
        Arrival,
    }

    #[test]
    fn refunds_that_are_held_count_as_the_others_do() {
        use Event::{Arrival, Hold, Refund};
        use OrderStatus as S;
        let rows: [&[(Event, Option<S>)]; 5] = [
            &[(Hold(40), Some(S::Refunding)), (Arrival, Some(S::Refunded)), (Arrival, None)],
            &[(Hold(100), Some(S::Refunding)), (Refund(1), None), (Hold(1), None), (Arrival, Some(S::FullRefunded))],
            // Frozen, unfrozen, and refunded again before the job has come by.
            &[(Hold(40), Some(S::Refunding)), (Refund(20), Some(S::Refunding)), (Arrival, Some(S::Refunded))],
            &[(Hold(40), Some(S::Refunding)), (Refund(60), Some(S::Refunding)), (Arrival, Some(S::FullRefunded))],
            &[
                (Refund(10), Some(S::Refunded)),
                (Hold(40), Some(S::Refunding)),
                (Hold(51), None),
                (Hold(50), Some(S::Refunding)),
                (Arrival, Some(S::Refunding)),
                (Arrival, Some(S::FullRefunded)),
                (Arrival, None),
            ],
        ];
        for events in rows {
            let mut order = order(OrderState::Paid(payment(PAYER, 5), Returned::nothing_of(usdt(100))));
            for (index, (event, expected)) in events.iter().enumerate() {
                let now = at(500);
                let refund =
                    |amount, arrived| order.clone().refund(usdt(amount), arrived, now).ok().map(|(order, _)| order);
                let next = match event {
                    Refund(amount) => refund(*amount, true),
                    Hold(amount) => refund(*amount, false),
                    Arrival => order.clone().refund_arrived(),
                };
                assert_eq!(next.as_ref().map(|order| order.status_at(now)), *expected, "step {index}");
                order = next.unwrap_or(order);
            }
        }
    }

    #[test]
    fn the_last_attempt_takes_the_rest_though_it_is_held() {
        let before = Returned { accepted: REFUND_ATTEMPTS_MAX - 1, ..returned(40, 3) };
        let order = order(OrderState::Paid(payment(PAYER, 5), before));
        let (mut order, last) = order.refund(usdt(1), false, at(500)).unwrap();
        assert_eq!((last.amount, last.attempts_left, last.returned.under_way), (usdt(60), 0, 4));
        assert_eq!(order.clone().refund(usdt(1), false, at(500)), Err(RefundError::NoAttemptLeft));
        for _ in 0..4 {
            assert_eq!(order.status_at(at(500)), OrderStatus::Refunding);
            order = order.refund_arrived().unwrap();
        }
        assert_eq!((order.status_at(at(500)), order.refund_arrived()), (OrderStatus::FullRefunded, None));
    }

    #[test]
    fn refunds_have_their_bounds() {
        let paid = || order(OrderState::Paid(payment(PAYER, 5), returned(40, 0)));
        let left = usdt(60);
        for asked in [usdt(61), usdt(0), usdt(-1), Amount::from_minor(1, Currency::BTC)] {
            assert_eq!(paid().refund(asked, true, at(500)), Err(RefundError::Amount { left }), "{asked:?}");
        }
        let end = at(5 + REFUND_WINDOW_MS);
        assert!(paid().refund(usdt(60), true, end).is_ok());
        assert_eq!(paid().refund(usdt(60), true, end.plus_ms(1)), Err(RefundError::TooLate));
    }

    #[test]
    fn no_refund_takes_more_share_back_than_commission() {
        // A hundredth of 1,000 is the commission and 30 in 100 of that the share: the share's step came before the commission's.
        let payment = Payment { commission: usdt(10), share: usdt(3), ..payment(PAYER, 5) };
        let state = OrderState::Paid(payment, Returned::nothing_of(usdt(1_000)));
        let mut order = Order { amount: usdt(1_000), ..order(state) };
        for asked in [333, 1, 66, 600] {
            let (after, refund) = order.refund(usdt(asked), true, at(500)).unwrap();
            assert!(refund.share.minor() <= refund.commission.minor(), "{asked}: {refund:?}");
            order = after;
        }
    }

    proptest! {
        #[test]
        fn no_split_of_a_refund_changes_what_goes_back(
            whole in 1..=i64::MAX, commission in 0_i64..=i64::MAX, share in 0_i64..=i64::MAX,
            parts in 1..=10_i64, held in any::<u16>(),
        ) {
            let commission = commission % whole;
            let share = if commission == 0 { 0 } else { share % commission };
            let payment = Payment { commission: usdt(commission), share: usdt(share), ..payment(PAYER, 5) };
            let state = OrderState::Paid(payment, Returned::nothing_of(usdt(whole)));
            let mut order = Order { amount: usdt(whole), ..order(state) };
            let (mut refunded, mut back, mut given) = (0, 0, 0);
            for part in 0..parts {
                let rest = whole - refunded;
                let asked = if part + 1 == parts { rest } else { rest / (parts + 1) };
                if asked == 0 { continue }
                let (after, refund) = order.refund(usdt(asked), held >> part & 1 == 0, at(500)).unwrap();
                order = after;
                refunded += refund.amount.minor();
                back += refund.commission.minor();
                given += refund.share.minor();
                prop_assert!(0 <= refund.share.minor() && refund.share.minor() <= refund.commission.minor());
                prop_assert!(refund.commission.minor() <= refund.amount.minor());
                prop_assert!(given <= back && back <= refunded);
            }
            prop_assert_eq!((refunded, back, given), (whole, commission, share));
        }
    }
}
