//! What adding and editing an endpoint have in common: one form, one page, one set of refusals.

use countersign_domain::webhook_endpoint::{
    DESCRIPTION_LENGTH_MAX, ENDPOINTS_MAX, EndpointTerms, EventFilter, TermsFault, URL_LENGTH_MAX, WebhookEndpoint,
};
use countersign_service::webhook_endpoints::EndpointError;

use super::failed;
use crate::describe::{endpoint_name, kind_of_code, kind_ticks};
use crate::failure::Failure;
use crate::forms::EndpointForm;
use crate::pages::WebhookFormPage;
use crate::session::Member;
use crate::state::WebState;
use crate::view::{Place, Problem, TextField};

/// Why a form comes back.
#[derive(Default)]
pub(super) struct Refused {
    url: Option<String>,
    description: Option<String>,
    events: Option<String>,
    /// What is wrong with the whole.
    whole: Option<String>,
}

impl Refused {
    fn is_none(&self) -> bool {
        self.url.is_none() && self.description.is_none() && self.events.is_none() && self.whole.is_none()
    }

    fn problems(&self) -> Vec<Problem> {
        let of_fields = [("url", &self.url), ("description", &self.description), ("events", &self.events)];
        let of_fields = of_fields.into_iter().filter_map(|(id, text)| Some(Problem::of(id, text.clone()?)));
        of_fields.chain(self.whole.clone().map(Problem::form)).collect()
    }
}

/// What a use case refused, beside its field.
pub(super) fn refusal(error: EndpointError) -> Result<Refused, Failure> {
    let url = |text: String| Refused { url: Some(text), ..Refused::default() };
    Ok(match error {
        EndpointError::Terms(TermsFault::UrlLength) => url(format!("A URL has at most {URL_LENGTH_MAX} bytes.")),
        EndpointError::Terms(TermsFault::Description) => Refused {
            description: Some(format!("Use at most {DESCRIPTION_LENGTH_MAX} characters, all of which can be seen.")),
            ..Refused::default()
        },
        EndpointError::UrlTaken => url("Another endpoint of yours has this URL.".to_owned()),
        EndpointError::TooMany => Refused {
            whole: Some(format!(
                "You have {ENDPOINTS_MAX} endpoints, which is as many as there may be. Remove one first."
            )),
            ..Refused::default()
        },
        error => return Err(failed(error)),
    })
}

/// A reason as it stands beside a field.
fn sentence(why: &str) -> String {
    let why = why.trim_end_matches('.');
    // An address keeps its spelling.
    if why.split(' ').next().is_some_and(|word| word.contains([':', '.'])) {
        return format!("{why}.");
    }
    let mut rest = why.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", rest.as_str())
}

/// What a form says of an endpoint, or what is wrong with it. A URL that stands already is not judged again: a stricter policy
/// must not keep anybody from changing the rest.
pub(super) fn read(
    state: &WebState,
    form: &EndpointForm,
    standing: Option<&WebhookEndpoint>,
) -> Result<EndpointTerms, Refused> {
    let events: EventFilter = match form.tells_all {
        Some(true) => EventFilter::ALL,
        _ => form.events.iter().filter_map(|code| kind_of_code(code)).collect(),
    };
    let is_new = standing.is_none_or(|endpoint| endpoint.terms.url != form.url);
    let url = match form.url.as_str() {
        "" => Some("Write where your receiver is, such as https://shop.example/binance-pay.".to_owned()),
        url if is_new => state.settings().url_policy.check(url).err().map(|why| sentence(&why)),
        _ => None,
    };
    let nothing = form.tells_all.is_none() || form.tells_all == Some(false) && events.is_all();
    let refused = Refused {
        url,
        events: nothing.then(|| "Tick what it is to be told of, or choose everything.".to_owned()),
        ..Refused::default()
    };
    if !refused.is_none() {
        return Err(refused);
    }
    let terms = EndpointTerms {
        url: form.url.clone(),
        description: form.description.clone(),
        events,
        tells_closed: form.tells_closed,
    };
    terms.check().map_err(|fault| refusal(fault.into()).unwrap_or_default())?;
    Ok(terms)
}

/// The form as an endpoint stands.
pub(super) fn of_terms(terms: &EndpointTerms) -> EndpointForm {
    let told = kind_ticks(|row| !terms.events.is_all() && terms.events.holds(row.kind));
    EndpointForm {
        url: terms.url.clone(),
        description: terms.description.clone(),
        tells_all: Some(terms.events.is_all()),
        events: told.into_iter().filter(|tick| tick.ticked).map(|tick| tick.value).collect(),
        tells_closed: terms.tells_closed,
    }
}

/// The form with what was typed.
pub(super) fn page(
    member: &Member,
    existing: Option<&WebhookEndpoint>,
    form: &EndpointForm,
    refused: Refused,
) -> WebhookFormPage {
    WebhookFormPage {
        chrome: member.chrome(Place::Webhooks),
        existing: existing.map(|endpoint| (endpoint.id.to_string(), endpoint_name(endpoint))),
        problems: refused.problems(),
        url: TextField { value: form.url.clone(), error: refused.url },
        description: TextField { value: form.description.clone(), error: refused.description },
        tells_all: form.tells_all == Some(true),
        events: kind_ticks(|row| form.events.iter().any(|code| code == row.code)),
        events_error: refused.events,
        tells_closed: form.tells_closed,
    }
}
