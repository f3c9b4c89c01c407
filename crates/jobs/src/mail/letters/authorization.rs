//! What became of a request for authority, and of the authority, to both sides. A mail never shows a token, and its link
//! grants nothing to whoever is not signed in.

use countersign_domain::Scope;
use countersign_domain::event::{AuthorizationChange, AuthorizationEvent};
use countersign_service::Links;

use crate::mail::letter::{Block, Letter, name_in_subject};

/// The letter to the provider's people, or to the merchant's.
pub(in crate::mail) fn authorization(event: &AuthorizationEvent, to_provider: bool, links: &Links) -> Letter {
    let writing = Writing { event, links };
    let (subject, preview, mut blocks) = match (event.change, to_provider) {
        (AuthorizationChange::Agreed, true) => writing.agreed_to_provider(),
        (AuthorizationChange::Agreed, false) => writing.agreed_to_merchant(),
        (AuthorizationChange::Changed, true) => writing.changed_to_provider(),
        (AuthorizationChange::Changed, false) => writing.changed_to_merchant(),
        (AuthorizationChange::Rejected, true) => writing.rejected_to_provider(),
        (AuthorizationChange::Rejected, false) => writing.rejected_to_merchant(),
        (AuthorizationChange::Disabled, true) => writing.disabled_to_provider(),
        (AuthorizationChange::Disabled, false) => writing.disabled_to_merchant(),
    };
    blocks.push(Block::Facts(vec![("Authorization", event.authorization_id.to_string())]));
    let account = if to_provider { &event.provider_name } else { &event.merchant_name };
    let because = format!("You are told because you act for {account}.");
    Letter { heading: subject.clone(), subject, preview, blocks, because }
}

type Written = (String, String, Vec<Block>);

struct Writing<'a> {
    event: &'a AuthorizationEvent,
    links: &'a Links,
}

