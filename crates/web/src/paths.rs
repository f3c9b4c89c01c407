//! Where each page lives and where each form goes: the one list of addresses shared by templates, handlers and mail.
//!
//! Constants are whole paths, functions put a public id into one. Ids are digits or letters (never user text), so no escaping is needed;
//! anything else is percent-encoded by [`segment`].

use std::fmt::Write as _;

/// Signing in (GET form, POST).
pub const SIGN_IN: &str = "/portal/sign-in";
/// Signing out (POST); leads to [`SIGNED_OUT`].
pub const SIGN_OUT: &str = "/portal/sign-out";
/// After signing out.
pub const SIGNED_OUT: &str = "/portal/signed-out";
/// Setting a password from a one-time link, `?token=…` (GET form, POST).
pub const WELCOME: &str = "/portal/welcome";
/// Asking for a link to set a new password (GET form, POST); leads to [`LINK_SENT`].
pub const FORGOT_PASSWORD: &str = "/portal/forgot-password";
/// After asking.
pub const LINK_SENT: &str = "/portal/forgot-password/sent";
/// Setting a new password from a link in a mail, `?token=…` (GET form, POST).
pub const RESET_PASSWORD: &str = "/portal/reset-password";
/// The dashboard.
pub const HOME: &str = "/portal";
/// Order list; `?before=` and `?after=` carry keyset cursors, `?q=` searches, `?state=`, `?from=` and `?to=` filter.
pub const ORDERS: &str = "/portal/orders";
/// A provider's authorizations ("Partner Features → Technical Vendor").
pub const AUTHORIZATIONS: &str = "/portal/technical-vendor";
/// *Add authorization* (GET form, POST).
pub const AUTHORIZATION_ADD: &str = "/portal/technical-vendor/add";
/// A channel partner's sub-merchants ("Partner Feature → Sub Merchant Accounts"); `?q=` searches, `?state=` filters, cursors as
/// in [`ORDERS`].
pub const SUB_MERCHANTS: &str = "/portal/sub-merchants";
/// A new sub-merchant (GET asks what kind first, then the form; POST).
pub const SUB_MERCHANT_ADD: &str = "/portal/sub-merchants/add";
/// The merchant's review page, `?authId=…`; it keeps the wire's last segment and parameter (`spec/partner.md` §4.4).
pub const REVIEW: &str = "/portal/review-authorization";
/// Approving (POST).
pub const REVIEW_APPROVE: &str = "/portal/review-authorization/approve";
/// Rejecting (POST).
pub const REVIEW_REJECT: &str = "/portal/review-authorization/reject";
/// A merchant's vendors.
pub const VENDORS: &str = "/portal/vendors";
/// Blocked providers.
pub const BLOCKED: &str = "/portal/blocked-providers";
/// Unblocking (POST).
pub const UNBLOCK: &str = "/portal/blocked-providers/unblock";
/// API keys.
pub const API_KEYS: &str = "/portal/developers/api-keys";
/// A new API key (GET form, POST; the POST answers with the page that shows the secret once).
pub const API_KEY_ADD: &str = "/portal/developers/api-keys/add";
/// Webhook endpoints; mails lead here too.
pub const WEBHOOKS: &str = "/portal/developers/webhook";
/// A new webhook endpoint (GET form, POST).
pub const WEBHOOK_ADD: &str = "/portal/developers/webhook/add";
/// The log of webhook deliveries; `?state=`, `?type=`, `?endpoint=`, `?from=` and `?to=` filter, cursors as in [`ORDERS`].
pub const DELIVERIES: &str = "/portal/developers/deliveries";
/// Sending again what failed, `?since=…&endpoint=…` (GET asks, POST does).
pub const DELIVERIES_RECOVER: &str = "/portal/developers/deliveries/recover";
/// The operator's trial balance.
pub const TRIAL_BALANCE: &str = "/portal/trial-balance";
/// A payer's wallet.
pub const WALLET: &str = "/portal/wallet";
/// Opening a payment link that was pasted (POST).
pub const WALLET_OPEN: &str = "/portal/wallet/open";
/// The sandbox's console.
pub const CONSOLE: &str = "/";
/// The sandbox's mailbox.
pub const MAIL: &str = "/sandbox/mail";
/// Where the mailbox was before; leads to [`MAIL`].
pub const OLD_MAIL: &str = "/mail";
/// Signing in as a seeded actor (POST, sandbox only); field `actor`.
pub const CONSOLE_SIGN_IN: &str = "/sandbox/sign-in";
/// Our own files.
pub const ASSETS: &str = "/portal/assets";

/// One order.
pub fn order(order_id: &str) -> String {
    format!("{ORDERS}/{}", segment(order_id))
}

/// Refunding an order (GET form; POST shows what it comes to, then does it).
pub fn order_refund(order_id: &str) -> String {
    format!("{}/refund", order(order_id))
}

/// Closing an order (GET asks, POST does).
pub fn order_close(order_id: &str) -> String {
    format!("{}/close", order(order_id))
}

/// A provider's view of one authorization (*Details*).
pub fn authorization(authorization_id: &str) -> String {
    format!("{AUTHORIZATIONS}/{}", segment(authorization_id))
}

/// Revealing an authorization's token (POST; answers with the details page, token shown).
pub fn authorization_reveal(authorization_id: &str) -> String {
    format!("{}/reveal", authorization(authorization_id))
}

/// Cancelling a pending request (GET asks, POST does).
pub fn authorization_cancel(authorization_id: &str) -> String {
    format!("{}/cancel", authorization(authorization_id))
}

/// One sub-merchant.
pub fn sub_merchant(sub_merchant_id: &str) -> String {
    format!("{SUB_MERCHANTS}/{}", segment(sub_merchant_id))
}

