//! What forms bring back, by the field names of the templates.
//!
//! A handler takes the body as `axum::Form<Vec<(String, String)>>` (check boxes repeat their name), makes a [`FormData`] of it, compares
//! [`FormData::csrf`] with the session's token first, and reads the typed form. Nothing here judges values: lengths, addresses and
//! amounts are the use case's to refuse, so that pages and API refuse the same things.

mod refund;
mod sub_merchant;
mod webhook;

pub use refund::{RefundForm, RefundStep, RefundTold};
pub use sub_merchant::{SubMerchantForm, SubMerchantInput};
pub use webhook::{EndpointForm, RecoverForm, ResendForm};

/// More fields than any form of ours has, one with every country ticked twice included; what comes after is dropped.
const FIELDS_MAX: usize = 640;
/// More addresses than any list may have; what comes after is dropped, and the use case refuses the rest by its own bound.
const LINES_MAX: usize = 1_000;

/// The fields of a form. No `Debug`: there may be a password among them.
pub struct FormData {
    fields: Vec<(String, String)>,
}

impl FormData {
    /// Fields in the order they came.
    pub fn new(mut fields: Vec<(String, String)>) -> Self {
        fields.truncate(FIELDS_MAX);
        Self { fields }
    }

    /// The form's token; empty when it is missing, which no session has.
    pub fn csrf(&self) -> &str {
        self.first("csrf")
    }

    fn first(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// As typed; for passwords, where blanks count.
    fn exact(&self, name: &str) -> String {
        self.first(name).to_owned()
    }

    fn text(&self, name: &str) -> String {
        self.first(name).trim().to_owned()
    }

    fn optional(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    fn ticked(&self, name: &str) -> bool {
        !self.first(name).is_empty()
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// Lines of a text area, trimmed, blank ones left out; commas part too, because people paste lists.
    fn lines(&self, name: &str) -> Vec<String> {
        let parts = self.first(name).split(['\n', '\r', ',']);
        parts.map(str::trim).filter(|line| !line.is_empty()).take(LINES_MAX).map(str::to_owned).collect()
    }
}

/// One of our own paths to go to, or `None`: `next` comes from a link that anybody can write.
pub fn own_path(next: &str) -> Option<&str> {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_own = next.starts_with('/') && !next.starts_with("//");
    (plain && is_own).then_some(next)
}

/// [`crate::paths::SIGN_IN`].
pub struct SignInForm {
    /// E-mail address.
    pub email: String,
    /// As typed.
    pub password: String,
    /// Where to go; judge it with [`own_path`].
    pub next: String,
}

impl SignInForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { email: form.text("email"), password: form.exact("password"), next: form.text("next") }
    }
}

/// [`crate::paths::WELCOME`] and [`crate::paths::RESET_PASSWORD`].
pub struct SetPasswordForm {
    /// The one-time link's secret.
    pub token: String,
    /// As typed.
    pub password: String,
    /// As typed a second time.
    pub repeat: String,
}

impl SetPasswordForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { token: form.text("token"), password: form.exact("password"), repeat: form.exact("repeat") }
    }
}

/// [`crate::paths::FORGOT_PASSWORD`].
pub struct ForgotPasswordForm {
    /// E-mail address.
    pub email: String,
}

impl ForgotPasswordForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { email: form.text("email") }
    }
}

/// [`crate::paths::AUTHORIZATION_ADD`].
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorizationAddForm {
    /// Whom to ask.
    pub merchant_id: String,
    /// Scope codes.
    pub scopes: Vec<String>,
    /// Addresses and ranges as typed.
    pub addresses: Vec<String>,
}

impl AuthorizationAddForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { merchant_id: form.text("merchant_id"), scopes: form.all("scope"), addresses: form.lines("addresses") }
    }
}

/// Limits of a grant, part of two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsInput {
    /// The most one order may be, as typed.
    pub amount: Option<String>,
    /// The currency of that limit.
    pub currency: String,
    /// The last day, `YYYY-MM-DD` from a browser with a date field, anything from another.
    pub ends_on: Option<String>,
}

impl LimitsInput {
    fn read(form: &FormData) -> Self {
        Self {
            amount: form.optional("limit_amount"),
            currency: form.text("limit_currency"),
            ends_on: form.optional("ends_on"),
        }
    }
}

/// [`crate::paths::REVIEW_APPROVE`].
#[derive(Debug, PartialEq, Eq)]
pub struct ReviewApproveForm {
    /// Which request.
    pub authorization_id: String,
    /// Digest of what was shown.
    pub digest: String,
    /// Scopes left ticked.
    pub scopes: Vec<String>,
    /// Limits.
    pub limits: LimitsInput,
}

