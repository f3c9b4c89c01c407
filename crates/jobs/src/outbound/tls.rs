//! TLS of the outbound client: rustls over aws-lc-rs, with the machine's own certificate authorities.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

/// A configuration that trusts what the machine trusts. Where the machine has no authorities (a bare container), every https
/// receiver is refused at its handshake, while http receivers of a sandbox still work.
pub(super) fn client_config() -> Result<ClientConfig, rustls::Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, unusable) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        tracing::warn!(
            errors = found.errors.len(),
            unusable,
            "no certificate authorities were found on this machine: https receivers cannot be reached; install ca-certificates or set SSL_CERT_FILE"
        );
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
