//! One round over the lanes: from where the last round stopped to the end, and from the beginning to there.

use countersign_store::queries::outbox::{LANES_SCANNED_MAX, Lane};

/// A round. Every lane that is there all the while is met once.
pub(super) struct Walk {
    /// Behind which lane it began.
    start: String,
    /// Behind which lane the next page begins; `None` at the end of the round.
    after: Option<String>,
    is_second_half: bool,
}

impl Walk {
    /// A round that begins behind this lane; an empty name is before all.
    pub(super) fn behind(lane: String) -> Self {
        Self { after: Some(lane.clone()), start: lane, is_second_half: false }
    }

    /// Behind which lane to look for the next page.
    pub(super) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Takes the page that was found there and leaves what belongs to this round.
    pub(super) fn take(&mut self, mut page: Vec<Lane>) -> Vec<Lane> {
        let is_last = i64::try_from(page.len()).is_ok_and(|count| count < LANES_SCANNED_MAX);
        let last = page.last().map(|lane| lane.name.clone());
        if self.is_second_half {
            page.retain(|lane| lane.name <= self.start);
            let is_round = last.as_ref().is_none_or(|last| *last > self.start);
            self.after = last.filter(|_| !is_last && !is_round);
        } else if is_last {
            self.is_second_half = true;
            self.after = (!self.start.is_empty()).then(String::new);
        } else {
            self.after = last;
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use countersign_domain::Timestamp;

    use super::*;

    /// The names that a round over `0..count` meets that begins behind `start`.
    fn met(count: usize, start: &str) -> Vec<String> {
        let name = |number: usize| format!("lane {number:05}");
        let limit = usize::try_from(LANES_SCANNED_MAX).unwrap();
        let (mut walk, mut names) = (Walk::behind(start.to_owned()), Vec::new());
        while let Some(after) = walk.after().map(str::to_owned) {
            let lane =
                |name: String| Lane { name, due_at: Timestamp::from_ms(0), free_at: Some(Timestamp::from_ms(0)) };
            let page = (0..count).map(name).filter(|name| *name > after).take(limit).map(lane).collect();
            names.extend(walk.take(page).into_iter().map(|lane| lane.name));
            assert!(names.len() <= count, "a round ends");
        }
        names
    }

    #[test]
    fn a_round_meets_every_lane_once_wherever_it_begins() {
        let page = usize::try_from(LANES_SCANNED_MAX).unwrap();
        for count in [0, 1, 5, page - 1, page, page + 1, 3 * page + 7] {
            let all = met(count, "");
            assert_eq!(all.len(), count);
            for start in ["lane 00000", "lane 00003", "lane 01023", "lane 01024", "lane 02000", "lane 99999", "a", "z"]
            {
                let names = met(count, start);
                let (before, behind): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|name| name.as_str() <= start);
                assert_eq!(names, [behind, before].concat(), "{count} lanes, from {start}");
            }
        }
    }
}