impl Writing<'_> {
    fn provider(&self) -> &str {
        &self.event.provider_name
    }

    fn merchant(&self) -> &str {
        &self.event.merchant_name
    }

    fn scopes(&self) -> Block {
        Block::List(self.event.scopes.iter().map(|scope| words(scope).to_owned()).collect())
    }

    /// The provider's page of this authorization.
    fn details(&self, label: &'static str) -> Block {
        Block::Link { label, href: format!("{}/technical-vendor/{}", self.links.portal(), self.event.authorization_id) }
    }

    /// The merchant's page of this authorization.
    fn vendor(&self, label: &'static str) -> Block {
        Block::Link { label, href: format!("{}/vendors/{}", self.links.portal(), self.event.authorization_id) }
    }

    /// All authorizations that the merchant gave.
    fn vendors(&self, label: &'static str) -> Block {
        Block::Link { label, href: format!("{}/vendors", self.links.portal()) }
    }

    /// What only the merchant's people can know.
    fn unless_meant(&self) -> Block {
        Block::Caution(format!("If nobody at {} has agreed to this, withdraw it on that page now.", self.merchant()))
    }

    fn agreed_to_provider(&self) -> Written {
        let merchant = self.merchant();
        let blocks = vec![
            Block::Text(format!(
                "{merchant} has agreed to your request. From now on you can act for {merchant} within these permissions:"
            )),
            self.scopes(),
            Block::Text(
                "Send the authorization token with your calls. You find it in the portal and in the notification to your webhook:"
                    .to_owned(),
            ),
            self.details("See the authorization"),
        ];
        let subject = format!("{} has authorized you", name_in_subject(merchant));
        (subject, format!("From now on you can act for {merchant}."), blocks)
    }

    fn agreed_to_merchant(&self) -> Written {
        let (provider, merchant) = (self.provider(), self.merchant());
        let blocks = vec![
            Block::Text(format!(
                "{merchant} has authorized {provider}. From now on {provider} can act for {merchant} within these permissions:"
            )),
            self.scopes(),
            Block::Text("You can narrow this or withdraw it at any time; it takes effect at once:".to_owned()),
            self.vendor("Review this vendor"),
            self.unless_meant(),
        ];
        let subject = format!("{} can now act for {}", name_in_subject(provider), name_in_subject(merchant));
        (subject, "You can narrow this or withdraw it at any time.".to_owned(), blocks)
    }

    fn changed_to_provider(&self) -> Written {
        let merchant = self.merchant();
        let blocks = vec![
            Block::Text(format!(
                "{merchant} has changed what you may do. Your token stays the same. From now on these permissions count:"
            )),
            self.scopes(),
            Block::Text("The details stand in the portal:".to_owned()),
            self.details("See what changed"),
        ];
        let subject = format!("{} has changed your authorization", name_in_subject(merchant));
        (subject, "Your token stays the same; other permissions count from now on.".to_owned(), blocks)
    }

    fn changed_to_merchant(&self) -> Written {
        let (provider, merchant) = (self.provider(), self.merchant());
        let blocks = vec![
            Block::Text(format!("{merchant} has changed what {provider} may do. From now on these permissions count:")),
            self.scopes(),
            Block::Text("You can narrow this or withdraw it at any time; it takes effect at once:".to_owned()),
            self.vendor("Review this vendor"),
            self.unless_meant(),
        ];
        let (short_provider, short_merchant) = (name_in_subject(provider), name_in_subject(merchant));
        let subject = format!("What {short_provider} may do for {short_merchant} has changed");
        (subject, "Other permissions count from now on.".to_owned(), blocks)
    }

    fn rejected_to_provider(&self) -> Written {
        let merchant = self.merchant();
        let blocks = vec![
            Block::Text(format!("{merchant} has declined your request for these permissions:")),
            self.scopes(),
            Block::Text(format!(
                "Nothing was granted by this request; an authorization that was there before stays as it is. You can speak with {merchant} and ask again:"
            )),
            self.details("See the request"),
        ];
        let subject = format!("{} has declined your request", name_in_subject(merchant));
        (subject, "Nothing was granted by this request.".to_owned(), blocks)
    }

    fn rejected_to_merchant(&self) -> Written {
        let (provider, merchant) = (self.provider(), self.merchant());
        let blocks = vec![
            Block::Text(format!("{merchant} has declined a request from {provider} for these permissions:")),
            self.scopes(),
            Block::Text(format!(
                "Nothing was granted by this request; an authorization that was there before stays as it is. You see all of them here, and can block {provider} from asking again:"
            )),
            self.vendors("See all vendors"),
        ];
        let subject = format!("You have declined a request from {}", name_in_subject(provider));
        (subject, "Nothing was granted by this request.".to_owned(), blocks)
    }

    fn disabled_to_provider(&self) -> Written {
        let merchant = self.merchant();
        let blocks = vec![
            Block::Text(format!(
                "Your authorization to act for {merchant} has ended. Calls with its token are refused from now on. Orders that were accepted before are completed as usual."
            )),
            Block::Text(format!(
                "If you still need it, speak with {merchant} and ask again; an agreement then comes with a new token. The details stand in the portal:"
            )),
            self.details("See the authorization"),
        ];
        let subject = format!("Your authorization for {} has ended", name_in_subject(merchant));
        (subject, "Calls with its token are refused from now on.".to_owned(), blocks)
    }

    fn disabled_to_merchant(&self) -> Written {
        let (provider, merchant) = (self.provider(), self.merchant());
        let blocks = vec![
            Block::Text(format!(
                "{provider} can no longer act for {merchant}. New calls are refused from now on. Orders that were accepted before are completed as usual."
            )),
            Block::Text("You see this and every other authorization here:".to_owned()),
            self.vendors("See all vendors"),
        ];
        let subject = format!("{} can no longer act for {}", name_in_subject(provider), name_in_subject(merchant));
        (subject, "New calls are refused from now on.".to_owned(), blocks)
    }
}

/// A scope in a few words; the pages say more.
const fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::Convert => "Convert currencies",
        Scope::Refund => "Give refunds",
        Scope::Checkout => "Take payments",
        Scope::Payout => "Send payouts",
        Scope::Report => "Download reports",
        Scope::InternalTransfer => "Move funds between the merchant's own wallets",
        Scope::Balance => "See balances",
        Scope::DirectDebit => "Collect by direct debit",
        Scope::ProfitSharing => "Split payments",
        Scope::SubMerchant => "Manage sub-merchants",
    }
}
