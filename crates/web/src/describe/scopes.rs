//! Scopes as check boxes and sentences.

use countersign_domain::{Scope, ScopeSet};

use crate::view::{SCOPES, ScopeText, Tick, scope_text};

const fn code(scope: Scope) -> &'static str {
    match scope {
        Scope::Convert => "CONVERT",
        Scope::Refund => "REFUND",
        Scope::Checkout => "CHECKOUT",
        Scope::Payout => "PAYOUT",
        Scope::Report => "REPORT",
        Scope::InternalTransfer => "INTERNAL_TRANSFER",
        Scope::Balance => "BALANCE",
        Scope::DirectDebit => "DIRECT_DEBIT",
        Scope::ProfitSharing => "PROFIT_SHARING",
        Scope::SubMerchant => "SUB_MERCHANT",
    }
}

/// The scope that a check box with this value means.
fn scope_of(word: &str) -> Option<Scope> {
    Scope::ALL.into_iter().find(|scope| code(*scope) == word)
}

/// The scopes of the ticked boxes; `None` where a value is no scope, which no form of ours sends.
pub(crate) fn scope_set(words: &[String]) -> Option<ScopeSet> {
    words.iter().map(|word| scope_of(word)).collect()
}

/// The words for the scopes of a set, in the order pages show them.
pub(crate) fn scope_texts(scopes: ScopeSet) -> Vec<&'static ScopeText> {
    let held: Vec<&ScopeText> = scopes.iter().filter_map(|scope| scope_text(code(scope))).collect();
    SCOPES.iter().filter(|text| held.iter().any(|one| one.code == text.code)).collect()
}

/// The codes of a set, in the same order.
pub(crate) fn scope_codes(scopes: ScopeSet) -> Vec<String> {
    scope_texts(scopes).into_iter().map(|text| text.code.to_owned()).collect()
}

/// Check boxes for the `offered` scopes, of which those in `ticked` are ticked; `hint` chooses the sentence beside each.
pub(crate) fn scope_ticks(offered: ScopeSet, ticked: ScopeSet, hint: impl Fn(&ScopeText) -> &'static str) -> Vec<Tick> {
    let ticked = scope_texts(ticked);
    let tick = |text: &'static ScopeText| Tick {
        value: text.code.to_owned(),
        label: text.title.to_owned(),
        hint: hint(text).to_owned(),
        ticked: ticked.iter().any(|one| one.code == text.code),
    };
    scope_texts(offered).into_iter().map(tick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_its_words_and_is_found_again_by_its_code() {
        assert_eq!(scope_texts(ScopeSet::ALL).len(), Scope::ALL.len());
        for scope in Scope::ALL {
            assert_eq!(scope_of(code(scope)), Some(scope));
            assert!(scope_text(code(scope)).is_some(), "{scope:?}");
        }
        assert_eq!(scope_set(&["CHECKOUT".to_owned(), "nonsense".to_owned()]), None);
    }
}
