//! Opening a payment link that was pasted. It only leads to the checkout, where everything is shown before it is paid.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use countersign_service::links::LinkFault;
use countersign_service::orders;

use super::show::page;
use crate::failure::redirect;
use crate::forms::OpenLinkForm;
use crate::handlers::Answer;
use crate::handlers::helpers::refused;
use crate::paths;
use crate::session::{PayerMember, SessionForm};
use crate::state::WebState;
use crate::view::TextField;

/// The longest text that is looked at and shown again.
const LINK_LENGTH_MAX: usize = 1_024;

/// What is wrong with the text, where it leads to no payment.
async fn judge(
    state: &WebState,
    link: &str,
    host: Option<&str>,
) -> Result<Result<String, LinkFault>, crate::failure::Failure> {
    let token = match state.platform().links.checkout_token(link, host) {
        Ok(token) => token,
        Err(fault) => return Ok(Err(fault)),
    };
    let known = token.clone();
    let found = state.platform().read("checkout_known", move |tx, _| orders::by_checkout_token(tx, &known)).await?;
    Ok(if found.is_some() { Ok(token) } else { Err(LinkFault::NoPayment) })
}

/// To the checkout, or the wallet again with what is wrong with the link.
pub(crate) async fn open(
    State(state): State<WebState>,
    payer: PayerMember,
    headers: HeaderMap,
    SessionForm(data): SessionForm,
) -> Answer {
    let link: String = OpenLinkForm::read(&data).link.chars().take(LINK_LENGTH_MAX).collect();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match judge(&state, &link, host).await? {
        Ok(token) => Ok(redirect(&paths::checkout(&token))),
        Err(fault) => {
            let field = TextField::holding(link).wrong(fault.to_string());
            refused(&page(&state, payer, None, field).await?)
        }
    }
}
