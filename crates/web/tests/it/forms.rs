//! Templates and typed forms agree: what a browser would send from a rendered page is read back.

use countersign_web::forms::*;

use super::browser::fields_of;
use super::samples;

/// What a browser sends when the form with that action is submitted as it stands.
fn submitted(sample: &str, action: &str) -> FormData {
    let html = samples::all().into_iter().find(|one| one.name == sample).expect("a sample of that name").html;
    FormData::new(fields_of(&html, action))
}

#[test]
fn approving_sends_what_was_shown() {
    let data = submitted("review-change", "/portal/review-authorization/approve");
    assert_eq!(data.csrf(), "c5f0".repeat(8));
    let form = ReviewApproveForm::read(&data);
    assert_eq!(form.authorization_id, "210462863998500864");
    assert_eq!(form.digest, "9f".repeat(32));
    assert_eq!(form.scopes, ["CHECKOUT", "REFUND", "PAYOUT"], "a scope that ends is never sent");
    let limits = LimitsInput { amount: Some("500".to_owned()), currency: "USDT".to_owned(), ends_on: None };
    assert_eq!(form.limits, limits);
}

#[test]
fn rejecting_does_not_block_unless_asked() {
    let form = ReviewRejectForm::read(&submitted("review", "/portal/review-authorization/reject"));
    assert_eq!(form.authorization_id, "210462863998500864");
    assert_eq!((form.reason, form.block), (None, false));
}

#[test]
fn a_refused_form_brings_back_what_was_typed() {
    let form = AuthorizationAddForm::read(&submitted("provider-add-wrong", "/portal/technical-vendor/add"));
    assert_eq!(form.merchant_id, "100010000000x");
    assert_eq!(form.addresses, ["203.0.113.7", "203.0.113.300"]);
}

#[test]
fn a_sub_merchants_form_brings_back_every_control() {
    let form =
        SubMerchantForm::read(&submitted("sub-merchant-edit-wrong", "/portal/sub-merchants/2611210400000123/edit"));
    for (input, value) in [
        (SubMerchantInput::Name, "Tea House"),
        (SubMerchantInput::Category, "1001 Accommodation, food service"),
        (SubMerchantInput::Business, "partnership"),
        (SubMerchantInput::IncorporatedOn, "2020-05-01"),
        (SubMerchantInput::Countries, "Atlantis"),
        (SubMerchantInput::Address, ""),
    ] {
        assert_eq!(form.text(input), value, "{input:?}");
    }
    assert_eq!((form.countries, form.blocked), (vec!["SG".to_owned(), "DE".to_owned()], vec![]));
    assert_eq!((form.revision.as_str(), form.is_redraw), ("4", false), "sending it is not drawing it again");
}

#[test]
fn a_refund_carries_its_number_through_every_step() {
    let path = "/portal/orders/20480/refund";
    let typed = RefundForm::read(&submitted("order-refund-wrong", path));
    assert_eq!((typed.amount.as_str(), typed.reason.as_deref()), ("30", Some("The box was damp on arrival")));
    assert_eq!((typed.step, &typed.told), (RefundStep::Check, &None), "sending the form is not agreeing to it");
    let told = RefundForm::read(&submitted("order-refund-confirm", path));
    assert_eq!((told.amount.as_str(), told.reason.as_deref()), ("5", Some("The box was damp on arrival")), "as typed");
    let shown = RefundTold { amount: "30".to_owned(), commission: "0.3".to_owned() };
    assert_eq!((told.request_id, told.told), (typed.request_id, Some(shown)));
}

#[test]
fn an_endpoints_form_brings_back_its_terms() {
    let form = EndpointForm::read(&submitted("webhook-edit", "/portal/developers/webhook/77/edit"));
    assert_eq!(form.url, "https://harbour.example/binance-pay/webhook");
    assert_eq!((form.description.as_str(), form.tells_all, form.tells_closed), ("Web shop", Some(false), true));
    assert_eq!(form.events, ["PAY"]);
    let fresh = EndpointForm::read(&submitted("webhook-add", "/portal/developers/webhook/add"));
    assert!(
        fresh.tells_all == Some(true) && fresh.tells_closed && fresh.events.is_empty(),
        "told of everything unless said otherwise"
    );
}

#[test]
fn sending_again_carries_what_was_asked_for() {
    let resend = ResendForm::read(&submitted("delivery", "/portal/developers/deliveries/29383937493038367/resend"));
    assert_eq!(resend, ResendForm { to: None });
    let path = "/portal/developers/deliveries/recover";
    let since = "2026-11-16T08:12".to_owned();
    let first = RecoverForm { since: since.clone(), endpoint: Some("77".to_owned()), to: None, after: None };
    let data = submitted("recovered-part", path);
    let after = Some("29383937493038367".to_owned());
    assert_eq!(RecoverForm::read(&data), RecoverForm { after, ..first });
}

#[test]
fn narrowing_starts_from_what_is_in_force() {
    let form = VendorNarrowForm::read(&submitted("vendor", "/portal/vendors/210462863998500864"));
    assert_eq!(form.scopes, ["CHECKOUT", "REFUND", "BALANCE"]);
    assert_eq!(form.addresses, ["203.0.113.7", "2001:db8:4::/48"]);
    assert_eq!(form.limits.ends_on.as_deref(), Some("2026-12-31"));
}

#[test]
fn the_small_forms_carry_their_field() {
    let sign_in = SignInForm::read(&submitted("sign-in", "/portal/sign-in"));
    assert!(own_path(&sign_in.next).is_some());
    assert_eq!(SetPasswordForm::read(&submitted("welcome", "/portal/welcome")).token, "wlc_4f92");
    let key = ApiKeyAddForm::read(&submitted("api-key-add", "/portal/developers/api-keys/add"));
    assert_eq!(key.access, ["CHECKOUT", "REFUND"]);
    let unblock = UnblockForm::read(&submitted("blocked", "/portal/blocked-providers/unblock"));
    assert_eq!(unblock.provider_id, "1000100000666");
    let confirm = CheckoutConfirmForm::read(&submitted("checkout-confirm", "/checkout/c0ffee/confirm"));
    assert_eq!(confirm.currency, "USDT");
    let pay = CheckoutPayForm::read(&submitted("checkout-pay", "/checkout/c0ffee/pay"));
    assert_eq!(pay.offer_id, "210462863998500864");
    let link = OpenLinkForm::read(&submitted("wallet-wrong-link", "/portal/wallet/open"));
    assert_eq!(link.link, "https://pay.elsewhere.example/checkout/c0ffee");
    assert_eq!(ConsoleSignInForm::read(&submitted("console", "/sandbox/sign-in")).actor, "provider");
}
