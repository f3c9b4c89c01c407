//! What is in one's wallets and what is moved between them, for oneself or for the merchant behind a token. Balances need
//! `BALANCE`, transfers `INTERNAL_TRANSFER`.

use std::borrow::Cow;

use countersign_wire::answers::{BalanceV1Answer, WalletTransferMade, WalletTransferResult};
use countersign_wire::endpoint::EndpointId;
use countersign_wire::requests::{BalanceV1, WalletTransfer, WalletTransferQuery};
use countersign_wire::{AuthorizationToken, WireDecimal};

use crate::client::Client;
use crate::error::ClientError;
use crate::on_behalf::OnBehalf;
use crate::query::Wallet;

impl Wallet {
    /// The wire's name for moving money into this wallet out of the other one.
    const fn into_it(self) -> &'static str {
        match self {
            Self::Spot => "TO_MAIN",
            Self::Funding => "TO_PAY",
        }
    }
}

fn one_balance(wallet: Wallet, currency: &str) -> BalanceV1<'_> {
    BalanceV1 { wallet: Cow::Borrowed(wallet.as_str()), currency: Cow::Borrowed(currency) }
}

fn asked_after(request_id: &str) -> WalletTransferQuery<'_> {
    WalletTransferQuery { tran_id: Cow::Borrowed(request_id) }
}

impl Client {
    /// `balance`, the older form: what can be spent in one currency, zero where nothing is held.
    pub async fn balance_v1(&self, wallet: Wallet, currency: &str) -> Result<BalanceV1Answer, ClientError> {
        self.act(EndpointId::BalanceV1, None, &one_balance(wallet, currency)).await
    }

    /// `wallet/transfer`: moves an amount of a currency into the wallet `to` out of the other one. `request_id` is the caller's
    /// own, 1 to 32 characters: the same call again moves nothing and answers what the first one did, so it is safe to try
    /// again when no answer came; with other parameters it is refused with 400001. Short of funds: 400611.
    pub async fn transfer(
        &self,
        request_id: &str,
        (amount, currency): (&WireDecimal<'_>, &str),
        to: Wallet,
    ) -> Result<WalletTransferMade, ClientError> {
        self.transfer_for(None, request_id, (amount, currency), to).await
    }

    /// `wallet/transfer/query`: what became of the transfer with this `request_id`; 400202 when there is none.
    pub async fn transfer_result(&self, request_id: &str) -> Result<WalletTransferResult, ClientError> {
        self.act(EndpointId::WalletTransferQuery, None, &asked_after(request_id)).await
    }

    async fn transfer_for(
        &self,
        token: Option<&AuthorizationToken>,
        request_id: &str,
        (amount, currency): (&WireDecimal<'_>, &str),
        to: Wallet,
    ) -> Result<WalletTransferMade, ClientError> {
        let asked = WalletTransfer {
            request_id: Cow::Borrowed(request_id),
            currency: Cow::Borrowed(currency),
            amount: amount.clone(),
            transfer_type: Cow::Borrowed(to.into_it()),
        };
        self.act(EndpointId::WalletTransfer, token, &asked).await
    }
}

impl OnBehalf<'_> {
    /// [`Client::balance_v1`] of the merchant.
    pub async fn balance_v1(&self, wallet: Wallet, currency: &str) -> Result<BalanceV1Answer, ClientError> {
        self.client.act(EndpointId::BalanceV1, Some(self.token), &one_balance(wallet, currency)).await
    }

    /// [`Client::transfer`] between the merchant's wallets; `request_id` is one of the merchant's.
    pub async fn transfer(
        &self,
        request_id: &str,
        (amount, currency): (&WireDecimal<'_>, &str),
        to: Wallet,
    ) -> Result<WalletTransferMade, ClientError> {
        self.client.transfer_for(Some(self.token), request_id, (amount, currency), to).await
    }

    /// [`Client::transfer_result`] among the merchant's transfers.
    pub async fn transfer_result(&self, request_id: &str) -> Result<WalletTransferResult, ClientError> {
        self.client.act(EndpointId::WalletTransferQuery, Some(self.token), &asked_after(request_id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_spelled_as_the_wire_does() {
        let spellings = [Wallet::Spot, Wallet::Funding].map(Wallet::into_it);
        assert_eq!(spellings.as_slice(), countersign_wire::requests::TRANSFER_TYPES);
    }
}
