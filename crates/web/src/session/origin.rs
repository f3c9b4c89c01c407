//! Whether a form was sent by one of our own pages, as far as the browser says.

use axum::http::{HeaderMap, header};

use crate::state::WebState;

/// Whether an unsafe request comes from another site. Browsers send `Sec-Fetch-Site` and `Origin` truthfully; where both
/// are missing the form's token alone decides.
pub(crate) fn is_foreign(state: &WebState, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let host = text(header::HOST.as_str());
    let is_own =
        origin == origin_of(state.platform().links.base()) || origin_host(origin).is_some_and(|own| Some(own) == host);
    !is_own
}

fn origin_host(origin: &str) -> Option<&str> {
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
}

/// Scheme, host and port of a base URL, which may have a path.
fn origin_of(base: &str) -> &str {
    let start = base.find("://").map_or(0, |at| at + 3);
    base[start..].find('/').map_or(base, |end| &base[..start + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_before_the_path() {
        assert_eq!(origin_of("https://pay.example/base"), "https://pay.example");
        assert_eq!(origin_of("http://127.0.0.1:8420"), "http://127.0.0.1:8420");
    }
}
