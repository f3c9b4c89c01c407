//! The ledger's postings of an order as its merchant sees them: those on its own accounts, and what others got of its commission.

use countersign_domain::ledger::{AccountRef, Owner, Part, PlatformAccount};
use countersign_domain::{Amount, Timestamp};

use super::Dossier;
use super::dossier::{Booked, BookedFor};
use crate::describe::{money, wallet_name};
use crate::pages::PostingLine;
use crate::view::Moment;

/// What the legs of a transfer are called: on the merchant's free part, on its held part, the platform's, the provider's.
const fn words(of: BookedFor) -> [&'static str; 4] {
    match of {
        BookedFor::Payment => ["Payment", "", "Commission", "Fee share"],
        BookedFor::Refund => ["Refund", "", "Commission back", "Fee share back"],
        BookedFor::Hold => ["Refund", "Held for the payer", "Commission back", "Fee share back"],
        BookedFor::Release => ["", "Brought to the payer", "", ""],
    }
}

impl Dossier {
    /// Oldest first.
    pub(crate) fn postings(&self, now: Timestamp) -> Vec<PostingLine> {
        self.booked.iter().flat_map(|booked| self.lines(booked, now)).collect()
    }

    fn lines(&self, booked: &Booked, now: Timestamp) -> Vec<PostingLine> {
        let [free, held, commission, share] = words(booked.of);
        let line = |what: &str, account: &str, amount: Amount, is_own: bool| PostingLine {
            what: what.to_owned(),
            account: account.to_owned(),
            amount: money(amount),
            at: Moment::at(booked.at.ms(), now.ms()),
            is_own,
        };
        let provider = self.order.on_behalf.map(|by| by.provider_id);
        let (mut lines, mut shared) = (Vec::new(), None::<Amount>);
        for &(account, part, amount) in &booked.legs {
            match account {
                AccountRef::Wallet(Owner::Merchant(id), wallet) if id == self.order.merchant_id => match part {
                    Part::Available => lines.push(line(free, wallet_name(wallet), amount, true)),
                    Part::Frozen => lines.push(line(held, &format!("{}, on hold", wallet_name(wallet)), amount, true)),
                },
                AccountRef::Platform(PlatformAccount::Commission) => {
                    lines.push(line(commission, "The platform", amount, false));
                }
                // What the provider gets may pay off what it owes, and what it gives back it may owe: its share is the sum.
                AccountRef::Wallet(Owner::Merchant(id), _) | AccountRef::ProviderDebt(id) if Some(id) == provider => {
                    let before = shared.map_or(0, Amount::minor);
                    shared = Some(Amount::from_minor(before + amount.minor(), amount.currency()));
                }
                // The payer's, and how the platform converts: no merchant's business.
                AccountRef::Wallet(..) | AccountRef::ProviderDebt(_) | AccountRef::Platform(_) => {}
            }
        }
        let whose = self.provider.as_deref().unwrap_or_default();
        lines.extend(shared.map(|shared| line(share, whose, shared, false)));
        lines
    }
}
