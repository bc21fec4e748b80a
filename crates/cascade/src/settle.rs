//! The whole way of a ticket whose models' answers are known already: what another policy would have made of them.

use switchboard_routing::{Ask, Family, Reason, Route, Signals, Wish, first_wish};

use crate::{Desk, Heard, Judgement};

/// What a policy makes of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Why it is this answer.
    pub wish: Wish,
    /// Whose probabilities the answer has.
    pub route: Route,
    /// The label.
    pub label: String,
    /// Its probability.
    pub confidence: f32,
    /// How far it can be trusted.
    pub judgement: Judgement,
    /// Whether the transformer was asked.
    pub asked_transformer: bool,
}

/// A model was never asked, and now would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeverAsked(pub Family);

impl Desk<'_> {
    /// What this policy makes of the answers; both models count as there and quick. An error when one that it would ask was not.
    pub fn settle(
        &self,
        signals: &Signals,
        linear: Option<&Heard<'_>>,
        transformer: Option<&Heard<'_>>,
    ) -> Result<Settled, NeverAsked> {
        let linear = || linear.ok_or(NeverAsked(Family::Tfidf));
        let transformer = || transformer.ok_or(NeverAsked(Family::Transformer));
        let mut wish = first_wish(signals, &self.around);
        // What begins at the linear model by default goes on from its answer.
        let goes_on = wish.reason == Reason::Confident;
        if goes_on {
            wish = self.second_wish(signals, linear()?);
        }
        match wish.ask {
            Ask::Tfidf => Ok(self.alone(signals, *linear()?, wish)),
            Ask::Transformer if !goes_on => Ok(self.alone(signals, *transformer()?, wish)),
            Ask::Transformer | Ask::Both => {
                Ok(self.of_both(signals, [*linear()?, *transformer()?], wish))
            }
        }
    }

    fn alone(&self, signals: &Signals, heard: Heard<'_>, wish: Wish) -> Settled {
        self.settled(signals, (heard.family.into(), heard.scores.to_vec()), &[heard], wish)
    }

    fn of_both(&self, signals: &Signals, heard: [Heard<'_>; 2], wish: Wish) -> Settled {
        let [linear, transformer] = &heard;
        let fused = if wish.ask == Ask::Both { self.fuse(linear, transformer) } else { None };
        let mut scores = transformer.scores.to_vec();
        let route = match fused {
            Some(fused) => {
                for ((_, score), fused) in scores.iter_mut().zip(fused.probabilities) {
                    *score = fused;
                }
                Route::Fusion
            }
            None => Route::Transformer,
        };
        self.settled(signals, (route, scores), &heard, wish)
    }

    fn settled(
        &self,
        signals: &Signals,
        (route, scores): (Route, Vec<(String, f32)>),
        heard: &[Heard<'_>],
        wish: Wish,
    ) -> Settled {
        let judgement = self.judge(signals, (route, &scores), heard, wish.reason);
        let best = scores.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
        let (label, confidence) = best.unwrap_or_default();
        let asked_transformer = heard.iter().any(|heard| heard.family == Family::Transformer);
        Settled { wish, route, label, confidence, judgement, asked_transformer }
    }
}
