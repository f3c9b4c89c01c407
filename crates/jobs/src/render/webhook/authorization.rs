//! The data of `TECH_PROVIDER`.

use countersign_domain::event::AuthorizationEvent;
use countersign_domain::{Scope, ScopeSet};
use countersign_wire::webhooks::TechProviderData;
use countersign_wire::{AuthorizationToken, ScopeName};

pub(super) fn data(event: &AuthorizationEvent, token: AuthorizationToken) -> TechProviderData {
    TechProviderData {
        authorization_id: event.authorization_id.to_string(),
        authorization_token: token,
        merchant_id: event.merchant_id.get(),
        merchant_name: event.merchant_name.clone(),
        scopes: spellings(event.scopes),
    }
}

fn spellings(scopes: ScopeSet) -> Vec<String> {
    scopes.iter().map(|scope| spelling(scope).as_str().to_owned()).collect()
}

// `api` has the same table: `wire` knows no domain, `domain` no spellings, and neither of these two crates may use the
// other. Both tables are exhaustive and tested against `ScopeName::SPELLINGS`, so they cannot drift apart.
const fn spelling(scope: Scope) -> ScopeName {
    match scope {
        Scope::Convert => ScopeName::Convert,
        Scope::Refund => ScopeName::Refund,
        Scope::Checkout => ScopeName::Checkout,
        Scope::Payout => ScopeName::Payout,
        Scope::Report => ScopeName::Report,
        Scope::InternalTransfer => ScopeName::InternalTransfer,
        Scope::Balance => ScopeName::Balance,
        Scope::DirectDebit => ScopeName::DirectDebit,
        Scope::ProfitSharing => ScopeName::ProfitSharing,
        Scope::SubMerchant => ScopeName::SubMerchant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_its_own_spelling() {
        let printed = spellings(ScopeSet::ALL);
        assert_eq!(printed, ScopeName::SPELLINGS.map(str::to_owned));
    }
}
