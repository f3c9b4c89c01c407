//! Every page as a view model: the values a template shows, ready to be read. One file per family of pages.
//!
//! A view model is filled by a handler and rendered with [`crate::render::page`]. Every form it holds goes to an address of
//! [`crate::paths`] and comes back through [`crate::forms`].

mod checkout;
mod dashboard;
mod deliveries;
mod developers;
mod error;
mod orders;
mod refund;
mod refused_calls;
mod review;
mod sandbox;
mod sign_in;
mod sub_merchants;
mod technical_vendor;
mod trial_balance;
mod vendors;
mod wallet;
mod webhooks;

pub use checkout::{CheckoutPage, CheckoutState, GoodsLine, Live, LockedPrice, PriceChoice, Receipt, Seller, WayOut};
pub use dashboard::{
    BalanceLine, BalanceWallet, DashboardPage, EndpointTrouble, PendingRequest, QuickLink, TroubleKind,
};
pub use deliveries::{
    AttemptEntry, DeliveryDetailPage, DeliveryFilter, DeliveryLine, DeliveryListPage, KeptText, RecoverPage,
    RecoverPreview, RecoveredPage, RecoveryFields, ResendPanel,
};
pub use developers::{ApiKeyAddPage, ApiKeyCreatedPage, ApiKeyLine, ApiKeyListPage};
pub use error::{ErrorKind, ErrorPage};
pub use orders::{
    OrderActs, OrderClosePage, OrderDetailPage, OrderFacts, OrderFilter, OrderLine, OrderListPage, OrderTotals,
    PostingLine,
};
pub use refund::{OrderRefundConfirmPage, OrderRefundPage, RefundFacts, RefundFields};
pub use refused_calls::{RefusedCallLine, RefusedCallListPage, RefusedCallPage};
pub use review::{
    AddressLine, Change, DecidedOutcome, LimitsForm, Requester, ReviewClosedPage, ReviewClosedReason,
    ReviewDecidedPage, ReviewPage, ReviewUnavailablePage, ScopeLine,
};
pub(crate) use sandbox::MailPart;
pub use sandbox::{ActorCard, ConsolePage, GuideStep, MailBody, MailLine, MailMessagePage, MailboxPage};
pub use sign_in::{ForgotPasswordPage, LinkSentPage, LinkState, Purpose, SetPasswordPage, SignInPage, SignedOutPage};
pub use sub_merchants::{
    Control, ExistingSubMerchant, FactGroup, FieldGroup, FormField, RadioChoice, SubMerchantDetailPage,
    SubMerchantFields, SubMerchantFormPage, SubMerchantKindPage, SubMerchantLine, SubMerchantListPage,
    SubMerchantSuspendPage,
};
pub use technical_vendor::{
    AuthorizationAddPage, AuthorizationCancelPage, AuthorizationCreatedPage, AuthorizationDetailPage,
    AuthorizationLine, AuthorizationListPage, TokenView,
};
pub use trial_balance::{TrialBalanceCurrency, TrialBalanceLine, TrialBalancePage};
pub use vendors::{
    BlockedLine, BlockedProvidersPage, VendorDetailPage, VendorDisablePage, VendorLine, VendorListPage, VendorState,
};
pub use wallet::{ActivityLine, ReceiptPage, RefundLine, WalletPage};
pub use webhooks::{EndpointCard, WebhookFormPage, WebhookListPage, WebhookRemovePage};
