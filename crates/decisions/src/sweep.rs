//! Deletes, again and again, what need not be kept any more.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tracing::{info, warn};

use crate::store::{Store, StoreError};
use crate::{DecisionLogUrl, LogOptions, Retention};

/// Adding up the sizes of a large log takes longer than storing a few decisions may.
const DEADLINE: Duration = Duration::from_mins(1);

/// Runs until it is aborted. It has a connection of its own, so that what is recorded does not wait for it.
pub(crate) async fn run(url: DecisionLogUrl, options: LogOptions) {
    let mut failing = false;
    loop {
        let swept = sweep(&url, options.retention).await;
        match &swept {
            Err(error) if !failing => {
                warn!(store = %url, %error, "old decisions cannot be deleted: {error}");
            }
            Ok(()) if failing => info!(store = %url, "old decisions are deleted again"),
            _ => {}
        }
        failing = swept.is_err();
        tokio::time::sleep(options.sweep_interval).await;
    }
}

async fn sweep(url: &DecisionLogUrl, retention: Retention) -> Result<(), StoreError> {
    let mut store = Store::open(url, DEADLINE).await?;
    store.delete_older_than(oldest_ms(retention.max_age)).await?;
    store.delete_beyond(i64::try_from(retention.max_bytes).unwrap_or(i64::MAX)).await?;
    store.give_back().await?;
    store.close().await;
    Ok(())
}

fn oldest_ms(max_age: Duration) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.saturating_sub(max_age).as_millis()).unwrap_or(i64::MAX)
}
