//! How probable a loss is when both versions are equally good.

/// How often the answers are exchanged at random.
const EXCHANGES: u32 = 2_000;
/// The same rows give the same figure.
const SEED: u64 = 0x5717_c4b0_a2d5;
/// Differences of figures that are equal but for rounding.
const ROUNDING: f64 = 1e-12;

/// The exact test of `McNemar` (1947), one-sided: the probability of at least `worse` heads among `worse + better` throws of a fair coin. `worse` are the rows only the
/// champion was right on, `better` those only the challenger was.
pub(crate) fn sign_test(worse: u64, better: u64) -> f64 {
    let throws = worse + better;
    let mut ln_ways = 0.0;
    let mut tail = 0.0;
    for heads in 0..=throws {
        if heads >= worse {
            tail += (ln_ways - throws as f64 * std::f64::consts::LN_2).exp();
        }
        ln_ways += ((throws - heads) as f64 / (heads + 1) as f64).ln();
    }
    tail.min(1.0)
}

/// The probability of at most `successes` in `trials`, each of which succeeds with `probability` (binomial distribution).
pub(crate) fn lower_tail(successes: u64, trials: u64, probability: f64) -> f64 {
    if successes >= trials || probability <= 0.0 {
        return 1.0;
    }
    if probability >= 1.0 {
        return 0.0;
    }
    let mut ln_term = trials as f64 * (-probability).ln_1p();
    let ln_odds = probability.ln() - (-probability).ln_1p();
    let mut tail = 0.0;
    for count in 0..=successes {
        tail += ln_term.exp();
        ln_term += ((trials - count) as f64 / (count + 1) as f64).ln() + ln_odds;
    }
    tail.min(1.0)
}

/// A row: the label it has, and the labels both versions gave it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers {
    pub(crate) truth: usize,
    pub(crate) champion: Option<usize>,
    pub(crate) challenger: Option<usize>,
}

/// Approximate randomisation (Noreen 1989; Yeh 2000), one-sided: the share of random exchanges of the two versions' answers, row by row, after which the challenger's
/// macro F1 is behind the champion's by at least as much as it is.
pub(crate) fn exchange_test(rows: &[Answers], labels: usize) -> f64 {
    let mut support = vec![0; labels];
    let [mut champion, mut challenger] = [Counts::none(labels), Counts::none(labels)];
    for row in rows {
        support[row.truth] += 1;
        if row.champion == row.challenger {
            champion.add(row.truth, row.champion);
            challenger.add(row.truth, row.challenger);
        }
    }
    // Exchanging equal answers changes nothing.
    let differing: Vec<&Answers> =
        rows.iter().filter(|row| row.champion != row.challenger).collect();
    let gain = |exchange: &mut dyn FnMut() -> bool| {
        let [mut ours, mut theirs] = [challenger.clone(), champion.clone()];
        for row in &differing {
            let (first, second) =
                if exchange() { (&mut theirs, &mut ours) } else { (&mut ours, &mut theirs) };
            first.add(row.truth, row.challenger);
            second.add(row.truth, row.champion);
        }
        ours.macro_f1(&support) - theirs.macro_f1(&support)
    };
    let measured = gain(&mut || false);
    let mut coin = Coin::new(SEED);
    let behind = (0..EXCHANGES).filter(|_| gain(&mut || coin.toss()) <= measured + ROUNDING);
    (behind.count() as f64 + 1.0) / f64::from(EXCHANGES + 1)
}

/// Answers, counted by label.
#[derive(Debug, Clone)]
struct Counts {
    right: Vec<u64>,
    predicted: Vec<u64>,
}

impl Counts {
    fn none(labels: usize) -> Self {
        Self { right: vec![0; labels], predicted: vec![0; labels] }
    }

    fn add(&mut self, truth: usize, answer: Option<usize>) {
        let Some(answer) = answer else { return };
        self.predicted[answer] += 1;
        self.right[answer] += u64::from(answer == truth);
    }

    /// As in `switchboard-evaluate`: the mean over labels that occur.
    fn macro_f1(&self, support: &[u64]) -> f64 {
        let counts = self.right.iter().zip(&self.predicted).zip(support);
        let occurring = counts.map(|((right, predicted), support)| (right, predicted + support));
        let (sum, labels) = occurring
            .filter(|(_, both)| *both > 0)
            .fold((0.0, 0.0), |(sum, labels), (right, both)| {
                (sum + 2.0 * *right as f64 / both as f64, labels + 1.0)
            });
        if labels > 0.0 { sum / labels } else { 0.0 }
    }
}

/// A fair coin: the bits of `SplitMix64` (Steele, Lea and Flood 2014).
struct Coin {
    state: u64,
    bits: u64,
    left: u32,
}

impl Coin {
    fn new(seed: u64) -> Self {
        Self { state: seed, bits: 0, left: 0 }
    }

    fn toss(&mut self) -> bool {
        if self.left == 0 {
            (self.bits, self.left) = (self.next(), u64::BITS);
        }
        self.left -= 1;
        let heads = self.bits & 1 == 1;
        self.bits >>= 1;
        heads
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sign_test_is_exact() {
        // scipy.stats.binomtest(worse, worse + better, alternative="greater").pvalue
        for (worse, better, expected) in [
            (0, 0, 1.0),
            (0, 5, 1.0),
            (5, 0, 0.031_25),
            (8, 2, 0.054_687_5),
            (15, 5, 0.020_694_732_666_015_625),
            (60, 40, 0.028_443_966_820_490_35),
        ] {
            let found = sign_test(worse, better);
            assert!((found - expected).abs() < 1e-9, "{worse}, {better}: {found}");
        }
        let many = sign_test(100_500, 99_500);
        assert!((many - 0.0127).abs() < 1e-3, "{many}");
    }

    #[test]
    fn the_lower_tail_is_exact() {
        // scipy.stats.binom.cdf(successes, trials, probability)
        for (successes, trials, probability, expected) in [
            (0, 30, 0.1, 0.042_391_158_275_216_24),
            (5, 100, 0.2, 1.868_006_630_032_434e-5),
            (3, 3, 0.5, 1.0),
            (40, 50, 0.8, 0.556_259_586_708_249),
            (2, 5, 0.0, 1.0),
            (2, 5, 1.0, 0.0),
        ] {
            let found = lower_tail(successes, trials, probability);
            assert!((found - expected).abs() < 1e-9, "{successes}, {trials}: {found}");
        }
    }

    #[test]
    fn a_large_loss_of_macro_f1_is_improbable_and_none_is_not() {
        let row = |row: usize| Answers {
            truth: row % 3,
            champion: Some(row % 3),
            challenger: Some(if row.is_multiple_of(4) { (row + 1) % 3 } else { row % 3 }),
        };
        let worse: Vec<Answers> = (0..120).map(row).collect();
        assert!(exchange_test(&worse, 3) < 0.01);
        let better: Vec<Answers> = worse
            .iter()
            .map(|row| Answers {
                champion: row.challenger,
                challenger: row.champion,
                truth: row.truth,
            })
            .collect();
        assert!(exchange_test(&better, 3) > 0.99);
        assert!((exchange_test(&[], 3) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn both_directions_of_the_sign_test_share_the_case_between(worse in 0..400_u64, better in 0..400_u64) {
            let [one, other] = [sign_test(worse, better), sign_test(better, worse)];
            prop_assert!((0.0..=1.0).contains(&one));
            prop_assert!(one + other >= 1.0 - 1e-9);
            let more = sign_test(worse + 1, better);
            prop_assert!(worse < better || more <= one + 1e-9);
        }
    }
}
