//! A channel partner's sub-merchants, for oneself or for the partner behind a token. Needs `SUB_MERCHANT`.

use std::borrow::Cow;

use countersign_wire::AuthorizationToken;
use countersign_wire::answers::{SubMerchant, SubMerchantId};
use countersign_wire::endpoint::{Endpoint, EndpointId};
use countersign_wire::requests::{SubMerchantQuery, SubMerchantWrite};

use crate::call::body_of;
use crate::client::Client;
use crate::error::ClientError;
use crate::on_behalf::OnBehalf;

/// Which sub-merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubMerchantReference<'a> {
    /// By the id that [`Client::sub_merchant_add`] answered; 400102 when the partner has none such.
    Id(i64),
    /// By its name under the acting partner.
    Name(&'a str),
}

impl<'a> SubMerchantReference<'a> {
    fn question(self) -> SubMerchantQuery<'a> {
        match self {
            Self::Id(id) => {
                SubMerchantQuery { sub_merchant_id: Some(Cow::Owned(id.to_string())), sub_merchant_name: None }
            }
            Self::Name(name) => {
                SubMerchantQuery { sub_merchant_id: None, sub_merchant_name: Some(Cow::Borrowed(name)) }
            }
        }
    }
}

impl Client {
    /// `submerchant/add`: enrols a sub-merchant and answers its id. A name that the partner has used, apart from case, width
    /// and blanks, is refused with 400205; accounts that are no channel partner with 400203.
    pub async fn sub_merchant_add(&self, new: &SubMerchantWrite<'_>) -> Result<i64, ClientError> {
        self.add_for(None, new).await
    }

    /// `submerchant/modify`: rewrites the sub-merchant as a whole; what `change` leaves out is gone.
    pub async fn sub_merchant_modify(&self, id: i64, change: &SubMerchantWrite<'_>) -> Result<i64, ClientError> {
        self.modify_for(None, id, change).await
    }

    /// `submerchant/query`: what is kept of a sub-merchant; `None` when the name is free.
    pub async fn sub_merchant_query(
        &self,
        which: SubMerchantReference<'_>,
    ) -> Result<Option<SubMerchant>, ClientError> {
        self.query_for(None, which).await
    }

    async fn add_for(
        &self,
        token: Option<&AuthorizationToken>,
        new: &SubMerchantWrite<'_>,
    ) -> Result<i64, ClientError> {
        let added: SubMerchantId = self.act(EndpointId::SubMerchantAdd, token, new).await?;
        Ok(added.sub_merchant_id)
    }

    async fn modify_for(
        &self,
        token: Option<&AuthorizationToken>,
        id: i64,
        change: &SubMerchantWrite<'_>,
    ) -> Result<i64, ClientError> {
        let change = SubMerchantWrite { sub_merchant_id: Some(Cow::Owned(id.to_string())), ..change.clone() };
        let modified: SubMerchantId = self.act(EndpointId::SubMerchantModify, token, &change).await?;
        Ok(modified.sub_merchant_id)
    }

    async fn query_for(
        &self,
        token: Option<&AuthorizationToken>,
        which: SubMerchantReference<'_>,
    ) -> Result<Option<SubMerchant>, ClientError> {
        let path = Endpoint::of(EndpointId::SubMerchantQuery).path;
        self.caller.call(path, body_of(&which.question(), token)?).await
    }
}

impl OnBehalf<'_> {
    /// [`Client::sub_merchant_add`] for the channel partner behind the token.
    pub async fn sub_merchant_add(&self, new: &SubMerchantWrite<'_>) -> Result<i64, ClientError> {
        self.client.add_for(Some(self.token), new).await
    }

    /// [`Client::sub_merchant_modify`] for the channel partner behind the token.
    pub async fn sub_merchant_modify(&self, id: i64, change: &SubMerchantWrite<'_>) -> Result<i64, ClientError> {
        self.client.modify_for(Some(self.token), id, change).await
    }

    /// [`Client::sub_merchant_query`] for the channel partner behind the token.
    pub async fn sub_merchant_query(
        &self,
        which: SubMerchantReference<'_>,
    ) -> Result<Option<SubMerchant>, ClientError> {
        self.client.query_for(Some(self.token), which).await
    }
}
