//! The devices on which people signed in before. Only a hash of a device's cookie and its user is stored.

use countersign_domain::Timestamp;
use countersign_domain::id::UserId;

use crate::{ReadTx, StoreError, WriteTx};

statements! {
    SEE = "sign_in_device_see": "UPDATE sign_in_devices SET seen_at = $1 WHERE user_id = $2 AND token_hash = $3";
    INSERT = "sign_in_device_insert":
        "INSERT INTO sign_in_devices (user_id, token_hash, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    KEEP_NEWEST = "sign_in_device_keep_newest":
        "DELETE FROM sign_in_devices WHERE user_id = $1 AND token_hash NOT IN
         (SELECT token_hash FROM sign_in_devices WHERE user_id = $2 ORDER BY seen_at DESC, token_hash LIMIT $3)";
    FORGET = "sign_in_device_forget": "DELETE FROM sign_in_devices WHERE user_id = $1";
    COUNT_SINCE = "sign_in_device_count_since":
        "SELECT COUNT(*) FROM sign_in_devices WHERE user_id = $1 AND seen_at > $2";
    COUNT = "sign_in_device_count": "SELECT COUNT(*) FROM sign_in_devices WHERE user_id = $1";
}

/// The most devices of one person; one more takes the place of the one that was not seen for longest.
pub const DEVICES_MAX: i64 = 20;

/// Notes that `user` signed in on a device and tells whether it was known.
pub fn see(tx: &mut dyn WriteTx, user: UserId, token_hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    if tx.execute(&SEE, &[now.ms().into(), user.get().into(), token_hash.into()])? > 0 {
        return Ok(true);
    }
    tx.execute(&INSERT, &[user.get().into(), token_hash.into(), now.ms().into()])?;
    tx.execute(&KEEP_NEWEST, &[user.get().into(), user.get().into(), DEVICES_MAX.into()])?;
    Ok(false)
}

/// Forgets every device of a person.
pub fn forget_of_user(tx: &mut dyn WriteTx, user: UserId) -> Result<u64, StoreError> {
    tx.execute(&FORGET, &[user.get().into()])
}

/// On how many devices a person was seen since.
pub fn count_since(tx: &mut dyn ReadTx, user: UserId, since: Timestamp) -> Result<i64, StoreError> {
    tx.query_one(&COUNT_SINCE, &[user.get().into(), since.ms().into()])?.int(0)
}

/// How many devices of a person are known.
pub fn count(tx: &mut dyn ReadTx, user: UserId) -> Result<i64, StoreError> {
    tx.query_one(&COUNT, &[user.get().into()])?.int(0)
}
