//! What happens outside a request: messages of the outbox go out, what is overdue ends, held refunds go on, what is stale is
//! deleted, prices are polled for.
//!
//! Invariants:
//! - A message is rendered once; every try sends the same bytes, signed anew with a fresh timestamp and nonce.
//! - Nothing is sent inside a transaction. A message is held by a lease while it is sent, and what a try led to is written
//!   after it: delivery is at least once, and receivers tell repeats by the message's id.
//! - Every outbound connection passes [`OutboundPolicy`], at the address that it is really made to.
//! - Bodies that carry a token are sealed at rest, and no log line holds a body, a URL or a mail address.
//! - Refused calls are kept late or not at all: nothing waits for [`RefusalQueue`].

mod dispatcher;
mod mail;
mod outbound;
mod rates;
mod refusals;
mod render;

pub use dispatcher::{
    Channel, DeliveryLimits, DeliveryMetrics, Dispatcher, DispatcherParts, OVERDUE_MS_MAX, Outcome, RetrySchedule,
    RetryScheduleError, RunError, RunSummary,
};
pub use mail::{
    CONNECTIONS_MAX, Encryption, EndpointDisabled, KeptMailer, Mail, MailError, Mailer, NoMailer, Postmark,
    SendingMail, SmtpAccount, SmtpFailure, SmtpMailer, SmtpSettings, SmtpSettingsError, TIMEOUT_MAX, endpoint_disabled,
    render_mail, test_mail,
};
pub use outbound::{
    AddressClass, Answer, Interruption, OutboundClient, OutboundClientError, OutboundPolicy, OutboundTimeouts,
    SendError, UrlRefused,
};
pub use rates::{DOCUMENT_BYTES_MAX, PollError, RatesPoller};
pub use refusals::{QUEUED_MAX, RefusalMetrics, RefusalQueue};
pub use render::{RenderError, Sample, Scene, event_of, notification, open_body, render, render_webhook, wire_labels};
