//! Disjoint sets of rows.

/// Sets that can be joined. Each knows a smaller member of its set, or itself.
pub(crate) struct Union(Vec<u32>);

impl Union {
    /// So many sets of one row.
    pub(crate) fn of(rows: usize) -> Self {
        Self((0..rows as u32).collect())
    }

    /// The smallest row of the set `row` is in.
    pub(crate) fn first(&mut self, mut row: u32) -> u32 {
        while self.0[row as usize] != row {
            let above = self.0[row as usize];
            // Halves the path for those who ask next.
            self.0[row as usize] = self.0[above as usize];
            row = above;
        }
        row
    }

    pub(crate) fn joined(&mut self, one: u32, other: u32) -> bool {
        self.first(one) == self.first(other)
    }

    /// Makes the sets of two rows one.
    pub(crate) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}
