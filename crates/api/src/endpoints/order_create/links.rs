//! The links of a created order: all of them, always (clients.md A3).

use countersign_service::Links;

pub(super) struct OrderLinks {
    pub(super) qrcode_link: String,
    pub(super) qr_content: String,
    pub(super) checkout_url: String,
    pub(super) deeplink: String,
    pub(super) universal_url: String,
}

impl OrderLinks {
    /// The links of the order behind `token`, the caller's query string appended where one was sent.
    pub(super) fn of(links: &Links, token: &str, attach: Option<&str>) -> Self {
        let attach = attach.map(|attach| attach.trim_start_matches(['?', '&'])).filter(|attach| !attach.is_empty());
        let mut universal_url = links.universal(token);
        if let Some(attach) = attach {
            universal_url.push('&');
            universal_url.push_str(attach);
        }
        Self {
            qrcode_link: links.qr_image(token),
            qr_content: links.qr_content(token),
            checkout_url: links.checkout(token),
            deeplink: links.deeplink(token),
            universal_url,
        }
    }
}
