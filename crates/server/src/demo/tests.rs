//! The walk against a sandbox of wax: what it prints, and that it notices every mischief.

use std::time::Duration;

use super::control::{Control, ControlError, MerchantKind};
use super::error::StepFailed;
use super::fake_sandbox::{CONTROL_TOKEN, FakeSandbox, Mischief};
use super::outcome::{BalanceChange, DemoOutcome, Target};
use super::run;
use super::transcript::Transcript;

async fn walk(mischief: Mischief, colours: bool) -> (anyhow::Result<DemoOutcome>, String) {
    let sandbox = FakeSandbox::start(mischief).await;
    let wait = if mischief == Mischief::NoWebhook { Duration::from_millis(20) } else { Duration::from_mins(1) };
    let target =
        Target { webhook_wait: wait, ..Target::new(sandbox.base_url.clone(), CONTROL_TOKEN.to_owned().into()) };
    let mut out = Vec::new();
    let outcome = run(target, &mut out, colours).await;
    let text = String::from_utf8(out).expect("text is printed");
    (outcome, without_ports(&text))
}

/// Both listeners have ports of their own each time.
fn without_ports(text: &str) -> String {
    const HOST: &str = "127.0.0.1:";
    let mut pieces = text.split(HOST);
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        assert!(digits > 0, "a port follows the host: {piece}");
        clean.push_str(HOST);
        clean.push_str("<port>");
        clean.push_str(&piece[digits..]);
    }
    clean
}

#[tokio::test]
async fn the_whole_walk_is_readable() {
    let (outcome, text) = walk(Mischief::None, false).await;
    insta::assert_snapshot!("walk", text);
    let outcome = outcome.expect("everything is as it should be");
    let expected = DemoOutcome {
        checks: outcome.checks,
        merchant: BalanceChange { before: 1_000_000_000, after: 1_001_000_000 },
        provider: BalanceChange { before: 1_000_000_000, after: 1_000_000_000 },
    };
    assert_eq!(outcome, expected);
    assert_eq!(text.matches('✓').count(), outcome.checks);
    for secret in ["4f92a767", "kkkkk", "sssss", CONTROL_TOKEN, "\x1b"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn colours_change_nothing_but_the_colour() {
    let (_, plain) = walk(Mischief::None, false).await;
    let (_, coloured) = walk(Mischief::None, true).await;
    assert!(coloured.contains("\x1b[32m✓\x1b[0m"));
    let stripped = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[36m"]
        .iter()
        .fold(coloured, |text, code| text.replace(code, ""));
    assert_eq!(stripped, plain);
}

#[tokio::test]
async fn every_mischief_is_noticed_at_its_step() {
    for (mischief, step, claim) in [
        (Mischief::EagerToken, 3, "the call is refused"),
        (Mischief::NoExplanation, 3, "the refusal is explained"),
        (Mischief::ForgedWebhook, 6, "its signature verifies"),
        (Mischief::NoWebhook, 6, "the webhook arrives"),
        (Mischief::WrongWallet, 12, "the merchant has 0.01 USDT more"),
        (Mischief::RefundTwice, 18, "the first answer comes again, marked as a repeat"),
        (Mischief::GreedyProvider, 20, "the provider has 0.003 USDT more than before the sale"),
        (Mischief::UndeadToken, 22, "the call is refused"),
        (Mischief::Twins, 24, "the call is refused"),
    ] {
        let (outcome, text) = walk(mischief, false).await;
        let error = outcome.expect_err("the walk notices");
        let failed: &StepFailed = error.downcast_ref().unwrap_or_else(|| panic!("{mischief:?}: {error:?}"));
        assert_eq!((failed.step, failed.claim.as_str()), (step, claim), "{mischief:?}: {failed}");
        assert_eq!(text.matches('✗').count(), 1, "{mischief:?}");
        let last = text.lines().rev().take(3).collect::<Vec<_>>();
        assert!(last[2].ends_with(&format!("✗ {claim}")), "{mischief:?}: {last:?}");
        assert!(!text.contains("4f92a767"), "{mischief:?}");
    }
}

#[tokio::test]
async fn a_webhook_that_does_not_come_is_looked_for() {
    let (outcome, _) = walk(Mischief::NoWebhook, false).await;
    let told = outcome.expect_err("the walk notices").to_string();
    assert!(told.contains("TECH_PROVIDER SUBMIT_AUTH_AGREE pending after 1 tries (last status 503)"), "{told}");
}

#[tokio::test]
async fn the_control_client_tells_refusals_from_nonsense() {
    let sandbox = FakeSandbox::start(Mischief::None).await;
    let control = |token: &str| {
        Control::new(&sandbox.base_url, &token.to_owned().into(), Transcript::default())
            .map_err(|error| error.to_string())
    };
    let refused = control("other").unwrap().merchant(MerchantKind::Merchant, "x").await.err();
    assert!(
        matches!(&refused, Some(ControlError::Refused { path, http_status: 401, error }) if path == "/sandbox/v1/accounts" && error == "wrong token"),
        "{refused:?}"
    );
    assert!(control("line\nbreak").is_err());

    let control = control(CONTROL_TOKEN).unwrap();
    let payer = control.payer("Paula").await.unwrap();
    assert_eq!((payer.binance_id.as_str(), payer.name.as_str()), ("354205155", "Paula"));
    assert_eq!(control.credit("354205155", "USDT", "5").await.unwrap(), "5");
    let deliveries = control.deliveries("1").await.unwrap();
    assert_eq!((deliveries[0].state.as_str(), deliveries[0].attempts), ("pending", 1));
}
