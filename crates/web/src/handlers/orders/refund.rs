//! Refunding an order: the form, what it comes to, and the refund.
//!
//! The merchant's number for the refund is drawn when the form is, and goes with it through every step: however often the
//! last one is sent, one refund is made. What the page told goes with it too, so that nothing else is done than was told
//! where another refund comes first.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_domain::id::OrderId;
use countersign_domain::order::{Order, Refund};
use countersign_domain::{Amount, Currency, Timestamp};
use countersign_service::Platform;
use countersign_service::authority::{AuthorityError, Denied};
use countersign_service::booking::BookingError;
use countersign_service::refunds::{self as service, Accepted, NewRefund, RefundError, Told};
use countersign_store::WriteTx;

use super::{FROZEN, find};
use crate::describe::{
    RefundFaults, amount_words, money, parse_amount, read_refund, refund_facts, refund_fields, refund_offer,
    refused_words,
};
use crate::failure::Failure;
use crate::forms::{RefundForm, RefundStep};
use crate::handlers::Answer;
use crate::handlers::helpers::{REFUSED, done, id, not_found};
use crate::pages::{ErrorKind, OrderRefundConfirmPage, OrderRefundPage};
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;
use crate::view::Place;
use crate::{paths, render};

/// How the numbers of refunds made here begin, so that nobody takes them for their shop's own.
const REQUEST_PREFIX: &str = "portal-";
/// Hexadecimal digits that follow.
const REQUEST_DIGITS: usize = 32;

const OUTDATED: &str = "Another refund was accepted meanwhile. Nothing was refunded yet: look at what it comes to now.";
const USED: &str =
    "With this form something else was refunded already; nothing was refunded now. This is a fresh form.";

fn draw_request_id(state: &WebState) -> String {
    format!("{REQUEST_PREFIX}{}", state.platform().draw_token())
}

