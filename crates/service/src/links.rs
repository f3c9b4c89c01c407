//! The addresses of our own pages, as they go into answers and mails.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use countersign_domain::id::AuthorizationId;

/// Builds links. Both bases are absolute and end without a slash.
#[derive(Debug, Clone)]
pub struct Links {
    base: String,
    deeplink_scheme: String,
}

impl Links {
    /// Links below `base`, such as `https://pay.example`, and deep links of `scheme` (`decisions.md` row 58).
    pub fn new(base: &str, deeplink_scheme: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), deeplink_scheme: deeplink_scheme.to_owned() }
    }

    /// The base of the merchant API and of every page.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The portal.
    pub fn portal(&self) -> String {
        format!("{}/portal", self.base)
    }

    /// Where a merchant decides on a request. The link grants nothing by itself.
    pub fn review(&self, id: AuthorizationId) -> String {
        format!("{}/portal/review-authorization?authId={id}", self.base)
    }

    /// Where a person sets the first password.
    pub fn welcome(&self, token: &str) -> String {
        format!("{}/portal/welcome?token={token}", self.base)
    }

    /// Where a payer meets an order.
    pub fn checkout(&self, checkout_token: &str) -> String {
        // Joined, not formatted: six links stand in the answer to every order.
        [&self.base, "/checkout/", checkout_token].concat()
    }

    /// The picture of the order's QR code.
    pub fn qr_image(&self, checkout_token: &str) -> String {
        [&self.base, "/checkout/", checkout_token, "/qr.png"].concat()
    }

    /// What the QR code says: a link to the checkout, for a phone without our app.
    pub fn qr_content(&self, checkout_token: &str) -> String {
        [&self.base, "/qr/", checkout_token].concat()
    }

    /// The link that opens a wallet app. It names no host: the scheme is the operator's own.
    pub fn deeplink(&self, checkout_token: &str) -> String {
        format!("{}://payment/secpay?tempToken={checkout_token}", self.deeplink_scheme)
    }

    /// The link that opens the app where there is one and the checkout elsewhere; `_dp` carries the deep link in base64
    /// without padding, as recorded (`clients.md` §5).
    pub fn universal(&self, checkout_token: &str) -> String {
        let deeplink = STANDARD_NO_PAD.encode(self.deeplink(checkout_token));
        [&self.base, "/payment/secpay?linkToken=", checkout_token, "&_dp=", &deeplink].concat()
    }
}
