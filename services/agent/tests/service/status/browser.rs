//! The status page as a browser shows it.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use super::PRINTER;
use crate::common::agent::{linear, transformer};
use crate::common::{Agent, eventually, fake, http};

const PATIENCE: Duration = Duration::from_mins(2);

/// What a browser made of a page.
struct Rendered {
    /// The document after its scripts ran, as markup.
    dom: String,
    /// What its console says.
    console: Vec<String>,
}

impl Rendered {
    /// The text of the first element with this id.
    fn text_of(&self, id: &str) -> &str {
        let (_, from) = self.dom.split_once(&format!("id=\"{id}\"")).unwrap();
        let (_, from) = from.split_once('>').unwrap();
        from.split_once('<').unwrap().0
    }

    fn count(&self, markup: &str) -> usize {
        self.dom.matches(markup).count()
    }
}

/// Opens a page, lets five seconds of its time pass, and looks.
async fn open(url: &str) -> Rendered {
    let profile = TempDir::new().unwrap();
    let mut command = Command::new(browser());
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .args(["--no-first-run", "--disable-background-networking", "--disable-component-update"])
        .args(["--disable-sync", "--disable-quic", "--enable-logging=stderr"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--window-size=1200,900", "--virtual-time-budget=5000", "--dump-dom", url])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output.expect("the browser ends in time").unwrap();
    let [dom, log] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{log}");
    let console = log.lines().filter(|line| line.contains(":CONSOLE"));
    Rendered { dom, console: console.map(str::to_owned).collect() }
}

/// Chromium by one of the names systems give it.
fn browser() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
        .expect("this test needs a browser: put chromium or google-chrome on the PATH")
}

#[tokio::test]
async fn status_page_in_a_browser() {
    let (linear, transformer) = (linear(), transformer());
    linear.knows("fr", 412, 0.914);
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    agent.route(PRINTER).await;
    linear.says(fake::UNSURE);
    agent.route(PRINTER).await;
    let url = format!("http://{}/status", agent.admin);

    let page = open(&url).await;
    assert_eq!(page.console, [""; 0]);
    assert_eq!(page.text_of("state"), "Answering", "{}", page.dom);
    for version in ["category-tfidf v1", "category-transformer v1"] {
        assert_eq!(page.count(&format!("<td>{version}<")), 1, "{version}: {}", page.dom);
    }
    assert_eq!(page.count("right on held-out rows: fr&nbsp;0.91<"), 1, "{}", page.dom);
    assert_eq!(page.count("<td class=\"up\">up</td>"), 2, "{}", page.dom);
    for drawn in ["class=\"bar tfidf ", "class=\"bar transformer ", "class=\"line p99\""] {
        assert_eq!(page.count(drawn), 1, "{drawn}: {}", page.dom);
    }
    assert!(page.dom.contains("Tickets a minute: now 2, at most 2 in the last"), "{}", page.dom);

    transformer.kill();
    eventually(async || http::get(agent.admin, "/status.json").await.json()["state"] == "degraded")
        .await;
    let page = open(&url).await;
    assert_eq!(page.console, [""; 0]);
    let sentence = "Degraded: the transformer service does not answer: start it, or check its URL";
    assert_eq!(page.text_of("state"), sentence, "{}", page.dom);
    assert_eq!(page.count("<td class=\"down\">down</td>"), 1, "{}", page.dom);
}

#[tokio::test]
async fn a_challenger_on_trial_stands_beside_its_champion() {
    let folder = TempDir::new().unwrap();
    let policy = folder.path().join("policy.toml");
    let section = "[[canary]]\ntask = 'category'\nfamily = 'tfidf'\nshare = 100\nmode = 'shadow'\n";
    std::fs::write(&policy, section).unwrap();
    let linear = linear();
    linear.challenged_by(2, [0.9, 0.05, 0.05]);
    let agent = Agent::before(&linear, &["--policy", policy.to_str().unwrap()]).await;
    eventually(async || {
        agent.route(PRINTER).await;
        let status = http::get(agent.admin, "/status.json").await.json();
        status["canaries"][0]["agreement"]["different"].as_u64() > Some(0)
    })
    .await;
    let page = open(&format!("http://{}/status", agent.admin)).await;
    assert_eq!(page.console, [""; 0]);
    for shown in [
        "<th scope=\"row\">category tfidf</th><td class=\"up\">running<small>shadow of 100 %</small>",
        "<td>v2<small>",
        "<td>v1<small>",
        "<td>0.0 % of ",
    ] {
        assert_eq!(page.count(shown), 1, "{shown}: {}", page.dom);
    }
}

/// Hands on what the agent says, but its report only once: from then on it is silent.
async fn falling_silent(agent: &Agent) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/status", listener.local_addr().unwrap());
    let (admin, reports) = (agent.admin, Arc::new(AtomicUsize::new(0)));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let reports = reports.clone();
            tokio::spawn(async move {
                let mut request = String::new();
                // A browser also opens connections that it says nothing on.
                let _ = BufReader::new(&mut stream).read_line(&mut request).await;
                let Some(path) = request.split(' ').nth(1) else { return };
                if path == "/status.json" && reports.fetch_add(1, Ordering::SeqCst) > 0 {
                    return;
                }
                let http::Reply { head, body, .. } = http::get(admin, path).await;
                let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await;
            });
        }
    });
    url
}

#[tokio::test]
async fn a_page_whose_agent_fell_silent_says_since_when() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let page = open(&falling_silent(&agent).await).await;
    let sentence = page.text_of("state");
    let start = "Not answering: no word from the agent since ";
    let end = ", and what is shown below is from then";
    assert!(sentence.starts_with(start) && sentence.ends_with(end), "{sentence}");
    assert_eq!(page.count("<main id=\"shown\" class=\"stale\">"), 1, "{}", page.dom);
    assert_eq!(page.count("<td>category-tfidf v1</td>"), 1, "{}", page.dom);
}

/// A test of the test: what a page must not do is seen when one does it.
#[tokio::test]
async fn a_page_that_breaks_its_policy_is_found_out() {
    let policy = "<meta http-equiv=content-security-policy content=\"img-src 'none'\">";
    let page = open(&format!("data:text/html,{policy}<img src=http://127.0.0.1:9/>")).await;
    let told = page.console.iter().any(|line| line.contains("Content Security Policy"));
    assert!(told, "{:?}", page.console);
}
