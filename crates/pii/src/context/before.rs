//! What the words before a number add up to.

use super::Role;

/// What stands before a number, nearest word first.
pub(crate) struct Before {
    steps: Vec<Step>,
}

/// One word.
pub(super) struct Step {
    pub(super) role: Option<Role>,
    /// A sentence or a line ends between this word and the next.
    pub(super) ends: bool,
}

impl Before {
    /// `steps` from the number away.
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// The nearest word of one of `roles`, as the number of unknown words in between, if at most `limit`.
    pub(crate) fn distance(&self, roles: &[Role], limit: usize) -> Option<usize> {
        let (mut distance, mut ended) = (0, false);
        for (at, step) in self.steps.iter().enumerate() {
            if step.ends {
                distance += 1;
                ended = true;
            }
            match step.role {
                Some(role) if roles.contains(&role) => {
                    if role == Role::Party && !self.names_a_number(at) {
                        distance = distance.max(1);
                    }
                    // `factura electrónica n.º`: the word in between belongs to the name.
                    let named = distance == 1 && !ended && self.nearest() == Some(Role::Number);
                    let distance = if named { 0 } else { distance };
                    return (distance <= limit).then_some(distance);
                }
                Some(
                    Role::Number | Role::Small | Role::Toward | Role::Place | Role::Possessive,
                ) => {}
                _ => distance += 1,
            }
        }
        None
    }

    fn nearest(&self) -> Option<Role> {
        self.steps.first()?.role
    }

    /// Whether a word such as `to` leads to the number.
    pub(crate) fn leads_to_number(&self) -> bool {
        self.nearest() == Some(Role::Toward)
    }

    /// Whether the word at `at` is part of a name: `customer number`, `numéro de client`, `delivery note`.
    fn names_a_number(&self, at: usize) -> bool {
        let is_small = |step: &&Step| matches!(step.role, Some(Role::Small | Role::Toward));
        let mut nearer = self.steps[..at].iter().rev().skip_while(is_small);
        let mut farther = self.steps[at + 1..].iter().skip_while(is_small);
        [nearer.next(), farther.next()]
            .into_iter()
            .flatten()
            .any(|step| matches!(step.role, Some(Role::Number | Role::Other)))
    }

    /// Whether `my number`, `my manager's number` or the like stands directly before.
    pub(crate) fn is_my_number(&self) -> bool {
        let (mut is_number, mut is_mine) = (false, false);
        for step in &self.steps {
            match step.role {
                Some(Role::Number) => is_number = true,
                Some(Role::Possessive | Role::Relation) => is_mine = true,
                Some(Role::Small | Role::Toward | Role::Place) => {}
                _ => return false,
            }
            if is_number && is_mine {
                return true;
            }
        }
        false
    }
}
