//! Ledger accounts, transfers and postings.

use countersign_domain::id::{LedgerAccountId, MerchantId, PayerId, TransferId};
use countersign_domain::ledger::{AccountRef, Owner, Part, PlatformAccount, Transfer, TransferKind, Wallet};
use countersign_domain::{Amount, Currency, Timestamp};

use super::decode;
use crate::{Locked, ReadTx, Row, StoreError, WriteTx};

statements! {
    OPEN = "ledger_account_open":
        "INSERT INTO ledger_accounts (id, owner_kind, owner_id, wallet, currency, available_minor, frozen_minor, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $6) ON CONFLICT DO NOTHING";
    FIND = "ledger_account_find":
        "SELECT id FROM ledger_accounts WHERE owner_kind = $1 AND owner_id = $2 AND wallet = $3 AND currency = $4";
    LOCK = "ledger_account_lock": "SELECT id, available_minor, frozen_minor FROM ledger_accounts WHERE id = $1 {for_update}";
    ADD = "ledger_account_add":
        "UPDATE ledger_accounts SET available_minor = available_minor + $1, frozen_minor = frozen_minor + $2, updated_at = $3
         WHERE id = $4 AND available_minor BETWEEN $5 AND $6 AND frozen_minor BETWEEN $7 AND $8";
    TRANSFER = "ledger_transfer_insert":
        "INSERT INTO ledger_transfers (id, kind, reference, posted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    POSTING = "ledger_posting_insert":
        "INSERT INTO ledger_postings (transfer_id, sequence, account_id, part, amount_minor) VALUES ($1, $2, $3, $4, $5)";
    BALANCES = "ledger_balances":
        "SELECT currency, available_minor, frozen_minor, updated_at FROM ledger_accounts
         WHERE owner_kind = $1 AND owner_id = $2 AND wallet = $3 ORDER BY currency";
    OF_TRANSFER = "ledger_postings_of_transfer":
        "SELECT a.owner_kind, a.owner_id, a.wallet, a.currency, p.part, p.amount_minor FROM ledger_postings p
         JOIN ledger_accounts a ON a.id = p.account_id WHERE p.transfer_id = $1 ORDER BY p.sequence";
    FIND_TRANSFER = "ledger_transfer_find": "SELECT id, posted_at FROM ledger_transfers WHERE kind = $1 AND reference = $2";
    CAUSE = "ledger_transfer_cause": "SELECT kind, reference FROM ledger_transfers WHERE id = $1";
    ACTIVITY = "ledger_activity":
        "SELECT t.id, t.kind, t.reference, t.posted_at, a.wallet, a.currency, p.part, p.amount_minor FROM ledger_accounts a
         JOIN ledger_postings p ON p.account_id = a.id JOIN ledger_transfers t ON t.id = p.transfer_id
         WHERE a.owner_kind = $1 AND a.owner_id = $2 AND t.id < $3 ORDER BY t.id DESC, p.sequence LIMIT $4";
    ACCOUNTS_PAGE = "ledger_accounts_page":
        "SELECT id, owner_kind, owner_id, wallet, currency, available_minor, frozen_minor FROM ledger_accounts WHERE id > $1 ORDER BY id LIMIT $2";
    SUMS = "ledger_sums_of_account":
        "SELECT part, CAST(SUM(amount_minor) AS BIGINT) FROM ledger_postings WHERE account_id = $1 GROUP BY part";
    TRANSFERS_PAGE = "ledger_transfers_page":
        "SELECT t.id, a.currency, CAST(SUM(p.amount_minor) AS BIGINT) FROM
         (SELECT id FROM ledger_transfers WHERE id > $1 ORDER BY id LIMIT $2) t
         LEFT JOIN ledger_postings p ON p.transfer_id = t.id LEFT JOIN ledger_accounts a ON a.id = p.account_id
         GROUP BY t.id, a.currency ORDER BY t.id";
}

