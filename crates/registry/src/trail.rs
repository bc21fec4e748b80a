//! Which versions an alias went through, for going back along them.

use std::collections::BTreeMap;

use crate::{AliasEvent, CHAMPION, EventKind};

/// The versions the champion went through, and last the champion; none if there is no champion.
pub(crate) fn champions(aliases: &BTreeMap<String, u32>, events: &[AliasEvent]) -> Vec<u32> {
    let now = aliases.get(CHAMPION).copied();
    now.map(|now| trail(events, CHAMPION, Some(now))).unwrap_or_default()
}

/// The versions `alias` went through to `current`, which is last; a rollback undoes the step it took back.
///
/// Events are recorded before they take effect, and files can be edited by hand, so where an event does not start
/// at the version the one before it led to, what is known to have been true wins.
pub(crate) fn trail(events: &[AliasEvent], alias: &str, current: Option<u32>) -> Vec<u32> {
    let mut steps = Steps::default();
    for event in events.iter().filter(|event| event.alias == alias) {
        steps.meet(event.from);
        steps.take(event);
    }
    steps.meet(current);
    steps.versions
}

#[derive(Default)]
struct Steps {
    versions: Vec<u32>,
    /// The last version before the last event.
    before: Option<u32>,
    /// What the last event took from the end of `versions`, and whether it then added to it.
    taken: Option<u32>,
    added: bool,
}

impl Steps {
    /// Makes `actual` the last version.
    fn meet(&mut self, actual: Option<u32>) {
        if self.versions.last().copied() == actual {
            return;
        }
        if self.before == actual {
            // The last event was recorded, and then its writer was killed.
            self.undo();
        } else {
            self.versions.extend(actual);
        }
    }

    fn take(&mut self, event: &AliasEvent) {
        self.before = self.versions.last().copied();
        self.taken = if event.kind == EventKind::Rollback { self.versions.pop() } else { None };
        self.added = self.versions.last() != Some(&event.to);
        if self.added {
            self.versions.push(event.to);
        }
    }

    fn undo(&mut self) {
        if self.added {
            self.versions.pop();
        }
        self.versions.extend(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, from: Option<u32>, to: u32) -> AliasEvent {
        let [alias, who, why, at] = ["champion", "", "", ""].map(str::to_owned);
        AliasEvent { alias, from, to, kind, who, why, at, evidence: None }
    }

    fn set(from: impl Into<Option<u32>>, to: u32) -> AliasEvent {
        event(EventKind::Set, from.into(), to)
    }

    fn back(from: u32, to: u32) -> AliasEvent {
        event(EventKind::Rollback, Some(from), to)
    }

    fn champion(events: &[AliasEvent], current: impl Into<Option<u32>>) -> Vec<u32> {
        trail(events, "champion", current.into())
    }

    #[test]
    fn every_rollback_undoes_one_step() {
        let up = [set(None, 1), set(1, 2), set(2, 3)];
        assert_eq!(champion(&up, 3), [1, 2, 3]);
        assert_eq!(champion(&[&up[..], &[back(3, 2)]].concat(), 2), [1, 2]);
        assert_eq!(champion(&[&up[..], &[back(3, 2), back(2, 1)]].concat(), 1), [1]);
        assert_eq!(champion(&[&up[..], &[back(3, 2), set(2, 4)]].concat(), 4), [1, 2, 4]);
    }

    #[test]
    fn other_aliases_do_not_count() {
        let other = AliasEvent { alias: "challenger".to_owned(), ..set(None, 9) };
        assert_eq!(champion(&[set(None, 1), other], 1), [1]);
    }

    #[test]
    fn a_change_that_was_recorded_and_never_made_does_not_count() {
        assert_eq!(champion(&[set(None, 1)], None), [0; 0]);
        assert_eq!(champion(&[set(None, 1), set(1, 2)], 1), [1]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), set(1, 3)], 3), [1, 3]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), set(1, 3)], 1), [1]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), back(2, 1)], 2), [1, 2]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), back(2, 1), back(2, 1)], 1), [1]);
    }

    #[test]
    fn a_change_by_hand_is_a_step() {
        assert_eq!(champion(&[set(None, 1), set(1, 2)], 7), [1, 2, 7]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), set(7, 3)], 3), [1, 2, 7, 3]);
        assert_eq!(champion(&[], 4), [4]);
        assert_eq!(champion(&[set(None, 1), set(1, 2), set(None, 5)], 5), [1, 2, 5]);
    }
}
