//! What chance does to a trial whose two sides are independent of each other, in seeded simulations.

use super::*;

const TRIALS: u64 = 50;
const CALLS: usize = 3_000;

/// `SplitMix64`: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, 2014.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How the calls of one side go.
#[derive(Clone, Copy)]
struct Model {
    /// The share that fails.
    fails: f64,
    /// The share that takes ten times as long.
    drags: f64,
    /// The middle time of the others, in microseconds.
    us: f64,
}

const SOUND: Model = Model { fails: 0.0, drags: 0.0, us: 5_000.0 };

impl Model {
    fn call(self, chance: &mut Chance) -> Call {
        if chance.next() < self.fails {
            return Call::Failed;
        }
        // Twelve uniform numbers less six are a normal one.
        let normal = (0..12).map(|_| chance.next()).sum::<f64>() - 6.0;
        let drag = if chance.next() < self.drags { 10.0 } else { 1.0 };
        let us = self.us * drag * (0.3 * normal).exp();
        Call::Answered(Duration::from_secs_f64(us / 1e6).as_micros() as u32)
    }
}

/// The number of the call after which each of the trials stopped that did.
fn stops(champion: Model, challenger: Model) -> Vec<usize> {
    let one = |seed| {
        let mut chance = Chance(seed);
        let pairs = (0..CALLS).map(|_| (champion.call(&mut chance), challenger.call(&mut chance)));
        stopped_after(&mut trial(""), pairs.collect::<Vec<_>>())
    };
    (0..TRIALS).filter_map(one).collect()
}

#[test]
fn equal_sides_are_not_stopped_however_often_both_drag_or_fail() {
    let dragging = [0.05, 0.06, 0.08].map(|drags| Model { drags, ..SOUND });
    let failing = [0.05, 0.2, 0.35, 0.5].map(|fails| Model { fails, ..SOUND });
    for model in dragging.into_iter().chain(failing) {
        let stops = stops(model, model);
        assert!(stops.is_empty(), "drags {}, fails {}: {stops:?}", model.drags, model.fails);
    }
}

#[test]
fn one_that_is_worse_is_found_out() {
    let slow = Model { us: 3.0 * SOUND.us, ..SOUND };
    let dead = Model { fails: 1.0, ..SOUND };
    let shaky = Model { fails: 0.1, ..SOUND };
    for (challenger, within) in [(slow, 120), (dead, 50), (shaky, 720)] {
        let stops = stops(SOUND, challenger);
        assert_eq!(stops.len() as u64, TRIALS);
        assert!(stops.iter().all(|calls| *calls <= within), "{stops:?}");
    }
}
