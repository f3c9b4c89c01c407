//! Making a client, and what its `Debug` keeps to itself.

use countersign_client::{AuthorizationToken, Client, Config, SetupError};

fn config(base_url: &str, api_key: &str) -> Config {
    Config::new(base_url, api_key, "the-very-secret".to_owned())
}

#[test]
fn base_urls_are_judged() {
    for (url, reason) in [
        ("", "it does not parse as a URL"),
        ("127.0.0.1:8420", "it does not parse as a URL"),
        ("/binancepay", "it does not parse as a URL"),
        ("ftp://pay.example", "its scheme is neither http nor https"),
        ("http://pay.example/?a=1", "it has a query or a fragment"),
        ("http://pay.example/#top", "it has a query or a fragment"),
        ("http://user:password@pay.example/", "it has credentials"),
    ] {
        let error = Client::new(config(url, "key")).expect_err(url);
        assert!(matches!(&error, SetupError::BaseUrl { reason: found, .. } if *found == reason), "{url}: {error}");
        assert!(!error.to_string().contains("password"), "{error}");
    }
    for url in ["http://127.0.0.1:8420", "http://127.0.0.1:8420/", "http://localhost/pay/"] {
        let client = Client::new(config(url, "key")).expect(url);
        assert!(format!("{client:?}").contains(url.trim_end_matches('/')));
    }
}

/// No process-wide TLS provider is installed here, and none is needed. A machine without certificate authorities is told.
#[test]
fn https_needs_nothing_installed() {
    let made = Client::new(config("https://pay.example", "key"));
    assert!(matches!(made, Ok(_) | Err(SetupError::Tls(_))), "{made:?}");
}

#[test]
fn a_key_that_no_header_can_carry_is_refused() {
    for key in ["", "a\nb", "\u{0}"] {
        assert!(matches!(Client::new(config("http://pay.example", key)), Err(SetupError::ApiKey)), "{key:?}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let config = config("http://pay.example", "the-api-key");
    let client = Client::new(config.clone()).unwrap();
    let token = AuthorizationToken::new("the-token".into());
    let on_behalf = client.on_behalf_of(&token);
    let shown = format!("{config:?} {client:?} {on_behalf:?}");
    for secret in ["the-very-secret", "the-api-key", "the-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("pay.example"));
}

#[test]
fn clients_are_shared_between_tasks() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Client>();
    shared::<Config>();
}