const WALLETS: &[(&str, Wallet)] = &[("FUNDING", Wallet::Funding), ("SPOT", Wallet::Spot)];
pub(super) const PLATFORM: &[(&str, PlatformAccount)] = &[
    ("DEPOSITS", PlatformAccount::Deposits),
    ("COMMISSION", PlatformAccount::Commission),
    ("ROUNDING", PlatformAccount::Rounding),
    ("CONVERSION", PlatformAccount::Conversion),
];
const PARTS: &[(&str, Part)] = &[("AVAILABLE", Part::Available), ("FROZEN", Part::Frozen)];
const KINDS: &[(&str, TransferKind)] = &[
    ("DEPOSIT", TransferKind::Deposit),
    ("WITHDRAWAL", TransferKind::Withdrawal),
    ("ORDER_PAYMENT", TransferKind::OrderPayment),
    ("ORDER_REFUND", TransferKind::OrderRefund),
    ("ORDER_REFUND_HOLD", TransferKind::OrderRefundHold),
    ("WALLET_TRANSFER", TransferKind::WalletTransfer),
];
/// In the column of wallets, where the owner's number says whose debt it is.
const PROVIDER_DEBT: &str = "PROVIDER_DEBT";

/// The stored identity of an account: kind and number of the owner, and the wallet.
pub(super) fn columns(account: AccountRef) -> (&'static str, i64, &'static str) {
    match account {
        AccountRef::Wallet(Owner::Merchant(id), wallet) => ("MERCHANT", id.get(), decode::name_of(wallet, WALLETS)),
        AccountRef::Wallet(Owner::Payer(id), wallet) => ("PAYER", id.get(), decode::name_of(wallet, WALLETS)),
        AccountRef::ProviderDebt(id) => ("PLATFORM", id.get(), PROVIDER_DEBT),
        AccountRef::Platform(account) => ("PLATFORM", 0, decode::name_of(account, PLATFORM)),
    }
}

/// The account in the three columns from `column` on.
pub(super) fn account(row: &Row, column: usize) -> Result<AccountRef, StoreError> {
    let id = row.int(column + 1)?;
    Ok(match row.text(column)? {
        "MERCHANT" => {
            AccountRef::Wallet(Owner::Merchant(MerchantId::new(id)), decode::named(row, column + 2, WALLETS)?)
        }
        "PAYER" => AccountRef::Wallet(Owner::Payer(PayerId::new(id)), decode::named(row, column + 2, WALLETS)?),
        "PLATFORM" if row.text(column + 2)? == PROVIDER_DEBT => AccountRef::ProviderDebt(MerchantId::new(id)),
        "PLATFORM" => AccountRef::Platform(decode::named(row, column + 2, PLATFORM)?),
        _ => return Err(row.corrupt(column, "a kind of owner", "another text")),
    })
}

/// The name of a wallet, as stored.
pub fn wallet_name(wallet: Wallet) -> &'static str {
    decode::name_of(wallet, WALLETS)
}

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Free to spend.
    pub available: Amount,
    /// Held.
    pub frozen: Amount,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A balance under its lock.
#[derive(Debug, Clone, Copy)]
pub struct LockedBalance {
    /// The account.
    pub id: LedgerAccountId,
    /// Free to spend, in minor units.
    pub available_minor: i64,
    /// Held, in minor units.
    pub frozen_minor: i64,
}

/// The id of the account, which is opened with `new_id` where there is none. `None`: that id is taken, draw another.
pub fn open(
    tx: &mut dyn WriteTx,
    account: AccountRef,
    currency: Currency,
    new_id: impl FnOnce() -> LedgerAccountId,
    now: Timestamp,
) -> Result<Option<LedgerAccountId>, StoreError> {
    if let Some(id) = find(tx, account, currency)? {
        return Ok(Some(id));
    }
    let new_id = new_id();
    let (kind, owner, wallet) = columns(account);
    tx.execute(
        &OPEN,
        &[new_id.get().into(), kind.into(), owner.into(), wallet.into(), currency.code().into(), now.ms().into()],
    )?;
    find(tx, account, currency)
}

/// The id of the account, where it exists.
pub fn find(
    tx: &mut dyn ReadTx,
    account: AccountRef,
    currency: Currency,
) -> Result<Option<LedgerAccountId>, StoreError> {
    let (kind, owner, wallet) = columns(account);
    let row = tx.query_opt(&FIND, &[kind.into(), owner.into(), wallet.into(), currency.code().into()])?;
    row.map(|row| row.int(0).map(LedgerAccountId::new)).transpose()
}

