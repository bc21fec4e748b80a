//! Randomness that a seed decides, whatever else the process does with libtorch's generator.

/// Steele, Lea and Flood 2014. What it draws is part of a model's provenance, so it must not change with a library's version.
#[derive(Debug, Clone)]
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Puts `items` in random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = (u128::from(self.next()) * (last as u128 + 1)) >> 64;
            items.swap(last, other as usize);
        }
    }

    /// A number between 0 and 1, 1 excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        // The 53 highest bits are as many as the fraction of a double holds.
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Another sequence of numbers, which this number decides.
    pub(crate) fn branch(&self, number: u64) -> Self {
        Self(Self(self.0 ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93)).next())
    }

    /// Sets each value to 0, with this probability, or to what makes up for those.
    #[expect(clippy::cast_sign_loss, reason = "a share is not negative")]
    pub(crate) fn keep(&mut self, share: f64, values: &mut [f32]) {
        // A draw decides four values: what a lot of randomness costs is felt while training.
        let dropped_below = (share * 65_536.0) as u64;
        let kept = (1.0 / (1.0 - share)) as f32;
        for four in values.chunks_mut(4) {
            let mut draw = self.next();
            for value in four {
                *value = if draw & 0xffff < dropped_below { 0.0 } else { kept };
                draw >>= 16;
            }
        }
    }

    /// A number from the normal distribution (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let mut random = SplitMix64::new(7);
        let moments = |draws: Vec<f64>| {
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance =
                draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / draws.len() as f64;
            (mean, variance)
        };
        let (mean, variance) = moments((0..100_000).map(|_| random.uniform()).collect());
        assert!(
            (mean - 0.5).abs() < 0.01 && (variance - 1.0 / 12.0).abs() < 0.01,
            "{mean} {variance}"
        );
        let (mean, variance) = moments((0..100_000).map(|_| random.normal()).collect());
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let mut kept = vec![0f32; 100_001];
        random.keep(0.1, &mut kept);
        let (mean, variance) = moments(kept.iter().copied().map(f64::from).collect());
        assert!((mean - 1.0).abs() < 0.01 && (variance - 1.0 / 9.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn branches_are_unlike_each_other_and_can_be_drawn_again() {
        let draws = |number| SplitMix64::new(7).branch(number).next();
        assert_eq!(draws(1), draws(1));
        let distinct: std::collections::HashSet<u64> = (0..1_000).map(draws).collect();
        assert_eq!(distinct.len(), 1_000);
    }
}
