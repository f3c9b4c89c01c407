//! What receivers hold of the room, by origin: scheme, host and port.
//!
//! Lanes are as many as there are endpoints, and whoever has one host can have thousands of them; what hangs, fails or is slow is
//! the host. So places are counted by origin, and so is what is remembered.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;

use super::{
    LAGGING_IN_FLIGHT_MAX, LAGGING_MAX, LAGGING_WAITING_MAX, ORIGIN_IN_FLIGHT_MAX, ORIGIN_LAGGING_WAITING_MAX,
    ORIGIN_WAITING_MAX,
};

/// The origin of a lane, read as the client reads URLs, so that no spelling of a host is another host. What is no URL of a host
/// is its own origin.
pub(super) fn origin_of(lane: &str) -> String {
    let Ok(url) = Url::parse(lane) else { return lane.to_owned() };
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{}://{}:{port}", url.scheme(), host.trim_end_matches('.')),
        _ => lane.to_owned(),
    }
}

/// What one origin holds, and whether its last try failed or was slow.
#[derive(Default)]
struct Origin {
    waiting: usize,
    in_flight: usize,
    is_lagging: bool,
}

/// The origins that lag, as they were when this was asked for.
#[derive(Clone, Default)]
pub(in crate::dispatcher) struct Laggards(BTreeSet<String>);

impl Laggards {
    /// Whether a lane's receiver is among them.
    pub(in crate::dispatcher) fn holds(&self, lane: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&origin_of(lane))
    }
}

/// What one claim is about to bring.
pub(in crate::dispatcher) struct Coming {
    /// How many more it may bring.
    pub(super) left: usize,
    pub(super) all: usize,
    lagging: usize,
    by_origin: BTreeMap<String, usize>,
}

impl Coming {
    /// Nothing yet, and at most so many.
    pub(in crate::dispatcher) const fn up_to(left: usize) -> Self {
        Self { left, all: 0, lagging: 0, by_origin: BTreeMap::new() }
    }

    /// Whether it brings as many as it may.
    pub(in crate::dispatcher) const fn is_full(&self) -> bool {
        self.left == 0
    }
}

/// Every origin that holds something or lags.
#[derive(Default)]
pub(super) struct Origins {
    known: BTreeMap<String, Origin>,
    lagging_waiting: usize,
    lagging_in_flight: usize,
}

impl Origins {
    fn is_lagging(&self, origin: &str) -> bool {
        self.known.get(origin).is_some_and(|known| known.is_lagging)
    }

    /// Those that lag now.
    pub(super) fn laggards(&self) -> Laggards {
        let lagging = self.known.iter().filter(|(_, known)| known.is_lagging);
        Laggards(lagging.map(|(name, _)| name.clone()).collect())
    }

    /// How many may wait for this origin.
    pub(super) fn waiting_max(&self, origin: &str) -> usize {
        if self.is_lagging(origin) { ORIGIN_LAGGING_WAITING_MAX } else { ORIGIN_WAITING_MAX }
    }

    /// How many more may wait for it, beside those that are coming.
    pub(super) fn room(&self, origin: &str, coming: &Coming) -> usize {
        let waiting = self.known.get(origin).map_or(0, |known| known.waiting);
        let expected = coming.by_origin.get(origin).copied().unwrap_or(0);
        let own = self.waiting_max(origin).saturating_sub(waiting + expected);
        if self.is_lagging(origin) {
            own.min(LAGGING_WAITING_MAX.saturating_sub(self.lagging_waiting + coming.lagging))
        } else {
            own
        }
    }

    /// Counts on `count` messages for this origin.
    pub(super) fn expect(&self, origin: String, count: usize, coming: &mut Coming) {
        coming.left -= count;
        coming.all += count;
        coming.lagging += if self.is_lagging(&origin) { count } else { 0 };
        *coming.by_origin.entry(origin).or_default() += count;
    }

