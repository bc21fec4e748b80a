//! How long things took: a histogram, and the quantiles read off it.

use std::ops::AddAssign;
use std::time::Duration;

use switchboard_telemetry::metrics::SECONDS;

/// Counts of durations, by the bounds that the metrics have too; the last count is of those beyond every bound.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Latency {
    counts: [u64; SECONDS.len() + 1],
}

impl Latency {
    /// Counts one duration.
    pub(super) fn observe(&mut self, took: Duration) {
        self.counts[SECONDS.partition_point(|bound| *bound < took.as_secs_f64())] += 1;
    }

    /// The seconds that a share `q` of the durations did not exceed, as Prometheus' `histogram_quantile` reads them: evenly spread
    /// within two bounds, and the last bound when beyond it. `None` when there are none.
    pub(super) fn quantile(&self, q: f64) -> Option<f64> {
        let all: u64 = self.counts.iter().sum();
        if all == 0 {
            return None;
        }
        let rank = q * all as f64;
        let (mut below, mut lower) = (0.0, 0.0);
        for (count, upper) in self.counts.iter().zip(SECONDS) {
            let count = *count as f64;
            if count > 0.0 && below + count >= rank {
                return Some(lower + (upper - lower) * (rank - below) / count);
            }
            below += count;
            lower = upper;
        }
        Some(lower)
    }
}

impl AddAssign<&Self> for Latency {
    fn add_assign(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: &[f64]) -> Latency {
        let mut latency = Latency::default();
        for ms in milliseconds {
            latency.observe(Duration::from_secs_f64(ms / 1e3));
        }
        latency
    }

    fn assert_close(seconds: Option<f64>, expected: f64) {
        assert!(seconds.is_some_and(|s| (s - expected).abs() < 1e-9), "{seconds:?}");
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(of(&[]).quantile(0.5), None);
    }

    #[test]
    fn quantiles_lie_evenly_between_the_bounds() {
        // Ten between 1 and 2 ms.
        let latency = of(&[1.5; 10]);
        assert_close(latency.quantile(0.5), 0.001_5);
        assert_close(latency.quantile(1.0), 0.002);
    }

    #[test]
    fn a_slow_one_in_ten_shows_in_p95_and_not_in_p50() {
        let latency = of(&[[0.4; 9].as_slice(), &[700.0]].concat());
        assert!(latency.quantile(0.5).unwrap() < 0.000_5);
        assert_close(latency.quantile(0.95), 0.75);
    }

    #[test]
    fn a_bound_belongs_to_what_is_below_it() {
        assert_close(of(&[2.0]).quantile(1.0), 0.002);
    }

    #[test]
    fn beyond_every_bound_is_the_last_bound() {
        assert_close(of(&[60_000.0]).quantile(0.5), 10.0);
    }
}
