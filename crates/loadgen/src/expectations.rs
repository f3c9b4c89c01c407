//! What the design expects of this machine or any other, as ratios.

use std::fmt;

use crate::figures::dearer_percent;
use crate::plan::PAIRED_CONNECTIONS;
use crate::results::Results;
use crate::variant::Variant;

/// Where the two ratios are judged.
const JUDGED_CONNECTIONS: usize = 64;
/// At least so much of the bare handler's rate.
const OF_BARE_MIN: f64 = 0.45;
/// At least so many times the rate with one commit per order.
const OF_ONE_COMMIT_MIN: f64 = 6.0;
/// On behalf of a merchant an order may be dearer by so many per cent.
const ON_BEHALF_DEARER_PERCENT_MAX: f64 = 5.0;

/// One expectation and whether it is met.
pub(crate) struct Expectation {
    pub(crate) met: bool,
    text: String,
}

impl fmt::Display for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", if self.met { "PASS" } else { "FAIL" }, self.text)
    }
}

/// Judges what was measured; what was not is left out.
pub(crate) fn judge(results: &Results) -> Vec<Expectation> {
    let of = |base| results.times_as_fast(JUDGED_CONNECTIONS, Variant::Orders, base);
    let bare = of(Variant::Bare).map(|ratio| Expectation {
        met: ratio >= OF_BARE_MIN,
        text: format!("at {JUDGED_CONNECTIONS} connections {ratio:.2} of the bare handler (at least {OF_BARE_MIN})"),
    });
    let one_commit = of(Variant::OneCommit).map(|ratio| Expectation {
        met: ratio >= OF_ONE_COMMIT_MIN,
        text: format!(
            "at {JUDGED_CONNECTIONS} connections {ratio:.1} times one commit per order (at least {OF_ONE_COMMIT_MIN})"
        ),
    });
    [bare, one_commit, on_behalf(results)].into_iter().flatten().collect()
}

fn on_behalf(results: &Results) -> Option<Expectation> {
    // Processor time where the system tells it: neighbours of this process disturb it far less than the clock's time.
    let (dearer, what) = match results.on_behalf_cost() {
        Some(cost) => (dearer_percent(cost), "processor time"),
        None => (dearer_percent(results.on_behalf_time()?), "time"),
    };
    Some(Expectation {
        met: dearer <= ON_BEHALF_DEARER_PERCENT_MAX,
        text: format!(
            "at {PAIRED_CONNECTIONS} connections an order on behalf of a merchant takes {dearer:+.1} % {what} (at most \
             {ON_BEHALF_DEARER_PERCENT_MAX:+} %)"
        ),
    })
}
