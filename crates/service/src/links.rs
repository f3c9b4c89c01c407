//! The addresses of our own pages, as they go into answers and mails.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use countersign_domain::id::AuthorizationId;
use thiserror::Error;

/// Hexadecimal digits of a checkout token.
const TOKEN_LENGTH: usize = 32;

/// Why a text is no link to a payment here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkFault {
    /// Neither a web address nor a link for the wallet app.
    #[error("This is not a payment link.")]
    NoLink,
    /// A web address of somebody else.
    #[error("This link leads to {0}, which is not us.")]
    Elsewhere(String),
    /// Ours, but of no payment.
    #[error("This link does not lead to a payment.")]
    NoPayment,
}

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

    /// Where a person who forgot the password asks for a link.
    pub fn forgot_password(&self) -> String {
        format!("{}/portal/forgot-password", self.base)
    }

    /// Where a person sets a new password by a link from a mail.
    pub fn reset_password(&self, token: &str) -> String {
        format!("{}/portal/reset-password?token={token}", self.base)
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

    /// The token of the order that a link leads to: the inverse of [`Self::checkout`], [`Self::qr_content`],
    /// [`Self::deeplink`], [`Self::universal`] and what stands below them. `host` is another name by which we are reached.
    pub fn checkout_token(&self, link: &str, host: Option<&str>) -> Result<String, LinkFault> {
        let link = link.trim();
        let (scheme, rest) = link.split_once("://").ok_or(LinkFault::NoLink)?;
        if scheme.eq_ignore_ascii_case(&self.deeplink_scheme) {
            return token_of(rest).ok_or(LinkFault::NoPayment);
        }
        if !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) {
            return Err(LinkFault::NoLink);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let own = self.base.split_once("://").map(|(_, own)| own);
        if !own.into_iter().chain(host).any(|own| own.eq_ignore_ascii_case(authority)) {
            return Err(LinkFault::Elsewhere(authority.chars().take(64).collect()));
        }
        token_of(path).ok_or(LinkFault::NoPayment)
    }
}

/// The token in `checkout/…`, `qr/…` or `payment/secpay?…`.
fn token_of(path: &str) -> Option<String> {
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut segments = path.split('/');
    let token = match (segments.next()?, segments.next()?) {
        ("checkout" | "qr", token) => token,
        ("payment", "secpay") => query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| ["linkToken", "tempToken"].contains(name))
            .map(|(_, token)| token)?,
        _ => return None,
    };
    let is_token = token.len() == TOKEN_LENGTH && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then(|| token.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_of_an_order_leads_back_to_its_token() {
        let links = Links::new("https://pay.example:8443", "csbx");
        let token = "0123456789abcdef".repeat(2);
        let others = [
            format!("  HTTPS://Pay.Example:8443/checkout/{token}?lang=en#top\n"),
            format!("http://localhost:8420/qr/{}", token.to_uppercase()),
        ];
        let ours = [
            links.checkout(&token),
            links.qr_image(&token),
            links.qr_content(&token),
            links.deeplink(&token),
            links.universal(&token),
        ];
        for link in ours.iter().chain(&others) {
            assert_eq!(links.checkout_token(link, Some("localhost:8420")).as_ref(), Ok(&token), "{link}");
        }
    }

    #[test]
    fn other_texts_say_what_they_are() {
        let links = Links::new("https://pay.example", "csbx");
        let token = "0".repeat(32);
        let rows = [
            (String::new(), LinkFault::NoLink),
            (token.clone(), LinkFault::NoLink),
            (format!("javascript://pay.example/checkout/{token}"), LinkFault::NoLink),
            (format!("https://pay.example.evil/checkout/{token}"), LinkFault::Elsewhere("pay.example.evil".to_owned())),
            (format!("https://pay.example@evil/checkout/{token}"), LinkFault::Elsewhere("pay.example@evil".to_owned())),
            ("https://pay.example".to_owned(), LinkFault::NoPayment),
            (format!("https://pay.example/portal/{token}"), LinkFault::NoPayment),
            (format!("https://pay.example/checkout/{token}0"), LinkFault::NoPayment),
            ("https://pay.example/checkout/..%2F..%2Fportal%2Fwallet%2Fetc".to_owned(), LinkFault::NoPayment),
            ("csbx://payment/secpay?tempToken=".to_owned(), LinkFault::NoPayment),
        ];
        for (link, fault) in rows {
            assert_eq!(links.checkout_token(&link, None), Err(fault), "{link}");
        }
    }
}
