//! What happened lately, second by second, in a fixed amount of memory. Time comes in as an argument.

use crate::status::counts::Counts;

const MINUTE: u64 = 60;
/// The minutes that are looked back on, the one under way among them.
pub(super) const MINUTES: u64 = 15;
const SECONDS_KEPT: u64 = MINUTES * MINUTE;

/// A ring of seconds: each overwrites the one a quarter of an hour before it.
pub(super) struct Recent {
    slots: Vec<Slot>,
}

#[derive(Clone, Default)]
struct Slot {
    /// The second it counts, since the agent started.
    second: u64,
    counts: Counts,
}

/// One minute since the agent started.
pub(super) struct Minute {
    /// How many seconds ago it began.
    pub(super) began_seconds_ago: u64,
    pub(super) counts: Counts,
}

impl Recent {
    /// Nothing has happened yet.
    pub(super) fn new() -> Self {
        Self { slots: vec![Slot::default(); SECONDS_KEPT as usize] }
    }

    /// The counts of this second.
    pub(super) fn at(&mut self, second: u64) -> &mut Counts {
        let slot = &mut self.slots[(second % SECONDS_KEPT) as usize];
        if slot.second != second {
            *slot = Slot { second, counts: Counts::default() };
        }
        &mut slot.counts
    }

    /// The sixty seconds that end with this one.
    pub(super) fn last_minute(&self, second: u64) -> Counts {
        self.between((second + 1).saturating_sub(MINUTE), second + 1)
    }

    /// The last minutes, oldest first; the last one is under way. They are counted from the agent's start, so that a minute keeps what is
    /// in it however often one looks.
    pub(super) fn minutes(&self, second: u64) -> Vec<Minute> {
        let under_way = second / MINUTE;
        let first = (under_way + 1).saturating_sub(MINUTES);
        let minute = |number: u64| Minute {
            began_seconds_ago: second - number * MINUTE,
            counts: self.between(number * MINUTE, (number + 1) * MINUTE),
        };
        (first..=under_way).map(minute).collect()
    }

    fn between(&self, from: u64, until: u64) -> Counts {
        let mut sum = Counts::default();
        for second in from..until {
            let slot = &self.slots[(second % SECONDS_KEPT) as usize];
            // A slot of another second is one in which nothing happened this time round.
            if slot.second == second {
                sum += &slot.counts;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One refusal in each of these seconds.
    fn happened(seconds: impl IntoIterator<Item = u64>) -> Recent {
        let mut recent = Recent::new();
        for second in seconds {
            recent.at(second).refused += 1;
        }
        recent
    }

    fn by_minute(recent: &Recent, second: u64) -> Vec<(u64, u64)> {
        let minutes = recent.minutes(second);
        minutes.iter().map(|minute| (minute.began_seconds_ago, minute.counts.refused)).collect()
    }

    #[test]
    fn the_last_minute_slides_by_the_second() {
        let recent = happened([0, 59, 60]);
        assert_eq!(recent.last_minute(0).refused, 1);
        assert_eq!(recent.last_minute(59).refused, 2);
        assert_eq!(recent.last_minute(60).refused, 2);
        assert_eq!(recent.last_minute(119).refused, 1);
        assert_eq!(recent.last_minute(120).refused, 0);
    }

    #[test]
    fn a_minute_keeps_what_is_in_it() {
        let recent = happened([5, 59, 60, 130]);
        assert_eq!(by_minute(&recent, 130), [(130, 2), (70, 1), (10, 1)]);
        assert_eq!(by_minute(&recent, 179), [(179, 2), (119, 1), (59, 1)]);
    }

    #[test]
    fn a_young_agent_has_few_minutes_and_an_old_one_no_more_than_are_kept() {
        assert_eq!(by_minute(&happened([]), 3), [(3, 0)]);
        assert_eq!(happened([]).minutes(1_000_000).len(), MINUTES as usize);
    }

    #[test]
    fn every_second_counts_once_however_long_it_runs() {
        let recent = happened(0..100_000);
        let minutes = by_minute(&recent, 99_999);
        // 99,999 is second 39 of its minute.
        assert_eq!(minutes.last(), Some(&(39, 40)));
        assert!(minutes[..14].iter().all(|(_, refused)| *refused == 60), "{minutes:?}");
        assert_eq!(recent.last_minute(99_999).refused, 60);
    }

    #[test]
    fn what_happened_before_a_long_silence_is_not_taken_for_new() {
        let recent = happened([100]);
        let later = 100 + SECONDS_KEPT;
        assert_eq!(recent.last_minute(later).refused, 0);
        assert!(by_minute(&recent, later).iter().all(|(_, refused)| *refused == 0));
    }
}
