//! The ways back to the merchant's website. Its links are its own texts: only what leads to a website is shown.

use countersign_domain::Timestamp;
use countersign_domain::order::Order;
use countersign_domain::time::MINUTE_MS;

use crate::pages::{CheckoutState, Seller, WayOut};

/// The longest link of a merchant that is shown.
const LINK_LENGTH_MAX: usize = 2_048;
/// After how many seconds a page that shows a payment goes back by itself: long enough to read it.
const LEAVE_AFTER_S: u32 = 5;
/// How long after the payment it does so. Whoever comes back later comes to read.
const LEAVES_MS_MAX: i64 = 10 * MINUTE_MS;

/// A link that leads to a website and nowhere else.
fn outward(url: Option<&str>) -> Option<String> {
    let is_link = |url: &&str| {
        let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
        let plain = url.len() <= LINK_LENGTH_MAX && !url.chars().any(|c| c.is_control() || c.is_whitespace());
        plain && (lower.starts_with("http://") || lower.starts_with("https://"))
    };
    url.filter(is_link).map(str::to_owned)
}

/// The way that goes with what the page shows: the return link of a paid order, which is taken by itself right after the
/// payment, else the one for giving up.
pub(super) fn way_out(order: &Order, seller: &Seller, state: &CheckoutState, now: Timestamp) -> Option<WayOut> {
    let back = format!("Back to {}", seller.name);
    if let Some(payment) = order.state.payment() {
        let href = outward(order.texts.return_url.as_deref())?;
        let fresh = now.ms_since(payment.paid_at) <= LEAVES_MS_MAX;
        return Some(WayOut { href, text: back, after_s: fresh.then_some(LEAVE_AFTER_S) });
    }
    let text = match state {
        CheckoutState::Expired | CheckoutState::Closed | CheckoutState::Failed => back,
        // Giving up while somebody else pays would leave the shop in the dark.
        CheckoutState::BeingPaid { .. } => return None,
        _ => format!("Cancel and go back to {}", seller.name),
    };
    Some(WayOut { href: outward(order.texts.cancel_url.as_deref())?, text, after_s: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_websites_are_shown() {
        for (url, shown) in [
            ("https://shop.example/thanks", true),
            ("HTTP://shop.example", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("//evil.example", false),
            ("https://a b", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(outward(Some(url)).is_some(), shown, "{url}");
        }
        assert_eq!(outward(None), None);
    }
}
