//! Publishers in processes of their own, some of which are killed.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::common::{NAME, empty, open, publish, to, tree, write};
use switchboard_registry::CHAMPION;

const ROOT: &str = "SWITCHBOARD_TEST_REGISTRY";
const READY: &str = "staged and waiting";

fn root() -> PathBuf {
    env::var_os(ROOT).expect("the test that starts this one sets it").into()
}

/// Starts this test program again, to run one of the ignored tests below.
fn start(test: &str, root: &Path) -> Child {
    let program = env::current_exe().expect("this program");
    let arguments = [&format!("processes::{test}"), "--exact", "--ignored", "--nocapture"];
    Command::new(program)
        .args(arguments)
        .env(ROOT, root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

#[test]
#[ignore = "started in processes of its own by `four_processes_get_numbers_of_their_own`"]
fn publishes_ten_versions() {
    let registry = open(&root());
    for _ in 0..10 {
        let version = publish(&registry).unwrap();
        registry.set_alias(NAME, CHAMPION, to(version)).unwrap();
    }
}

#[test]
#[ignore = "started in a process of its own by `what_a_killed_publisher_leaves_is_removed`"]
fn stages_and_waits() {
    let staged = open(&root()).stage(NAME).unwrap();
    write(&staged, NAME, b"weights");
    println!("\n{READY}");
    // Its parent never writes: it kills.
    std::io::stdin().read_exact(&mut [0]).unwrap();
}

#[test]
fn four_processes_get_numbers_of_their_own() {
    let (folder, registry) = empty();
    let root = folder.path().join("registry");
    let children: Vec<Child> = (0..4).map(|_| start("publishes_ten_versions", &root)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(registry.versions(NAME).unwrap(), (1..=40).collect::<Vec<_>>());
    let events = registry.history(NAME).unwrap();
    let promoted: BTreeSet<u32> = events.iter().map(|event| event.to).collect();
    assert_eq!(promoted, (1..=40).collect());
    assert!(events.windows(2).all(|pair| pair[1].from == Some(pair[0].to)));
    assert_eq!(registry.aliases(NAME).unwrap()[CHAMPION], events[39].to);
}

#[test]
fn what_a_killed_publisher_leaves_is_removed() {
    let (folder, registry) = empty();
    let root = folder.path().join("registry");
    let mut child = start("stages_and_waits", &root);
    wait_until_ready(child.stdout.take().unwrap());

    assert_eq!(
        registry.sweep_staging(Duration::ZERO).unwrap(),
        0,
        "a living publisher keeps its work"
    );
    child.kill().unwrap();
    child.wait().unwrap();

    assert!(registry.models().unwrap().is_empty());
    assert!(registry.versions(NAME).unwrap().is_empty());
    assert!(tree(&root).iter().any(|path| path.ends_with("/artifact/manifest.json")));
    assert_eq!(registry.sweep_staging(Duration::from_hours(1)).unwrap(), 0, "it is not old enough");
    let living = registry.stage(NAME).unwrap();
    assert_eq!(registry.sweep_staging(Duration::ZERO).unwrap(), 1);
    write(&living, NAME, b"weights");
    assert_eq!(registry.publish(living).unwrap(), 1);
    assert_eq!(tree(&root.join(".staging")), ["lock"]);
}

fn wait_until_ready(output: ChildStdout) {
    let mut lines = BufReader::new(output).lines();
    assert!(lines.any(|line| line.expect("a line") == READY), "the process ended early");
}
