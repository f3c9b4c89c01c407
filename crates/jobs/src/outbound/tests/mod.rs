//! The outbound client against everything that leads where it must not go: addresses, spellings, names, redirects.

mod addresses;
mod connecting;
mod registries;
mod urls;

use countersign_domain::AddressList;

use super::policy::OutboundPolicy;

/// The policy of `serve` with these ranges opened.
fn serve(allow: &[&str]) -> OutboundPolicy {
    OutboundPolicy::Serve {
        allow_http: false,
        allow: AddressList::parse(allow.iter().copied()).expect("the test's list is well-formed"),
    }
}

/// The tables' sizes, as they are quoted: whoever adds a row says so here.
#[test]
fn the_tables_have_the_size_that_is_quoted() {
    let sizes = [
        addresses::ADDRESSES.len(),
        registries::BLOCKS.len(),
        addresses::CARRIED.len(),
        urls::URLS.len(),
        urls::OPENED.len(),
    ];
    assert_eq!(sizes, [216, 55, 15, 257, 29]);
    assert_eq!(sizes.iter().sum::<usize>(), 572, "rows in all");
}
