//! A disk without room. The limit is the operating system's, on the size of a process's files, so the test is one.

use std::process::Command;

use switchboard_decisions::{DecisionLog, Filter};

use crate::common::{counted, decision, options, read, recorded_again};

#[test]
fn a_full_disk_drops_and_recovers_when_there_is_room() {
    // Blocks of 512 bytes; a write beyond them fails instead of ending the process.
    let script =
        "trap '' XFSZ; ulimit -S -f 800; exec \"$0\" --exact full_disk::fill --ignored --nocapture";
    let program = std::env::current_exe().unwrap();
    let inner = Command::new("sh").arg("-c").arg(script).arg(program).output().unwrap();
    let told = String::from_utf8_lossy(&inner.stdout).into_owned();
    assert!(inner.status.success() && told.contains("1 passed"), "{told}");
}

#[tokio::test]
#[ignore = "the test above runs it with a limit"]
async fn fill() {
    let folder = tempfile::tempdir().unwrap();
    let url: switchboard_decisions::DecisionLogUrl =
        format!("sqlite:{}", folder.path().join("decisions.db").display()).parse().unwrap();
    let log = DecisionLog::open(url.clone(), options());
    let mut number = 0;
    while log.counts().dropped_failed == 0 {
        for _ in 0..100 {
            log.record(decision(number));
            number += 1;
        }
        counted(&log, |counts| counts.queued == 0).await;
    }
    let fitted = log.counts().recorded;
    assert!(fitted > 0);
    let pid = std::process::id().to_string();
    let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
    assert!(lifted.unwrap().success());
    recorded_again(&log, number).await;
    assert!(read(&url, Filter::default()).await.len() as u64 > fitted);
}
