//! A line of stdin as a ticket.
//!
//! What is wrong with a line is said without quoting it: it may hold a customer's words.

use std::collections::HashMap;

use serde_json::{Map, Value};
use switchboard_proto::v1::RouteTicketRequest;

use crate::reply::LineError;

const FIELDS: [&str; 7] = ["text", "id", "task", "explain", "metadata", "conversation_id", "route"];

/// A JSON object of a line.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a line that should be a JSON object.
    pub(crate) fn parse(line: &str) -> Result<Self, LineError> {
        if line.trim().is_empty() {
            return Err(LineError::malformed("the line is empty: write one JSON object a line"));
        }
        match serde_json::from_str(line) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => {
                Err(LineError::malformed("the line is not a JSON object: write {\"text\": \"…\"}"))
            }
            Err(error) => Err(LineError::malformed(&format!(
                "the line is not JSON (column {}): write {{\"text\": \"…\"}}",
                error.column()
            ))),
        }
    }

    /// The text, which every line must have.
    pub(crate) fn text(&self) -> Result<String, LineError> {
        self.string("text")?
            .ok_or_else(|| LineError::invalid("`text` is missing: write {\"text\": \"…\"}"))
    }

    fn string(&self, name: &str) -> Result<Option<String>, LineError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(LineError::invalid(&format!("`{name}` must be a string"))),
        }
    }

    fn boolean(&self, name: &str) -> Result<Option<bool>, LineError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(LineError::invalid(&format!("`{name}` must be true or false"))),
        }
    }

    fn strings(&self, name: &str) -> Result<HashMap<String, String>, LineError> {
        let wrong = || LineError::invalid(&format!("`{name}` must be an object of strings"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(HashMap::new()),
            Some(Value::Object(entries)) => entries
                .iter()
                .map(|(key, value)| {
                    value.as_str().map(|value| (key.clone(), value.to_owned())).ok_or_else(wrong)
                })
                .collect(),
            Some(_) => Err(wrong()),
        }
    }
}

/// What a ticket is given when its line does not say.
pub(crate) struct Defaults<'d> {
    /// The label set to choose from.
    pub(crate) task: &'d str,
    /// Whether to return the terms behind the label.
    pub(crate) explain: bool,
}

/// The ticket of a line.
pub(crate) fn parse(line: &str, defaults: &Defaults<'_>) -> Result<RouteTicketRequest, LineError> {
    let fields = Fields::parse(line)?;
    if let Some(name) = fields.0.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(LineError::unknown_field(name, &FIELDS));
    }
    Ok(RouteTicketRequest {
        text: fields.text()?,
        id: fields.string("id")?.unwrap_or_default(),
        task: fields.string("task")?.unwrap_or_else(|| defaults.task.to_owned()),
        conversation_id: fields.string("conversation_id")?.unwrap_or_default(),
        metadata: fields.strings("metadata")?,
        explain: fields.boolean("explain")?.unwrap_or(defaults.explain),
        route: fields.string("route")?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults<'static> = Defaults { task: "category", explain: true };

    #[test]
    fn a_line_wins_over_the_defaults() {
        let ticket = parse(r#"{"text": "a", "id": null}"#, &DEFAULTS).unwrap();
        assert_eq!(
            (ticket.task.as_str(), ticket.explain, ticket.id.as_str()),
            ("category", true, "")
        );
        let line = r#"{"text": "a", "task": "priority", "explain": false, "metadata": {"k": "v"}}"#;
        let ticket = parse(line, &DEFAULTS).unwrap();
        assert_eq!((ticket.task.as_str(), ticket.explain), ("priority", false));
        assert_eq!(ticket.metadata["k"], "v");
    }

    #[test]
    fn what_is_wrong_is_named_and_never_quoted() {
        let cases = [
            ("", "malformed_json", "empty"),
            ("secret", "malformed_json", "not JSON (column 1)"),
            (r#"["secret"]"#, "malformed_json", "not a JSON object"),
            ("{}", "invalid_argument", "`text` is missing"),
            (r#"{"text": 4242}"#, "invalid_argument", "`text` must be a string"),
            (r#"{"text": "a", "explain": "secret"}"#, "invalid_argument", "`explain` must be true"),
            (r#"{"text": "a", "metadata": {"a": 4242}}"#, "invalid_argument", "object of strings"),
            (r#"{"text": "a", "txt": "secret"}"#, "unknown_field", "`txt`"),
        ];
        for (line, kind, part) in cases {
            let error = parse(line, &DEFAULTS).unwrap_err();
            assert_eq!(error.kind(), kind, "{line}");
            let message = error.message();
            assert!(message.contains(part), "{line}: {message}");
            assert!(!message.contains("secret") && !message.contains("4242"), "{message}");
        }
    }
}
