//! A transformer with a queue, in virtual time.

use super::*;

const TICK: Duration = Duration::from_millis(250);

/// Work that waits for a transformer which answers `capacity` tickets a second, each in 20 ms when nothing waits.
struct Transformer {
    capacity: f64,
    waiting: f64,
    most_waiting: f64,
}

#[expect(clippy::cast_sign_loss, reason = "tickets are not negative")]
fn count(tickets: f64) -> u64 {
    tickets.round() as u64
}

impl Transformer {
    /// A quarter of a second with `arriving` tickets a second sent here.
    fn run(&mut self, arriving: f64, tickets: f64) -> Window {
        let seconds = TICK.as_secs_f64();
        let arrived = arriving * seconds;
        let room = (self.most_waiting - self.waiting + self.capacity * seconds).max(0.0);
        let taken = arrived.min(room);
        let before = self.waiting;
        self.waiting = (before + taken - self.capacity * seconds).max(0.0);
        let answered = before + taken - self.waiting;
        let refused = arrived - taken;
        let latency = 20.0 + 1e3 * (before + self.waiting) / 2.0 / self.capacity;
        Window {
            tickets: count(tickets * seconds),
            asked: count(answered + refused),
            refused: count(refused),
            latency_ms: latency * answered.round(),
        }
    }
}

/// The share and the waiting work after every tick; `tickets(second)` arrive a second, three in ten of which would go to the transformer.
fn simulate(
    budget: Budget,
    capacity: f64,
    seconds: u32,
    tickets: impl Fn(f64) -> f64,
) -> Vec<(f64, f64)> {
    let mut transformer = Transformer { capacity, waiting: 0.0, most_waiting: 500.0 };
    let mut brown_out = BrownOut::default();
    let ticks = seconds * 4;
    let look = |tick: u32| {
        // Tickets do not come evenly: a fifth more or less, in an order that looks like none.
        let unevenness = 0.8 + 0.4 * (f64::from(tick) * 0.618_034).fract();
        let tickets = unevenness * tickets(f64::from(tick) / 4.0);
        let window = transformer.run(0.3 * tickets * f64::from(brown_out.share()), tickets);
        brown_out.observe(&budget, window, TICK);
        (f64::from(brown_out.share()), transformer.waiting)
    };
    (0..ticks).map(look).collect()
}

/// Turns of direction that matter: the share came back by more than a sixth of where it had been.
fn turns(shares: &[f64]) -> usize {
    let (mut turns, mut extreme, mut falling) = (0, shares[0], true);
    for &share in shares {
        let back = if falling { share - extreme } else { extreme - share };
        if back > extreme.max(0.1) / 6.0 {
            (turns, extreme, falling) = (turns + 1, share, !falling);
        } else if (falling && share < extreme) || (!falling && share > extreme) {
            extreme = share;
        }
    }
    turns
}

fn latency_budget() -> Budget {
    Budget { max_latency_ms: Some(400.0), max_share: None }
}

#[test]
fn nothing_shrinks_while_the_budget_holds() {
    // Half the limit from one look to the next is no passing of it.
    let mut sudden = BrownOut::default();
    for _ in 0..10 {
        let window = Window { tickets: 100, asked: 50, refused: 0, latency_ms: 50.0 * 200.0 };
        sudden.observe(&latency_budget(), window, TICK);
        assert!(sudden.share() > 0.999);
    }
    let run = simulate(latency_budget(), 100.0, 120, |_| 200.0);
    assert!(run.iter().all(|(share, _)| *share > 0.999));
}

#[test]
fn under_twice_the_load_it_can_take_the_share_settles_without_flapping() {
    let run = simulate(latency_budget(), 100.0, 300, |_| 666.0);
    let shares: Vec<f64> = run.iter().map(|(share, _)| *share).collect();
    let late = &shares[480..];
    let (least, most) = late.iter().fold((1.0f64, 0.0f64), |(a, b), s| (a.min(*s), b.max(*s)));
    // Half of what would go there is what it can do.
    assert!(least > 0.4 && most < 0.6, "{least} {most}");
    assert!(turns(&shares) <= 4, "{} turns", turns(&shares));
    let steps = shares.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    assert!(steps.fold(0.0f64, f64::max) < 0.1, "it moves smoothly");
}

#[test]
fn when_the_load_is_gone_the_whole_share_returns_smoothly() {
    let run = simulate(
        latency_budget(),
        100.0,
        240,
        |second| if second < 120.0 { 1_000.0 } else { 100.0 },
    );
    assert!(run[479].0 < 0.6, "{}", run[479].0);
    assert!(run[959].0 > 0.999);
    let back: Vec<f64> = run[500..].iter().map(|(share, _)| *share).collect();
    assert!(back.windows(2).all(|pair| pair[1] >= pair[0]), "it rises and does not fall again");
}

#[test]
fn a_transformer_that_refuses_everything_is_asked_little_and_asked_again() {
    let gone = simulate(Budget::default(), 0.001, 120, |_| 200.0);
    assert!(gone.last().is_some_and(|(share, _)| (0.019..0.05).contains(share)));
}

#[test]
fn the_share_of_tickets_keeps_to_its_limit() {
    let budget = Budget { max_share: Some(0.1), max_latency_ms: None };
    let run = simulate(budget, 1e6, 300, |_| 1_000.0);
    let late: Vec<f64> = run[600..].iter().map(|(share, _)| 0.3 * share).collect();
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    assert!((0.075..=0.105).contains(&mean), "{mean}");
}
