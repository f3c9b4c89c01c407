//! Sending one delivery again.

use axum::extract::{Path, State};
use countersign_service::deliveries::{self as service, Resend, ResendError, TargetError};

use super::detail::Case;
use super::target;
use crate::failure::Failure;
use crate::forms::ResendForm;
use crate::handlers::Answer;
use crate::handlers::helpers::{done, id, not_found, refused};
use crate::paths;
use crate::session::{Member, Notice, SessionForm};
use crate::state::WebState;

/// What to do about a place that takes nothing.
pub(super) fn target_words(error: &TargetError) -> &'static str {
    match error {
        TargetError::Unknown => "You have no such endpoint any more. Choose another.",
        TargetError::Disabled => "That endpoint is disabled. Enable it first, or choose another.",
        TargetError::Removed => "The endpoint that it was for was removed. Choose another.",
        TargetError::Store(_) => "",
    }
}

fn refusal(error: ResendError) -> Result<&'static str, Failure> {
    Ok(match error {
        ResendError::Unknown => return Err(not_found()),
        ResendError::Store(error) | ResendError::Target(TargetError::Store(error)) => return Err(error.into()),
        ResendError::InLine => "It is in line already, and goes out as soon as it can.",
        ResendError::UnderWay => "It is being sent at this moment. Look again in a little while.",
        ResendError::TooOften => "It was sent as often as a message may be.",
        ResendError::Target(error) => target_words(&error),
    })
}

/// Puts it back in line.
pub(crate) async fn resend(
    State(state): State<WebState>,
    Path(text): Path<String>,
    member: Member,
    SessionForm(data): SessionForm,
) -> Answer {
    let message = id(&text)?;
    let case = Case::find(&state, &member, message).await?;
    let form = ResendForm::read(&data);
    let Some(target) = target(case.endpoints(), form.to.as_deref()) else {
        let words = target_words(&TargetError::Unknown);
        return refused(&case.page(&state, &member, Some(words.to_owned())));
    };
    let which = Resend { merchant: Some(member.id()), message, target };
    let who = (member.actor(), state.platform().business_now());
    let write =
        state.platform().write("webhook_redeliver", move |tx, platform| service::resend(tx, platform, &which, who));
    match write.await {
        Ok(()) => {
            state.wake();
            Ok(done(&state, &paths::delivery(&text), Notice::SentAgain))
        }
        Err(error) => {
            let words = refusal(error)?;
            refused(&case.page(&state, &member, Some(words.to_owned())))
        }
    }
}
