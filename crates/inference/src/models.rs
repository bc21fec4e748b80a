//! What is loaded now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arc_swap::ArcSwap;
use switchboard_artifact::LanguageFacts;
use switchboard_classify::Classifier;
use switchboard_evaluate::Spread;

/// One loaded version of a model.
pub struct Served {
    /// Registered name: `category-tfidf`.
    pub name: String,
    /// Version number.
    pub version: u32,
    /// The label set.
    pub task: String,
    /// `tfidf` or `transformer`.
    pub family: String,
    /// What it knows of each language.
    pub languages: BTreeMap<String, LanguageFacts>,
    /// What was measured on held-out rows when it was made, by name.
    pub metrics: BTreeMap<String, f64>,
    /// How its answers to held-out rows were spread; `None` in versions made before this was kept.
    pub reference: Option<Spread>,
    /// The model.
    pub classifier: Arc<dyn Classifier>,
}

/// Every loaded version, and where the aliases pointed when it was put together.
#[derive(Default, Clone)]
pub struct ModelSet {
    served: BTreeMap<(String, u32), Arc<Served>>,
    /// (task, alias) to version.
    aliases: BTreeMap<(String, String), u32>,
    /// Name and version of what an alias points at and may not serve.
    refused: BTreeSet<(String, u32)>,
}

/// There is no such model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownModel {
    /// Nothing is loaded at all, for now.
    #[error("no model is loaded yet; try again later")]
    Nothing,
    /// No version of the task is loaded.
    #[error("no model for this task is loaded; loaded: {loaded}")]
    Task {
        /// The tasks that are.
        loaded: String,
    },
    /// The version is not loaded.
    #[error("this version is not loaded; loaded: {loaded}")]
    Version {
        /// The aliases and numbers that are.
        loaded: String,
    },
}

impl ModelSet {
    /// Points `alias` at a version, and lets go of what no alias points at any more.
    pub(crate) fn point(&mut self, alias: &str, served: Arc<Served>) {
        let task = served.task.clone();
        self.aliases.insert((task.clone(), alias.to_owned()), served.version);
        self.served.insert((task, served.version), served);
        let aliases = &self.aliases;
        self.served.retain(|(task, version), _| {
            aliases.iter().any(|((of, _), to)| of == task && to == version)
        });
    }

    /// Notes whether a version that an alias points at may not serve.
    pub(crate) fn note_refusal(&mut self, name: &str, version: u32, is_refused: bool) {
        if is_refused {
            self.refused.insert((name.to_owned(), version));
        } else {
            self.refused.remove(&(name.to_owned(), version));
        }
    }

    /// Forgets refusals of versions that nothing points at any more.
    pub(crate) fn keep_refusals(&mut self, are_wanted: impl Fn(&str, u32) -> bool) {
        self.refused.retain(|(name, version)| are_wanted(name, *version));
    }

    /// Name and version of what an alias points at and may not serve.
    pub fn refused(&self) -> impl Iterator<Item = (&str, u32)> {
        self.refused.iter().map(|(name, version)| (name.as_str(), *version))
    }

    /// The version of `task` that an alias or a number selects.
    pub fn select(&self, task: &str, version: &str) -> Result<Arc<Served>, UnknownModel> {
        let number = match version.parse() {
            Ok(number) => Some(number),
            Err(_) => self.aliases.get(&(task.to_owned(), version.to_owned())).copied(),
        };
        let found = number.and_then(|number| self.served.get(&(task.to_owned(), number)));
        found.cloned().ok_or_else(|| self.unknown(task))
    }

    fn unknown(&self, task: &str) -> UnknownModel {
        let versions: Vec<u32> =
            self.served.keys().filter(|(of, _)| of == task).map(|(_, version)| *version).collect();
        if self.is_empty() {
            return UnknownModel::Nothing;
        }
        if versions.is_empty() {
            let mut tasks: Vec<&str> = self.served.keys().map(|(task, _)| task.as_str()).collect();
            tasks.dedup();
            return UnknownModel::Task { loaded: tasks.join(", ") };
        }
        let aliases =
            self.aliases.keys().filter(|(of, _)| of == task).map(|(_, alias)| alias.clone());
        let loaded: Vec<String> = aliases.chain(versions.iter().map(u32::to_string)).collect();
        UnknownModel::Version { loaded: loaded.join(", ") }
    }

    /// Every loaded version and the aliases that point to it.
    pub fn all(&self) -> impl Iterator<Item = (&Arc<Served>, Vec<&str>)> {
        self.served.iter().map(|((task, version), served)| {
            let pointing =
                self.aliases.iter().filter(move |((of, _), to)| of == task && *to == version);
            (served, pointing.map(|((_, alias), _)| alias.as_str()).collect())
        })
    }

    /// Where `alias` of `task` points.
    pub(crate) fn aliased(&self, task: &str, alias: &str) -> Option<Arc<Served>> {
        let version = self.aliases.get(&(task.to_owned(), alias.to_owned()))?;
        self.served.get(&(task.to_owned(), *version)).cloned()
    }

    /// Whether nothing is loaded.
    pub fn is_empty(&self) -> bool {
        self.served.is_empty()
    }
}

/// The current [`ModelSet`], shared by everything that reads it.
#[derive(Clone, Default)]
pub struct Models(Arc<ArcSwap<ModelSet>>);

impl Models {
    /// What is loaded now. What it holds stays whole however long it is kept.
    pub fn current(&self) -> Arc<ModelSet> {
        self.0.load_full()
    }

    pub(crate) fn replace(&self, set: ModelSet) {
        self.0.store(Arc::new(set));
    }
}