    /// Somebody waits for it.
    pub(super) fn entered(&mut self, origin: &str) {
        let known = self.known.entry(origin.to_owned()).or_default();
        known.waiting += 1;
        self.lagging_waiting += usize::from(known.is_lagging);
    }

    /// Somebody waits for it no more.
    pub(super) fn left(&mut self, origin: &str) {
        let known = self.known.get_mut(origin).expect("an origin stays while somebody waits for it");
        known.waiting -= 1;
        self.lagging_waiting -= usize::from(known.is_lagging);
        self.forget_idle(origin);
    }

    /// Whether it may have one more try under way.
    pub(super) fn has_place(&self, origin: &str) -> bool {
        let Some(known) = self.known.get(origin) else { return true };
        known.in_flight < ORIGIN_IN_FLIGHT_MAX && (!known.is_lagging || self.lagging_in_flight < LAGGING_IN_FLIGHT_MAX)
    }

    /// Somebody who waited for it is tried now.
    pub(super) fn started(&mut self, origin: &str) {
        let known = self.known.get_mut(origin).expect("an origin stays while somebody waits for it");
        known.waiting -= 1;
        known.in_flight += 1;
        self.lagging_waiting -= usize::from(known.is_lagging);
        self.lagging_in_flight += usize::from(known.is_lagging);
    }

    /// A try to it has ended.
    pub(super) fn tried(&mut self, origin: &str, was_prompt: bool) {
        let known = self.known.get_mut(origin).expect("an origin stays while it has tries under way");
        known.in_flight -= 1;
        self.lagging_in_flight -= usize::from(known.is_lagging);
        match (known.is_lagging, was_prompt) {
            (false, false) => {
                self.lagging_in_flight += known.in_flight;
                self.lagging_waiting += known.waiting;
            }
            (true, true) => {
                self.lagging_in_flight -= known.in_flight;
                self.lagging_waiting -= known.waiting;
            }
            _ => {}
        }
        known.is_lagging = !was_prompt;
        self.forget_idle(origin);
    }

    /// The lagging origin for which the most wait, and how many of them are too many; `None` where the lagging ones hold no more
    /// than their share, or none of them more than it may.
    pub(super) fn fullest_lagging(&self) -> Option<(String, usize)> {
        if self.lagging_waiting <= LAGGING_WAITING_MAX {
            return None;
        }
        let lagging = self.known.iter().filter(|(_, known)| known.is_lagging);
        let (name, fullest) = lagging.max_by_key(|(_, known)| known.waiting)?;
        let surplus = fullest.waiting.saturating_sub(ORIGIN_LAGGING_WAITING_MAX);
        (surplus > 0).then(|| (name.clone(), surplus))
    }

    /// What an origin did not keep waiting and does not try is forgotten, unless it lags and there is room to remember it.
    fn forget_idle(&mut self, origin: &str) {
        let is_forgotten = self.known.get(origin).is_some_and(|known| {
            let is_idle = known.waiting == 0 && known.in_flight == 0;
            is_idle && (!known.is_lagging || self.known.len() > LAGGING_MAX)
        });
        if is_forgotten {
            self.known.remove(origin);
        }
    }

    #[cfg(test)]
    pub(super) const fn lagging(&self) -> (usize, usize) {
        (self.lagging_in_flight, self.lagging_waiting)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_origin_however_it_is_spelled() {
        let rows = [
            ("https://a.example", "https://a.example:443"),
            ("https://a.example/hook/17", "https://a.example:443"),
            ("HTTPS://A.example.:0443/x?y#z", "https://a.example:443"),
            ("https://%61.example/hook", "https://a.example:443"),
            ("http://a.example/", "http://a.example:80"),
            ("http://0x7f.1:8080/x", "http://127.0.0.1:8080"),
            ("http://[0:0::1]/", "http://[::1]:80"),
            ("mailto:", "mailto:"),
            ("?", "?"),
        ];
        for (lane, origin) in rows {
            assert_eq!(origin_of(lane), origin, "{lane}");
        }
    }
}
