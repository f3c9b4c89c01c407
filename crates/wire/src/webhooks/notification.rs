//! The outer object of every webhook: compact, keys in the recorded order, `data` JSON inside a string.
//!
//! Some receivers verify the signature over `JSON.stringify(JSON.parse(body))` with `bizId` patched back from
//! `bizIdStr` (clients.md H3). So apart from `bizId` every value here is a string, and strings are escaped exactly as
//! JavaScript escapes them: raw UTF-8, no `\/`, `\b \t \n \f \r` and lower-case `\u00xx` for control characters.

use std::borrow::Cow;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A webhook's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What kind of thing happened, one of [`biz_type`](super::biz_type).
    pub biz_type: Cow<'static, str>,
    /// The JSON text of the data.
    pub data: String,
    /// The id of the business object; a number on the wire, with its string twin.
    pub biz_id: i64,
    /// What happened, one of [`biz_status`](super::biz_status).
    pub biz_status: Cow<'static, str>,
}

/// Why a webhook cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// The body is no notification.
    #[error("the body is no notification")]
    Body(#[source] serde_json::Error),
    /// `data` is not what the reader expects.
    #[error("the notification's data is not of the expected shape")]
    Data(#[source] serde_json::Error),
}

impl Notification {
    /// A notification about `data`.
    pub fn new<T: Serialize>(
        biz_type: &'static str,
        biz_status: &'static str,
        biz_id: i64,
        data: &T,
    ) -> Result<Self, NotificationError> {
        let data = serde_json::to_string(data).map_err(NotificationError::Data)?;
        Ok(Self { biz_type: Cow::Borrowed(biz_type), data, biz_id, biz_status: Cow::Borrowed(biz_status) })
    }

    /// The bytes to sign and send.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and an integer always serialise")
    }

    /// Reads a received body. Verify its signature over the raw bytes first.
    pub fn parse(body: &[u8]) -> Result<Self, NotificationError> {
        serde_json::from_slice(body).map_err(NotificationError::Body)
    }

    /// The data, read as `T`, such as [`PayData`](super::PayData) where the type is `PAY`.
    pub fn data<T: serde::de::DeserializeOwned>(&self) -> Result<T, NotificationError> {
        serde_json::from_str(&self.data).map_err(NotificationError::Data)
    }
}

impl Serialize for Notification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Notification", 5)?;
        object.serialize_field("bizType", &self.biz_type)?;
        object.serialize_field("data", &self.data)?;
        object.serialize_field("bizIdStr", &self.biz_id.to_string())?;
        object.serialize_field("bizId", &self.biz_id)?;
        object.serialize_field("bizStatus", &self.biz_status)?;
        object.end()
    }
}

/// What may come: the oldest bodies have no `bizIdStr`, some test senders quote `bizId`, and one page makes `data` an object
/// (partner.md 3.10).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    biz_type: String,
    data: Box<RawValue>,
    #[serde(default)]
    biz_id_str: Option<String>,
    biz_id: Box<RawValue>,
    biz_status: String,
}

impl<'de> Deserialize<'de> for Notification {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let received = Received::deserialize(deserializer)?;
        let digits = received.biz_id_str.as_deref().unwrap_or_else(|| received.biz_id.get().trim_matches('"'));
        let biz_id = digits.parse().map_err(|_| serde::de::Error::custom("bizId is no 64-bit integer"))?;
        let data = match received.data.get() {
            object if object.starts_with('{') => object.to_owned(),
            text => serde_json::from_str(text).map_err(serde::de::Error::custom)?,
        };
        Ok(Self { biz_type: Cow::Owned(received.biz_type), data, biz_id, biz_status: Cow::Owned(received.biz_status) })
    }
}