impl ReviewApproveForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self {
            authorization_id: form.text("auth_id"),
            digest: form.text("digest"),
            scopes: form.all("scope"),
            limits: LimitsInput::read(form),
        }
    }
}

/// [`crate::paths::REVIEW_REJECT`].
#[derive(Debug, PartialEq, Eq)]
pub struct ReviewRejectForm {
    /// Which request.
    pub authorization_id: String,
    /// Digest of what was shown.
    pub digest: String,
    /// Why.
    pub reason: Option<String>,
    /// Whether the provider may never ask again.
    pub block: bool,
}

impl ReviewRejectForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self {
            authorization_id: form.text("auth_id"),
            digest: form.text("digest"),
            reason: form.optional("reason"),
            block: form.ticked("block"),
        }
    }
}

/// [`crate::paths::vendor`].
#[derive(Debug, PartialEq, Eq)]
pub struct VendorNarrowForm {
    /// Scopes left ticked.
    pub scopes: Vec<String>,
    /// Addresses and ranges as typed.
    pub addresses: Vec<String>,
    /// Limits.
    pub limits: LimitsInput,
}

impl VendorNarrowForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { scopes: form.all("scope"), addresses: form.lines("addresses"), limits: LimitsInput::read(form) }
    }
}

/// [`crate::paths::vendor_disable`].
#[derive(Debug, PartialEq, Eq)]
pub struct VendorDisableForm {
    /// Whether the provider may never ask again.
    pub block: bool,
}

impl VendorDisableForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { block: form.ticked("block") }
    }
}

/// [`crate::paths::UNBLOCK`].
#[derive(Debug, PartialEq, Eq)]
pub struct UnblockForm {
    /// Which provider.
    pub provider_id: String,
}

impl UnblockForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { provider_id: form.text("provider_id") }
    }
}

/// [`crate::paths::API_KEY_ADD`].
#[derive(Debug, PartialEq, Eq)]
pub struct ApiKeyAddForm {
    /// Its name.
    pub name: String,
    /// Scope codes of the families it may call.
    pub access: Vec<String>,
    /// Addresses and ranges as typed.
    pub addresses: Vec<String>,
}

impl ApiKeyAddForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { name: form.text("name"), access: form.all("access"), addresses: form.lines("addresses") }
    }
}

/// [`crate::paths::checkout_confirm`].
#[derive(Debug, PartialEq, Eq)]
pub struct CheckoutConfirmForm {
    /// What to pay with.
    pub currency: String,
}

impl CheckoutConfirmForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { currency: form.text("currency") }
    }
}

/// [`crate::paths::checkout_pay`].
#[derive(Debug, PartialEq, Eq)]
pub struct CheckoutPayForm {
    /// The price that was confirmed.
    pub offer_id: String,
}

impl CheckoutPayForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { offer_id: form.text("offer") }
    }
}

/// [`crate::paths::WALLET_OPEN`].
#[derive(Debug, PartialEq, Eq)]
pub struct OpenLinkForm {
    /// A payment link as pasted.
    pub link: String,
}

impl OpenLinkForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { link: form.text("link") }
    }
}

/// [`crate::paths::CONSOLE_SIGN_IN`].
#[derive(Debug, PartialEq, Eq)]
pub struct ConsoleSignInForm {
    /// Which actor.
    pub actor: String,
}

impl ConsoleSignInForm {
    /// Reads the fields.
    pub fn read(form: &FormData) -> Self {
        Self { actor: form.text("actor") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_followed() {
        assert_eq!(own_path("/portal/review-authorization?authId=1"), Some("/portal/review-authorization?authId=1"));
        for foreign in ["", "portal", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\r\nb"] {
            assert_eq!(own_path(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn lists_of_addresses_are_read_as_people_paste_them() {
        let form =
            FormData::new(vec![("addresses".to_owned(), " 203.0.113.7,203.0.113.8\r\n\r\n2001:db8::/48 ".to_owned())]);
        assert_eq!(form.lines("addresses"), ["203.0.113.7", "203.0.113.8", "2001:db8::/48"]);
    }

    #[test]
    fn a_missing_token_is_empty_and_a_password_keeps_its_blanks() {
        let form = FormData::new(vec![("password".to_owned(), " a b ".to_owned())]);
        assert_eq!(form.csrf(), "");
        assert_eq!(SignInForm::read(&form).password, " a b ");
    }
}