/// Rewriting a sub-merchant (GET form, POST).
pub fn sub_merchant_edit(sub_merchant_id: &str) -> String {
    format!("{}/edit", sub_merchant(sub_merchant_id))
}

/// Suspending a sub-merchant (GET asks, POST does).
pub fn sub_merchant_suspend(sub_merchant_id: &str) -> String {
    format!("{}/suspend", sub_merchant(sub_merchant_id))
}

/// Letting a suspended sub-merchant sell again (POST).
pub fn sub_merchant_resume(sub_merchant_id: &str) -> String {
    format!("{}/resume", sub_merchant(sub_merchant_id))
}

/// The review page of one request, as mails and pages link it.
pub fn review(authorization_id: &str) -> String {
    format!("{REVIEW}?authId={}", segment(authorization_id))
}

/// A merchant's view of one vendor (GET, POST narrows).
pub fn vendor(authorization_id: &str) -> String {
    format!("{VENDORS}/{}", segment(authorization_id))
}

/// Freezing a vendor (POST).
pub fn vendor_freeze(authorization_id: &str) -> String {
    format!("{}/freeze", vendor(authorization_id))
}

/// Unfreezing a vendor (POST).
pub fn vendor_unfreeze(authorization_id: &str) -> String {
    format!("{}/unfreeze", vendor(authorization_id))
}

/// Disabling a vendor for good (GET asks, POST does).
pub fn vendor_disable(authorization_id: &str) -> String {
    format!("{}/disable", vendor(authorization_id))
}

/// Deleting an API key (POST).
pub fn api_key_delete(key_id: &str) -> String {
    format!("{API_KEYS}/{}/delete", segment(key_id))
}

/// The refused calls of an API key.
pub fn refused_calls(key_id: &str) -> String {
    format!("{API_KEYS}/{}/refused", segment(key_id))
}

/// One refused call of an API key.
pub fn refused_call(key_id: &str, number: &str) -> String {
    format!("{}/{}", refused_calls(key_id), segment(number))
}

/// A webhook endpoint in the list of them.
pub fn webhook(endpoint_id: &str) -> String {
    format!("{WEBHOOKS}#endpoint-{}", segment(endpoint_id))
}

/// Saying something else of a webhook endpoint (GET form, POST).
pub fn webhook_edit(endpoint_id: &str) -> String {
    format!("{WEBHOOKS}/{}/edit", segment(endpoint_id))
}

/// Enabling a webhook endpoint (POST); leads to what it missed.
pub fn webhook_enable(endpoint_id: &str) -> String {
    format!("{WEBHOOKS}/{}/enable", segment(endpoint_id))
}

/// Disabling a webhook endpoint (POST).
pub fn webhook_disable(endpoint_id: &str) -> String {
    format!("{WEBHOOKS}/{}/disable", segment(endpoint_id))
}

/// Removing a webhook endpoint (GET asks, POST does).
pub fn webhook_remove(endpoint_id: &str) -> String {
    format!("{WEBHOOKS}/{}/remove", segment(endpoint_id))
}

/// One delivery.
pub fn delivery(delivery_id: &str) -> String {
    format!("{DELIVERIES}/{}", segment(delivery_id))
}

/// Sending a delivery again (POST).
pub fn delivery_resend(delivery_id: &str) -> String {
    format!("{}/resend", delivery(delivery_id))
}

/// The deliveries of one webhook endpoint.
pub fn deliveries_of(endpoint_id: &str) -> String {
    format!("{DELIVERIES}?endpoint={}", segment(endpoint_id))
}

/// Sending again what failed since a minute, of one endpoint or, where that is empty, of all.
pub fn recover(since: &str, endpoint_id: &str) -> String {
    format!("{DELIVERIES_RECOVER}?since={}&endpoint={}", segment(since), segment(endpoint_id))
}

/// The receipt of one order, for whoever paid it.
pub fn receipt(order_id: &str) -> String {
    format!("{WALLET}/payments/{}", segment(order_id))
}

/// The hosted checkout of one order.
pub fn checkout(token: &str) -> String {
    format!("/checkout/{}", segment(token))
}

/// The same with the choice of what to pay with, also where a price is locked.
pub fn checkout_choose(token: &str) -> String {
    format!("{}?choose=1", checkout(token))
}

/// What happens to one order, as server-sent events.
pub fn checkout_events(token: &str) -> String {
    format!("{}/events", checkout(token))
}

/// Confirming a price (POST): the rate is locked from here.
pub fn checkout_confirm(token: &str) -> String {
    format!("{}/confirm", checkout(token))
}

/// Paying (POST).
pub fn checkout_pay(token: &str) -> String {
    format!("{}/pay", checkout(token))
}

/// The sign-in page that leads back to `next`, one of our own paths.
pub fn sign_in_then(next: &str) -> String {
    format!("{SIGN_IN}?next={}", segment(next))
}

/// One message of the sandbox's mailbox.
pub fn mail_message(message_id: &str) -> String {
    format!("{MAIL}/{}", segment(message_id))
}

/// The HTML part of one message of the sandbox's mailbox, framed by its page.
pub fn mail_html(message_id: &str) -> String {
    format!("{}/html", mail_message(message_id))
}

/// Percent-encodes everything but letters, digits and `-_.~` (RFC 3986 §2.3).
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_segment() {
        assert_eq!(order("../x?y"), "/portal/orders/..%2Fx%3Fy");
        assert_eq!(review("210"), "/portal/review-authorization?authId=210");
        assert_eq!(sign_in_then("/checkout/a"), "/portal/sign-in?next=%2Fcheckout%2Fa");
    }
}