/// Whether a number is one that was drawn here: others are no business of this form.
fn is_drawn(request_id: &str) -> bool {
    let digits = request_id.strip_prefix(REQUEST_PREFIX);
    digits.is_some_and(|digits| digits.len() == REQUEST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// One order with whoever looks at it, and when.
struct Case<'c> {
    state: &'c WebState,
    member: &'c Member,
    order: Order,
    now: Timestamp,
}

impl<'c> Case<'c> {
    async fn find(state: &'c WebState, member: &'c Member, text: &str) -> Result<Self, Failure> {
        let order = find(state, member, id::<OrderId>(text)?).await?;
        Ok(Self { state, member, order, now: state.platform().business_now() })
    }

    /// The form with what was typed, or why there is none to fill in.
    fn form(&self, form: &RefundForm, faults: &RefundFaults) -> Answer {
        let offer = refund_offer(&self.order, self.now);
        let status = if faults.are_none() { StatusCode::OK } else { REFUSED };
        let page = OrderRefundPage {
            chrome: self.member.chrome(Place::Orders),
            facts: refund_facts(&self.order),
            is_last: offer.as_ref().is_ok_and(|offer| offer.attempts_left == 0),
            fields: offer.is_ok().then(|| refund_fields(form, faults)),
            problems: if offer.is_ok() { faults.problems() } else { Vec::new() },
            closed: offer.err().unwrap_or_default(),
        };
        Ok(render::page(status, &page)?)
    }

    /// What the refund comes to, to be agreed to. `problem` says why it is shown again.
    fn confirm(&self, form: &RefundForm, refund: &Refund, problem: Option<&str>) -> Answer {
        let parse = |text: &str| parse_amount(text, self.order.amount.currency()).ok();
        let costs = refund.amount.minus(refund.commission).expect("both are in the order's currency");
        let left = self.order.amount.minus(refund.returned.refunded).expect("at most all goes back");
        let paid = self.order.state.payment().map(|payment| payment.paid);
        let page = OrderRefundConfirmPage {
            chrome: self.member.chrome(Place::Orders),
            facts: refund_facts(&self.order),
            request_id: form.request_id.clone(),
            typed: form.amount.clone(),
            reason: form.reason.clone().unwrap_or_default(),
            amount: money(refund.amount),
            commission: refund.commission.is_positive().then(|| money(refund.commission)),
            costs: money(costs),
            left: money(left),
            attempts_left: refund.attempts_left,
            is_more_than_typed: parse(&form.amount) != Some(refund.amount),
            paid_in: paid.filter(|paid| paid.currency() != refund.amount.currency()).map(money),
            told: (refund.amount.to_string(), refund.commission.to_string()),
            problem: problem.unwrap_or_default().to_owned(),
        };
        let status = if problem.is_some() { REFUSED } else { StatusCode::OK };
        Ok(render::page(status, &page)?)
    }

    /// What it comes to, or the form with what is wrong.
    fn check(&self, form: &RefundForm, problem: Option<&str>) -> Answer {
        match read_refund(&self.order, form, self.now) {
            Ok(refund) => self.confirm(form, &refund, problem),
            Err(faults) => self.form(form, &faults),
        }
    }

    async fn refund(&self, form: &RefundForm) -> Result<Accepted, RefundError> {
        let new = NewRefund {
            request_id: form.request_id.clone(),
            order_id: Some(self.order.id),
            amount: form.amount.clone(),
            reason: form.reason.clone(),
            webhook_url: None,
            told: self.told(form),
        };
        let by = self.member.acting(self.now);
        let write = move |tx: &mut dyn WriteTx, platform: &Platform| service::refund(tx, platform, &by, &new);
        self.state.platform().write("order_refund", write).await
    }

    /// What the page has told, as the use case compares it.
    fn told(&self, form: &RefundForm) -> Option<Told> {
        let told = form.told.as_ref()?;
        let read = |text: &str| Amount::parse(text, self.order.amount.currency()).ok();
        Some(Told { amount: read(&told.amount)?, commission: read(&told.commission)? })
    }

    fn too_little(&self, form: &RefundForm, currency: Currency) -> RefundFaults {
        let refund = read_refund(&self.order, form, self.now).ok();
        let costs = refund.and_then(|refund| refund.amount.minus(refund.commission).ok()).map(amount_words);
        let takes = costs.unwrap_or_else(|| format!("more {currency} than is there"));
        RefundFaults::amount(format!(
            "This takes {takes} from your funding wallet, which holds less. Refund less, or wait for payments."
        ))
    }

    fn made(&self, accepted: &Accepted) -> Response {
        self.state.wake();
        let notice = match (accepted.is_repeat, accepted.refund.has_arrived) {
            (true, _) => Notice::RefundedBefore,
            (false, true) => Notice::OrderRefunded,
            (false, false) => Notice::RefundWaits,
        };
        done(self.state, &paths::order(&self.order.id.to_string()), notice)
    }

    /// Nothing was refunded: what to do about it.
    fn refused(&self, form: &RefundForm, error: RefundError) -> Answer {
        let faults = match error {
            RefundError::Outdated => return self.check(form, Some(OUTDATED)),
            RefundError::OtherParameters => {
                let fresh = RefundForm { request_id: draw_request_id(self.state), ..form.clone() };
                return self.form(&fresh, &RefundFaults::whole(USED));
            }
            RefundError::UnknownOrder => return Err(not_found()),
            RefundError::Refused(error) => refused_words(error),
            RefundError::Amount(_) | RefundError::Reason => return self.check(form, None),
            RefundError::Booking(BookingError::InsufficientFunds(currency)) => self.too_little(form, currency),
            RefundError::Authority(AuthorityError::Denied(Denied::CallerFrozen)) => RefundFaults::whole(FROZEN),
            RefundError::Authority(AuthorityError::Denied(denied)) => return Err(Failure::internal(denied)),
            RefundError::Authority(AuthorityError::Store(error)) | RefundError::Booking(BookingError::Store(error)) => {
                return Err(error.into());
            }
            error @ (RefundError::Booking(_) | RefundError::Collision) => return Err(Failure::internal(error)),
        };
        self.form(form, &faults)
    }
}

/// The form, with all that is left in it.
pub(crate) async fn refund_form(State(state): State<WebState>, Path(text): Path<String>, member: Member) -> Answer {
    let case = Case::find(&state, &member, &text).await?;
    let left = refund_offer(&case.order, case.now).map(|offer| offer.amount.to_string()).unwrap_or_default();
    let form = RefundForm { request_id: draw_request_id(&state), amount: left, ..RefundForm::default() };
    case.form(&form, &RefundFaults::default())
}

/// Shows what the refund comes to, lets it be changed, or makes it.
pub(crate) async fn refund(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(data): SessionForm,
) -> Answer {
    let form = RefundForm::read(&data);
    let mut case = Case::find(&state, &member, &text).await?;
    if !is_drawn(&form.request_id) {
        return Err(Failure::page(ErrorKind::BadRequest));
    }
    match form.step {
        RefundStep::Edit => case.form(&form, &RefundFaults::default()),
        RefundStep::Check => case.check(&form, None),
        // Nobody agrees to what was not told.
        RefundStep::Refund if case.told(&form).is_none() => Err(Failure::page(ErrorKind::BadRequest)),
        RefundStep::Refund => match case.refund(&form).await {
            Ok(accepted) => Ok(case.made(&accepted)),
            Err(error) => {
                // It is told of the order as it is by now.
                case = Case::find(&state, &member, &text).await?;
                case.refused(&form, error)
            }
        },
    }
}
