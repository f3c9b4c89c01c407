//! Refunds (`decisions.md` row 32).

use countersign_domain::money::MoneyError;
use countersign_domain::order::{REFUND_ATTEMPTS_MAX, RefundError as NotRefundable};
use countersign_service::booking::BookingError;
use countersign_service::refunds::{QueryError, RefundError};
use countersign_wire::{Refusal, ResultCode};

use super::{LEFT_OPEN, authority, store};
use crate::answer::Rejection;
use crate::convert::order_status;

const ROW_32: &str = "decisions.md row 32";
const AMOUNT: &str = "refundAmount";

/// An order was not refunded.
pub(crate) fn order_refund(error: RefundError) -> Rejection {
    match error {
        RefundError::Authority(error) => authority(error),
        RefundError::UnknownOrder => {
            let rule = "prepayId: the acting merchant has no such order";
            Refusal::new(ResultCode::InvalidPrepayId, rule, ROW_32).into()
        }
        RefundError::OtherParameters => {
            let rule = "refundRequestId names an earlier refund with other parameters; a new refund needs a new one";
            Refusal::invalid_request(rule, ROW_32).into()
        }
        RefundError::Amount(error) => amount(error),
        RefundError::Refused(error) => refused(error).into(),
        RefundError::Booking(error) => booking(error),
        // The schema has judged the reason, and calls were told nothing.
        RefundError::Reason | RefundError::Outdated | RefundError::Collision => Rejection::internal(error),
    }
}

fn amount(error: MoneyError) -> Rejection {
    match error {
        MoneyError::TooPrecise(currency, scale) => {
            let rule = format!("{AMOUNT}: {currency}, in which the order was settled, has at most {scale} decimals");
            Refusal::malformed(AMOUNT, rule, "decisions.md row 10").into()
        }
        MoneyError::OutOfRange => {
            let rule = format!("{AMOUNT}: the amount is larger than the order's currency is kept in");
            Refusal::out_of_range(AMOUNT, rule, "decisions.md row 55").into()
        }
        MoneyError::Malformed | MoneyError::CurrencyMismatch(..) => Rejection::internal(error),
    }
}

fn refused(error: NotRefundable) -> Refusal {
    match error {
        NotRefundable::NotPaid(status) => {
            let rule = format!("the order is {}; only a paid order can be refunded", order_status(status));
            Refusal::new(ResultCode::InvalidOrderStatus, rule, ROW_32)
        }
        NotRefundable::NoAttemptLeft => {
            let rule = format!("the order has taken {REFUND_ATTEMPTS_MAX} refunds, and takes no more");
            Refusal::new(ResultCode::TooManyRefundAttempts, rule, ROW_32)
        }
        NotRefundable::TooLate => {
            let rule = "the order was paid more than 365 days ago";
            Refusal::new(ResultCode::InvalidOrderStatus, rule, LEFT_OPEN)
        }
        NotRefundable::Amount { left } => {
            let rule = format!("{AMOUNT}: at most {left} {} is left of the order", left.currency());
            Refusal::new(ResultCode::InvalidRefundAmount, rule, ROW_32)
        }
    }
}

fn booking(error: BookingError) -> Rejection {
    match error {
        BookingError::InsufficientFunds(currency) => {
            let rule = format!(
                "the merchant's funding wallet holds less {currency} than the refund less its part of the commission"
            );
            Refusal::new(ResultCode::AccountRemainingAmountNotEnough, rule, ROW_32).into()
        }
        BookingError::Store(error) => store(error),
        BookingError::OutOfRange => {
            let rule = "refundAmount: the payer's wallet cannot hold as much";
            Refusal::out_of_range("refundAmount", rule, "decisions.md row 55").into()
        }
        BookingError::AlreadyBooked | BookingError::Collision => Rejection::internal(error),
    }
}

/// A refund was not shown.
pub(crate) fn refund_query(error: QueryError) -> Rejection {
    match error {
        QueryError::Authority(error) => authority(error),
        QueryError::NotFound => {
            let rule = "refundRequestId: the acting merchant has no such refund";
            Refusal::new(ResultCode::OrderNotFound, rule, LEFT_OPEN).into()
        }
    }
}
