//! How far what a version answers now is from what it answered when it was made.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use switchboard_classify::Prediction;
use switchboard_evaluate::{Feature, Spread};
use switchboard_inference::{ModelSet, Served};
use switchboard_text::identify;

/// Documents of half a window. What is compared is the half under way and the one before it, so 1,000 to 2,000 documents.
const HALF_WINDOW: u64 = 1_000;
/// Naming a language costs more than all else here, and its shares do not need every document of a busy service.
const LANGUAGE_PERIOD: Duration = Duration::from_millis(1);

/// The latest documents of every loaded version.
#[derive(Default)]
pub(crate) struct Drift(Mutex<BTreeMap<(String, u32), Window>>);

/// What is measured of one version.
pub(crate) struct Measured {
    pub(crate) model: String,
    pub(crate) version: u32,
    pub(crate) documents: u64,
    pub(crate) stability: Vec<(Feature, f64)>,
}

#[derive(Default)]
struct Window {
    current: Spread,
    previous: Spread,
    named_language: Option<Instant>,
}

impl Drift {
    /// Counts a document and what it was answered.
    pub(crate) fn add(&self, served: &Served, document: &str, prediction: &Prediction) {
        let (top, confidence) = prediction.top();
        let Some(label) = served.classifier.labels().get(top) else { return };
        let code_points = document.chars().count();
        let add = |window: &mut Window| window.add(label, confidence, code_points, Instant::now());
        if self.window(served, add) {
            let code = identify(document).code;
            self.window(served, |window| window.current.add_language(code));
        }
    }

    /// Every loaded version that has a reference and was asked anything; versions that are gone are forgotten.
    pub(crate) fn measure(&self, models: &ModelSet) -> Vec<Measured> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|(name, version), _| {
            models.all().any(|(served, _)| served.name == *name && served.version == *version)
        });
        let measured = models.all().filter_map(|(served, _)| {
            let reference = served.reference.as_ref()?;
            let window = windows.get(&(served.name.clone(), served.version))?;
            let now = window.current.clone().with(&window.previous);
            let stability = |feature| Some((feature, now.stability(reference, feature)?));
            Some(Measured {
                model: served.name.clone(),
                version: served.version,
                documents: now.documents(),
                stability: Feature::ALL.into_iter().filter_map(stability).collect(),
            })
        });
        measured.collect()
    }

    fn window<T>(&self, served: &Served, with: impl FnOnce(&mut Window) -> T) -> T {
        // A panic while the lock was held cannot leave counts half-changed in a way that matters.
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        with(windows.entry((served.name.clone(), served.version)).or_default())
    }
}

impl Window {
    /// Counts a document; whether its language is wanted too.
    fn add(&mut self, label: &str, confidence: f32, code_points: usize, now: Instant) -> bool {
        if self.current.documents() == HALF_WINDOW {
            self.previous = std::mem::take(&mut self.current);
        }
        self.current.add(label, confidence, code_points);
        let due = self.named_language.is_none_or(|last| now - last >= LANGUAGE_PERIOD);
        if due {
            self.named_language = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_forgets_what_is_long_past() {
        let mut window = Window::default();
        let now = Instant::now();
        for _ in 0..HALF_WINDOW {
            window.add("old", 0.5, 10, now);
        }
        for _ in 0..2 * HALF_WINDOW {
            window.add("new", 0.5, 10, now);
        }
        let both = window.current.clone().with(&window.previous);
        assert_eq!(both.labels, [("new".to_owned(), 2 * HALF_WINDOW)].into());
    }

    #[test]
    fn a_busy_service_names_few_languages_and_a_quiet_one_all() {
        let mut window = Window::default();
        let now = Instant::now();
        assert!(window.add("a", 0.5, 10, now));
        assert!(!window.add("a", 0.5, 10, now + LANGUAGE_PERIOD / 2));
        assert!(window.add("a", 0.5, 10, now + LANGUAGE_PERIOD));
    }
}
