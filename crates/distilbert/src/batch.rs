//! Sequences one behind the other, without padding.

use tch::{Device, Tensor};

use crate::weights::size_of;

/// Some sequences as the network takes them: all their tokens in one row.
///
/// The layers that cost most look at one token at a time, so sequences of any lengths share one matrix product; only attention needs to know where each
/// begins. What a sequence is answered does not depend on which others are there.
pub(crate) struct Batch {
    /// Token numbers, of all sequences.
    pub(crate) ids: Tensor,
    /// The place of each token in its sequence.
    pub(crate) positions: Tensor,
    /// Where the sequences are.
    pub(crate) runs: Vec<Run>,
}

/// Neighbouring sequences of one length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// How many.
    pub(crate) sequences: i64,
    /// Tokens of each.
    pub(crate) length: i64,
}

impl Run {
    pub(crate) fn tokens(self) -> i64 {
        self.sequences * self.length
    }
}

impl Batch {
    /// The sequences in this order, on `device`. Equal lengths beside each other cost least.
    pub(crate) fn of<S: AsRef<[i64]>>(sequences: &[S], device: Device) -> Self {
        let mut ids = Vec::new();
        let mut positions = Vec::new();
        let mut runs: Vec<Run> = Vec::new();
        for sequence in sequences {
            let sequence = sequence.as_ref();
            let length = size_of(sequence.len());
            ids.extend_from_slice(sequence);
            positions.extend(0..length);
            match runs.last_mut() {
                Some(run) if run.length == length => run.sequences += 1,
                _ => runs.push(Run { sequences: 1, length }),
            }
        }
        let row = |numbers: &[i64]| Tensor::from_slice(numbers).to_device(device);
        Self { ids: row(&ids), positions: row(&positions), runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stand_in_a_row_and_equal_lengths_in_runs() {
        let batch = Batch::of(&[&[1, 2][..], &[3, 4], &[5, 6, 7]], Device::Cpu);
        assert_eq!(Vec::<i64>::try_from(&batch.ids).unwrap(), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(Vec::<i64>::try_from(&batch.positions).unwrap(), [0, 1, 0, 1, 0, 1, 2]);
        let runs = [Run { sequences: 2, length: 2 }, Run { sequences: 1, length: 3 }];
        assert_eq!(batch.runs, runs);
    }
}
