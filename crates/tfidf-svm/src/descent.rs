//! Dual coordinate descent with shrinking, for several labels at once.
//!
//! Hsieh, Chang, Lin, Keerthi and Sundararajan, *A dual coordinate descent method for large-scale linear SVM*, ICML 2008,
//! algorithm 3 for the squared hinge loss: for each label, minimise `½‖w‖² + Σ C·max(0, 1 − y·w·x)²` over one weight a feature and
//! a bias, `y` being 1 for rows that carry the label and −1 for the others.
//!
//! Most of the time goes into fetching the weights of a row's features from memory. The weights of [`LANES`] labels stand side by
//! side, so that one fetch serves them all, and so does one instruction.

use linfa::dataset::Records;

use crate::sparse::SparseRows;
use crate::svm::LinearSvmValidParams;

/// Labels solved side by side.
pub(crate) const LANES: usize = 8;

/// A number a label of the block.
pub(crate) type Lanes = [f32; LANES];

/// The state of the solver for the labels `first..first + LANES`.
pub(crate) struct Descent<'r> {
    rows: &'r SparseRows,
    /// The lane whose label each row carries; [`LANES`] when it carries none of them.
    carried: Vec<u8>,
    /// `1 / 2C`, the dual's diagonal term for the squared hinge: of rows that carry the label, and of all others.
    own_diagonal: Lanes,
    diagonal: f32,
    tolerance: f32,
    max_passes: usize,
    random: SplitMix64,
    /// One a feature, and the bias behind them.
    weights: Vec<Lanes>,
    alphas: Vec<Lanes>,
    /// `x·x` a row, the bias counted as a feature of value 1.
    squares: Vec<f32>,
}

/// The highest and lowest projected gradient of a pass.
struct Extremes {
    highest: Lanes,
    lowest: Lanes,
}

impl Extremes {
    const NONE: Self = Self { highest: [f32::NEG_INFINITY; LANES], lowest: [f32::INFINITY; LANES] };

    fn within(&self, tolerance: f32) -> bool {
        (0..LANES).all(|lane| self.highest[lane] - self.lowest[lane] <= tolerance)
    }

    /// Rows without a weight whose gradient is above this stay without one; nothing is that safe while a bound is open.
    fn shrink_above(&self) -> Lanes {
        self.highest.map(|highest| if highest > 0.0 { highest } else { f32::INFINITY })
    }
}

impl<'r> Descent<'r> {
    pub(crate) fn new(
        params: &LinearSvmValidParams,
        rows: &'r SparseRows,
        targets: &[usize],
        first: usize,
    ) -> Self {
        let lane = |target: &usize| target.checked_sub(first).map_or(LANES, |lane| lane.min(LANES));
        let label_weight = |lane| params.label_weights.get(first + lane).copied().unwrap_or(1.0);
        let square = |row| rows.row(row).map(|(_, value)| value * value).sum::<f32>() + 1.0;
        Self {
            rows,
            carried: targets.iter().map(|target| lane(target) as u8).collect(),
            own_diagonal: std::array::from_fn(|lane| {
                (0.5 / (params.c * label_weight(lane))) as f32
            }),
            diagonal: (0.5 / params.c) as f32,
            tolerance: params.tolerance,
            max_passes: params.max_passes,
            random: SplitMix64(params.seed ^ (first as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            weights: vec![[0.0; LANES]; rows.nfeatures() + 1],
            alphas: vec![[0.0; LANES]; targets.len()],
            squares: (0..targets.len()).map(square).collect(),
        }
    }

    /// Passes over the rows until no gradient exceeds the tolerance; rows whose bound is safely active are left out until the end.
    pub(crate) fn run(mut self) -> Vec<Lanes> {
        let mut order: Vec<u32> = (0..self.alphas.len() as u32).collect();
        let mut active = order.len();
        let mut shrink_above = [f32::INFINITY; LANES];
        for _ in 0..self.max_passes {
            let extremes = self.pass(&mut order, &mut active, &shrink_above);
            if !extremes.within(self.tolerance) {
                shrink_above = extremes.shrink_above();
            } else if active == order.len() {
                break;
            } else {
                // Solved for the rows still active: check the ones left out too.
                active = order.len();
                shrink_above = [f32::INFINITY; LANES];
            }
        }
        self.weights
    }

    /// One pass over the active rows in random order.
    fn pass(&mut self, order: &mut [u32], active: &mut usize, shrink_above: &Lanes) -> Extremes {
        let mut extremes = Extremes::NONE;
        self.random.shuffle(&mut order[..*active]);
        let mut position = 0;
        while position < *active {
            if self.visit(order[position] as usize, shrink_above, &mut extremes) {
                position += 1;
            } else {
                *active -= 1;
                order.swap(position, *active);
            }
        }
        extremes
    }

    /// One step of every label along `row`; false when the row can be left out for all of them.
    fn visit(&mut self, row: usize, shrink_above: &Lanes, extremes: &mut Extremes) -> bool {
        let scores = self.scores(row);
        let carried = usize::from(self.carried[row]);
        let mut signs = [-1.0; LANES];
        let mut diagonals = [self.diagonal; LANES];
        if carried < LANES {
            signs[carried] = 1.0;
            diagonals[carried] = self.own_diagonal[carried];
        }
        let alphas = &mut self.alphas[row];
        let mut needed = false;
        let mut changes = [0.0; LANES];
        for lane in 0..LANES {
            let before = alphas[lane];
            let gradient = signs[lane] * scores[lane] - 1.0 + diagonals[lane] * before;
            needed |= before > 0.0 || gradient <= shrink_above[lane];
            let projected = if before > 0.0 { gradient } else { gradient.min(0.0) };
            extremes.highest[lane] = extremes.highest[lane].max(projected);
            extremes.lowest[lane] = extremes.lowest[lane].min(projected);
            alphas[lane] = (before - gradient / (self.squares[row] + diagonals[lane])).max(0.0);
            changes[lane] = (alphas[lane] - before) * signs[lane];
        }
        if changes.iter().any(|change| change.abs() > 0.0) {
            self.add(row, &changes);
        }
        needed
    }

    fn scores(&self, row: usize) -> Lanes {
        let mut scores = self.weights[self.weights.len() - 1];
        for (feature, value) in self.rows.row(row) {
            let weights = &self.weights[feature];
            for lane in 0..LANES {
                scores[lane] += weights[lane] * value;
            }
        }
        scores
    }

    fn add(&mut self, row: usize, changes: &Lanes) {
        let bias = (self.weights.len() - 1, 1.0);
        for (feature, value) in self.rows.row(row).chain([bias]) {
            let weights = &mut self.weights[feature];
            for lane in 0..LANES {
                weights[lane] += changes[lane] * value;
            }
        }
    }
}

/// Steele, Lea and Flood 2014. The order of rows is part of a model's provenance, so it must not change with a library's version.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn shuffle(&mut self, items: &mut [u32]) {
        for last in (1..items.len()).rev() {
            let other = (u128::from(self.next()) * (last as u128 + 1)) >> 64;
            items.swap(last, other as usize);
        }
    }
}
