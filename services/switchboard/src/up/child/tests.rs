use std::path::Path;

use super::*;

/// A program that is a line of shell; the arguments after `-c` and the line are its `$0` and so on.
fn shell(line: &str, folder: &Path) -> Program {
    let args = ["-c", line].into_iter().map(Into::into).chain([folder.as_os_str().to_owned()]);
    Program { name: "stand-in", path: "/bin/sh".into(), args: args.collect() }
}

async fn appears(path: &Path) {
    let wait = async {
        while !path.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the file appears");
}

#[tokio::test]
async fn a_child_stops_when_its_stdin_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let running = keep(shell("touch $0/started; cat > /dev/null; touch $0/stopped", folder.path()));
    appears(&folder.path().join("started")).await;
    assert!(!folder.path().join("stopped").exists());
    running.stop().await;
    assert!(folder.path().join("stopped").exists());
}

#[tokio::test]
async fn a_child_that_ends_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let line = "[ -e $0/first ] || { touch $0/first; exit 3; }; touch $0/second; cat > /dev/null";
    let running = keep(shell(line, folder.path()));
    appears(&folder.path().join("second")).await;
    running.stop().await;
}

#[tokio::test]
async fn a_child_that_does_not_listen_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let program = shell("touch $0/started; exec sleep 600", folder.path());
    let child = Child::start(&program).unwrap();
    appears(&folder.path().join("started")).await;
    child.stop(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let missing =
        Program { name: "stand-in", path: folder.path().join("missing"), args: Vec::new() };
    let running = keep(missing);
    tokio::time::timeout(Duration::from_secs(20), running.stop()).await.expect("it stops");
}

#[tokio::test]
async fn programs_run_in_turn_until_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["touch $0/first", "exit 4", "touch $0/third"];
    let mut running = run_in_turn(lines.iter().map(|line| shell(line, folder.path())).collect());
    let failure = running.ended().await.unwrap().unwrap_err();
    assert_eq!(failure.to_string(), "`stand-in` ended with exit status: 4");
    assert!(folder.path().join("first").exists());
    assert!(!folder.path().join("third").exists());
}