/// Locks a balance on which something depends before it is moved. Accounts are locked in the order of their ids.
pub fn lock(tx: &mut dyn WriteTx, id: LedgerAccountId) -> Result<Locked<LockedBalance>, StoreError> {
    let row = tx.query_one(&LOCK, &[id.get().into()])?;
    let id = LedgerAccountId::new(row.int(0)?);
    Ok(Locked::new(LockedBalance { id, available_minor: row.int(1)?, frozen_minor: row.int(2)? }))
}

/// Adds to both parts of a balance in place, under the row's lock that the statement takes; false, and nothing is changed, where
/// a part would fall below zero or leave its range.
pub fn add(
    tx: &mut dyn WriteTx,
    id: LedgerAccountId,
    (available, frozen): (i64, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (Some(free), Some(held)) = (taking(available), taking(frozen)) else { return Ok(false) };
    let changed = tx.execute(
        &ADD,
        &[
            available.into(),
            frozen.into(),
            now.ms().into(),
            id.get().into(),
            free.0.into(),
            free.1.into(),
            held.0.into(),
            held.1.into(),
        ],
    )?;
    Ok(changed == 1)
}

/// Between what and what a part must be to take `change` and stay between zero and the largest number. `None`: no part can.
fn taking(change: i64) -> Option<(i64, i64)> {
    Some((change.min(0).checked_neg()?, i64::MAX - change.max(0)))
}

/// Inserts the head of a transfer; false where its id, or its cause, has been booked already.
pub fn insert_transfer(tx: &mut dyn WriteTx, transfer: &Transfer) -> Result<bool, StoreError> {
    let kind = decode::name_of(transfer.kind(), KINDS);
    Ok(tx.execute(
        &TRANSFER,
        &[transfer.id().get().into(), kind.into(), transfer.reference().into(), transfer.at().ms().into()],
    )? == 1)
}

/// Inserts one leg.
pub fn insert_posting(
    tx: &mut dyn WriteTx,
    transfer: TransferId,
    sequence: i64,
    account: LedgerAccountId,
    part: Part,
    minor: i64,
) -> Result<(), StoreError> {
    let part = decode::name_of(part, PARTS);
    tx.execute_one(&POSTING, &[transfer.get().into(), sequence.into(), account.get().into(), part.into(), minor.into()])
}

/// The balance of one wallet in one currency; nothing where it was never used.
pub fn balance(
    tx: &mut dyn ReadTx,
    owner: Owner,
    wallet: Wallet,
    currency: Currency,
) -> Result<Option<Balance>, StoreError> {
    Ok(balances(tx, owner, wallet)?.into_iter().find(|balance| balance.available.currency() == currency))
}

/// The balances of one wallet, by currency code.
pub fn balances(tx: &mut dyn ReadTx, owner: Owner, wallet: Wallet) -> Result<Vec<Balance>, StoreError> {
    let (kind, owner, wallet) = columns(AccountRef::Wallet(owner, wallet));
    let rows = tx.query(&BALANCES, &[kind.into(), owner.into(), wallet.into()])?;
    rows.iter()
        .map(|row| {
            Ok(Balance {
                available: decode::amount(row, 0, 1)?,
                frozen: decode::amount(row, 0, 2)?,
                updated_at: decode::timestamp(row, 3)?,
            })
        })
        .collect()
}

/// The id and instant of the transfer that a cause booked.
pub fn find_transfer(
    tx: &mut dyn ReadTx,
    kind: TransferKind,
    reference: i64,
) -> Result<Option<(TransferId, Timestamp)>, StoreError> {
    let row = tx.query_opt(&FIND_TRANSFER, &[decode::name_of(kind, KINDS).into(), reference.into()])?;
    row.map(|row| Ok((TransferId::new(row.int(0)?), decode::timestamp(&row, 1)?))).transpose()
}

/// What caused a transfer: its kind and what that refers to.
pub fn cause(tx: &mut dyn ReadTx, id: TransferId) -> Result<Option<(TransferKind, i64)>, StoreError> {
    let row = tx.query_opt(&CAUSE, &[id.get().into()])?;
    row.map(|row| Ok((decode::named(&row, 0, KINDS)?, row.int(1)?))).transpose()
}

/// The legs of a transfer, in order.
pub fn postings_of_transfer(
    tx: &mut dyn ReadTx,
    id: TransferId,
) -> Result<Vec<(AccountRef, Part, Amount)>, StoreError> {
    let rows = tx.query(&OF_TRANSFER, &[id.get().into()])?;
    rows.iter().map(|row| Ok((account(row, 0)?, decode::named(row, 4, PARTS)?, decode::amount(row, 3, 5)?))).collect()
}

/// One movement on one of an owner's wallets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// The transfer.
    pub transfer_id: TransferId,
    /// Why money moved.
    pub kind: TransferKind,
    /// What caused it.
    pub reference: i64,
    /// When.
    pub at: Timestamp,
    /// On which wallet.
    pub wallet: Wallet,
    /// On which part of it.
    pub part: Part,
    /// By how much.
    pub amount: Amount,
}

