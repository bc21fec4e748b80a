//! Log lines, and the filter that can be changed while the process runs.

use std::sync::OnceLock;

use tracing::Level;
use tracing_subscriber::filter::{FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Filter;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use crate::{TelemetryError, is_ours};

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object for programs.
    Json,
}

/// The filter of the process, once it logs.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// What is logged now, as [`set_log_filter`] takes it.
pub fn log_filter() -> Result<String, TelemetryError> {
    let handle = FILTER.get().ok_or(TelemetryError::NotStarted)?;
    handle.with_current(ToString::to_string).map_err(|_| TelemetryError::NotStarted)
}

/// Changes what is logged from now on: a level, or a list of module=level.
pub fn set_log_filter(value: &str) -> Result<(), TelemetryError> {
    let filter = parse(value)?;
    let handle = FILTER.get().ok_or(TelemetryError::NotStarted)?;
    handle.reload(filter).map_err(|_| TelemetryError::NotStarted)
}

/// The filter that [`set_log_filter`] changes.
pub(crate) fn adjustable(
    value: &str,
) -> Result<reload::Layer<EnvFilter, Registry>, TelemetryError> {
    let (filter, handle) = reload::Layer::new(parse(value)?);
    FILTER.set(handle).map_err(|_| TelemetryError::Twice)?;
    Ok(filter)
}

fn parse(value: &str) -> Result<EnvFilter, TelemetryError> {
    let refuse = |source| TelemetryError::Filter { value: value.to_owned(), source };
    // A word that is no level would be taken for a module of that name, and silence everything else.
    let is_level = |part: &str| !part.is_empty() && part.parse::<LevelFilter>().is_ok();
    let is_clear = |part: &str| part.contains('=') || is_level(part);
    if !value.split(',').all(|part| is_clear(part.trim())) {
        return Err(refuse(None));
    }
    EnvFilter::try_new(value).map_err(|source| refuse(Some(source)))
}

/// Lines on `writer`, of what `filter` lets through.
pub(crate) fn layer<W>(
    format: LogFormat,
    writer: W,
    ansi: bool,
    filter: impl Filter<Registry> + Send + Sync + 'static,
) -> impl Layer<Registry> + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
        }
    };
    // Spans are for traces: formatting them for lines that are hardly ever written would cost more than all else here.
    let discreet = filter_fn(|about| {
        about.is_event() && (*about.level() <= Level::INFO || is_ours(about.target()))
    });
    lines.with_filter(filter.and(discreet))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no test panics while it writes").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What `format` writes of what `log` lets through.
    fn written(format: LogFormat, log: &str, tell: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = layer(format, move || writer.clone(), false, parse(log).unwrap());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), tell);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn libraries_log_no_frames_however_much_is_asked_for() {
        for log in ["trace", "h2=trace,h2::codec=trace,hyper=debug,agent=trace"] {
            let text = written(LogFormat::Text, log, || {
                tracing::trace!(target: "h2::codec::framed_read", "frame jane@example.com");
                tracing::debug!(target: "hyper::proto", "read jane@example.com");
                tracing::trace!(target: "agent::gateway", "ours");
            });
            assert!(text.contains("ours") && !text.contains("jane"), "{text}");
        }
    }

    #[test]
    fn a_filter_is_levels_and_modules_with_levels() {
        for fine in ["off", "info", "DEBUG", "warn,agent=debug", "h2=off, info"] {
            assert!(parse(fine).is_ok(), "{fine:?}");
        }
        for wrong in ["", "verbose", "info,", "agent", "agent=loud", "agent[=info"] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn json_lines_are_flat() {
        let text = written(LogFormat::Json, "info", || {
            let span = tracing::error_span!(target: "agent", "request");
            span.in_scope(|| tracing::info!(target: "agent", route = "tfidf", "answered"));
        });
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&line["message"], &line["route"]), (&"answered".into(), &"tfidf".into()));
        assert!(line.get("spans").is_none(), "{line}");
    }
}
