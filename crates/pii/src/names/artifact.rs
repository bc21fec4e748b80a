//! The model as bytes: a header, the lists, the weights; all of it under a checksum.

use sha2::{Digest, Sha256};

use super::tagger::{Tagger, Transitions};
use super::weights::{LABELS, Weights};
use super::{Damaged, Lists, Names};

/// What a model begins with: the name of the format and its version.
const MAGIC: &[u8; 8] = b"SBNAMES\x01";

const CHECKSUM: usize = 32;

impl Names {
    /// The model that this crate ships.
    pub(crate) fn bundled() -> Result<Self, Damaged> {
        Self::read(include_bytes!("../../model/names.bin"))
    }

    /// Reads what [`Names::write`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Damaged)?;
        let (checksum, body) = rest.split_first_chunk::<CHECKSUM>().ok_or(Damaged)?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(Damaged);
        }
        let (lists_bytes, body) = body.split_first_chunk::<4>().ok_or(Damaged)?;
        let (unit, body) = body.split_first_chunk::<4>().ok_or(Damaged)?;
        let (transitions, body) = body.split_first_chunk::<{ LABELS * LABELS }>().ok_or(Damaged)?;
        let lists_bytes = u32::from_le_bytes(*lists_bytes) as usize;
        let (lists, weights) = body.split_at_checked(lists_bytes).ok_or(Damaged)?;
        Ok(Self {
            lists: Lists::read(lists)?,
            weights: Weights::read(weights)?,
            tagger: Tagger::new(square(transitions), f32::from_le_bytes(*unit))?,
        })
    }

    /// The model as bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut lists = Vec::new();
        self.lists.write(&mut lists);
        let mut body = Vec::new();
        body.extend((lists.len() as u32).to_le_bytes());
        body.extend(self.tagger.unit().to_le_bytes());
        body.extend(self.tagger.transitions().as_flattened().iter().map(|w| w.cast_unsigned()));
        body.extend(lists);
        self.weights.write(&mut body);
        [&MAGIC[..], &Sha256::digest(&body)[..], &body].concat()
    }
}

fn square(bytes: &[u8; LABELS * LABELS]) -> Transitions {
    std::array::from_fn(|from| std::array::from_fn(|to| bytes[from * LABELS + to].cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{hash, lists};

    fn small() -> Names {
        let lists = Lists::new(&[(hash("anna"), lists::GIVEN)]);
        let (weights, _) = Weights::new(4, &[(77, [1, 2, 3, 4, 5])]);
        Names::new(lists, weights, [[1; LABELS]; LABELS], 0.05).unwrap()
    }

    #[test]
    fn comes_back_from_its_bytes() {
        assert_eq!(Names::read(&small().write()), Ok(small()));
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let bytes = small().write();
        for cut in 0..bytes.len() {
            assert_eq!(Names::read(&bytes[..cut]), Err(Damaged));
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(Names::read(&changed), Err(Damaged));
        }
    }

    #[test]
    fn the_bundled_model_is_whole() {
        assert!(Names::bundled().is_ok());
    }
}