/// What moved on an owner's wallets in transfers below `before`, newest first.
pub fn activity(
    tx: &mut dyn ReadTx,
    owner: Owner,
    before: TransferId,
    limit: i64,
) -> Result<Vec<Activity>, StoreError> {
    let (kind, owner, _) = columns(AccountRef::Wallet(owner, Wallet::Funding));
    let rows = tx.query(&ACTIVITY, &[kind.into(), owner.into(), before.get().into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            Ok(Activity {
                transfer_id: TransferId::new(row.int(0)?),
                kind: decode::named(row, 1, KINDS)?,
                reference: row.int(2)?,
                at: decode::timestamp(row, 3)?,
                wallet: decode::named(row, 4, WALLETS)?,
                part: decode::named(row, 6, PARTS)?,
                amount: decode::amount(row, 5, 7)?,
            })
        })
        .collect()
}

/// An account as stored, for proofs.
#[derive(Debug, Clone, Copy)]
pub struct StoredAccount {
    /// Its id.
    pub id: LedgerAccountId,
    /// Whose it is.
    pub account: AccountRef,
    /// Stored free part.
    pub available: Amount,
    /// Stored held part.
    pub frozen: Amount,
}

/// Accounts after `after`, by id.
pub fn accounts_page(
    tx: &mut dyn ReadTx,
    after: LedgerAccountId,
    limit: i64,
) -> Result<Vec<StoredAccount>, StoreError> {
    let rows = tx.query(&ACCOUNTS_PAGE, &[after.get().into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            Ok(StoredAccount {
                id: LedgerAccountId::new(row.int(0)?),
                account: account(row, 1)?,
                available: decode::amount(row, 4, 5)?,
                frozen: decode::amount(row, 4, 6)?,
            })
        })
        .collect()
}

/// What the postings of an account sum to: free part, held part.
pub fn sums(tx: &mut dyn ReadTx, id: LedgerAccountId) -> Result<(i64, i64), StoreError> {
    let mut sums = (0, 0);
    for row in tx.query(&SUMS, &[id.get().into()])? {
        match decode::named(&row, 0, PARTS)? {
            Part::Available => sums.0 = row.int(1)?,
            Part::Frozen => sums.1 = row.int(1)?,
        }
    }
    Ok(sums)
}

/// What the legs of one transfer sum to in one currency; a transfer without legs has no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferSum {
    /// The transfer.
    pub id: TransferId,
    /// The currency, and what the legs in it sum to.
    pub sum: Option<(Currency, i64)>,
}

/// The sums of the next `limit` transfers after `after`, by id.
pub fn transfer_sums(tx: &mut dyn ReadTx, after: TransferId, limit: i64) -> Result<Vec<TransferSum>, StoreError> {
    let rows = tx.query(&TRANSFERS_PAGE, &[after.get().into(), limit.into()])?;
    rows.iter()
        .map(|row| {
            let sum = match row.opt_int(2)? {
                None => None,
                Some(sum) => Some((decode::currency(row, 1)?, sum)),
            };
            Ok(TransferSum { id: TransferId::new(row.int(0)?), sum })
        })
        .collect()
}
