//! Identities come back as they were written, and the last one written counts.

use countersign_domain::Timestamp;
use countersign_domain::id::PayerId;
use countersign_domain::payer_identity::{KycState, PayerKind};
use countersign_store::queries::payer_identities::{self, StoredIdentity};
use countersign_store::queries::payers;
use countersign_store::{ReadTx, WriteTx};

use crate::conformance::Open;
use crate::support::{Refused, command, options};

const PAYER: PayerId = PayerId::new(300_000_001);

fn identity(kind: PayerKind, kyc: KycState, sealed: &[u8]) -> StoredIdentity {
    StoredIdentity { kind, kyc, sealed: sealed.to_vec() }
}

pub(crate) fn a_payers_identity_takes_the_place_of_the_one_before<G>(open: Open<'_, G>) {
    let opened = open(&options());
    let now = Timestamp::from_ms(7);
    let made = opened.store.write_blocking("payer", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
        assert!(payers::insert(tx, PAYER, "Ann", now)?);
        Ok(())
    });
    made.unwrap();
    let get = || {
        let read = opened.store.read_blocking("get", |tx: &mut dyn ReadTx| -> Result<_, Refused> {
            Ok(payer_identities::get(tx, PAYER)?)
        });
        read.unwrap()
    };
    assert!(get().is_none());
    for (kind, kyc, sealed) in [
        (PayerKind::Individual, KycState::Incomplete, b"one".as_slice()),
        (PayerKind::Individual, KycState::Complete, b"\x00\xff"),
        (PayerKind::Corporate, KycState::Complete, b""),
    ] {
        let put = opened.store.write_blocking("put", command(), move |tx: &mut dyn WriteTx| -> Result<(), Refused> {
            Ok(payer_identities::put(tx, PAYER, &identity(kind, kyc, sealed), now)?)
        });
        put.unwrap();
        assert!(get() == Some(identity(kind, kyc, sealed)), "{kind:?} {kyc:?}");
    }
}
