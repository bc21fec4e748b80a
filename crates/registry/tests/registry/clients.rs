//! What is published here, seen by MLflow's own client; and what it needs to be reached.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use switchboard_artifact::{
    ArtifactWriter, DataFacts, LanguageFacts, Manifest, SIGNATURE_FILE, SigningKey,
};
use switchboard_registry::{
    Access, AliasChange, CHALLENGER, CHAMPION, Registry, RegistryUrl, ServerOptions,
};

use crate::common::{AT, NAME, Place, options, to};
use crate::fake::{Fake, Fate};
use crate::real::{Real, installed};

const CARD: &str = "# A model\n\nMade for this test.\n";

/// Publishes a signed version with settings, measurements and epochs, with a card or without; returns its signature.
fn publish_rich(registry: &Registry, name: &str, card: bool) -> String {
    let staged = registry.stage(name).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_file("model.bin", &vec![7; 300_000]).unwrap();
    if card {
        writer.add_file("model-card.md", CARD.as_bytes()).unwrap();
    }
    let [task, family] = ["category", "transformer"].map(str::to_owned);
    let epochs = json!([{"loss": 2.0, "accuracy": 0.8}, {"loss": 1.0, "accuracy": 0.9}]);
    let settings = json!({"fit": {"rate": 0.1, "labels": {"Café & co": 1}}, "long": "x".repeat(9_000), "epochs": epochs});
    let many: Vec<(String, Value)> = (0..150).map(|n| (format!("many_{n:03}"), json!(n))).collect();
    let mut settings: std::collections::BTreeMap<String, Value> =
        serde_json::from_value(settings).unwrap();
    settings.extend(many);
    let manifest = Manifest {
        name: name.to_owned(),
        task,
        family,
        labels: vec!["Billing".to_owned(), "Hardware".to_owned()],
        languages: [("fr".to_owned(), LanguageFacts::default())].into(),
        metrics: [("accuracy".to_owned(), 0.9), ("macro_f1".to_owned(), 0.85)].into(),
        seed: 7,
        data: DataFacts { rows: 1_000, fingerprint: "abc".to_owned() },
        code_revision: "0123456789012345678901234567890123456789".to_owned(),
        created_at: "2026-01-01T00:00:00Z".to_owned(),
        settings,
        ..Manifest::default()
    };
    writer.seal_signed(manifest, Some(&SigningKey::generate().unwrap())).unwrap();
    let signature = std::fs::read_to_string(staged.path().join(SIGNATURE_FILE)).unwrap();
    registry.publish(staged).unwrap();
    signature
}

const LOOK: &str = r#"
import hashlib, json, os, sys, mlflow
client, name = mlflow.MlflowClient(), sys.argv[1]
model = client.get_registered_model(name)
versions = sorted(client.search_model_versions(f"name='{name}'"), key=lambda version: int(version.version))
run = client.get_run(versions[0].run_id)
folder = mlflow.artifacts.download_artifacts(f"models:/{name}@champion")
files = {file: os.path.getsize(os.path.join(folder, file)) for file in os.listdir(folder)}
manifest = open(os.path.join(folder, "manifest.json"), "rb").read()
print(json.dumps({
    "aliases": model.aliases,
    "model_tags": list(model.tags),
    "stages": [version.current_stage for version in versions],
    "tags": versions[0].tags,
    "descriptions": [version.description for version in versions],
    "status": run.info.status,
    "run": run.info.run_name,
    "start": run.info.start_time,
    "experiment": client.get_experiment(run.info.experiment_id).name,
    "run_tags": run.data.tags,
    "params": run.data.params,
    "metrics": run.data.metrics,
    "losses": [[metric.step, metric.value] for metric in client.get_metric_history(run.info.run_id, "epoch_loss")],
    "files": files,
    "sha256": hashlib.sha256(manifest).hexdigest(),
    "signature": open(os.path.join(folder, "manifest.sig")).read(),
}))
"#;

#[test]
fn mlflows_own_client_sees_what_was_published_and_promoted() {
    let place = Place::real();
    let (registry, name) = (place.open(), &*place.name);
    let signature = publish_rich(&registry, name, true);
    publish_rich(&registry, name, false);
    registry.set_alias(name, CHALLENGER, to(1)).unwrap();
    registry.set_alias(name, CHAMPION, to(2)).unwrap();
    let change = AliasChange { evidence: Some(json!({"p": 0.01})), ..to(1) };
    registry.set_alias(name, CHAMPION, change).unwrap();
    registry.set_alias(name, CHALLENGER, to(2)).unwrap();
    let seen = Real::running().python(LOOK, &[name]);

    assert_eq!(seen["aliases"], json!({"champion": "1", "challenger": "2"}));
    assert_eq!(seen["stages"], json!(["Production", "Staging"]));
    let recorded = seen["model_tags"].as_array().unwrap().iter();
    let recorded = recorded.filter(|key| key.as_str().unwrap().starts_with("switchboard.alias."));
    assert_eq!(recorded.count(), 4);
    assert_eq!(
        (&seen["tags"]["switchboard.family"], &seen["tags"]["switchboard.task"]),
        (&json!("transformer"), &json!("category"))
    );
    assert_eq!(seen["tags"]["switchboard.manifest_sha256"], seen["sha256"]);
    let paragraph = "The transformer model of the task category: 2 labels, trained on 1000 rows. On rows it had not seen: accuracy 0.9000, macro F1 0.8500. Languages: fr.";
    assert_eq!(seen["descriptions"], json!([CARD, paragraph]));
    assert_eq!(seen["status"], "FINISHED");
    assert_eq!(seen["run"], format!("{name} 2026-01-01T00:00:00Z"));
    assert_eq!(seen["start"], 1_767_225_600_000_u64);
    assert_eq!(seen["experiment"], format!("switchboard/{name}"));
    assert_eq!(seen["run_tags"]["switchboard.data.rows"], "1000");
    assert_eq!(
        seen["run_tags"]["mlflow.source.git.commit"],
        "0123456789012345678901234567890123456789"
    );
    assert_eq!(seen["params"]["fit.rate"], "0.1");
    assert_eq!(seen["params"]["fit.labels.Caf_ _ co"], "1");
    assert_eq!(seen["params"]["long"].as_str().unwrap().len(), 6_000);
    assert_eq!(seen["params"]["many_149"], "149");
    assert_eq!(
        (&seen["metrics"]["accuracy"], &seen["metrics"]["epoch_loss"]),
        (&json!(0.9), &json!(1.0))
    );
    assert_eq!(seen["losses"], json!([[1, 2.0], [2, 1.0]]));
    assert_eq!(seen["files"]["model.bin"], 300_000);
    assert_eq!(seen["signature"], signature);
}

const STAGES: &str = r#"
import json, sys, mlflow
versions = mlflow.MlflowClient().search_model_versions(f"name='{sys.argv[1]}'")
print(json.dumps({version.version: version.current_stage for version in versions}))
"#;

#[test]
fn the_stages_of_older_clients_follow_promotions_and_rollbacks() {
    let place = Place::real();
    let registry = place.with_versions(3);
    let name = &*place.name;
    let set = |alias, version| registry.set_alias(name, alias, to(version)).unwrap();
    let stages = || Real::running().python(STAGES, &[name]);
    set(CHAMPION, 1);
    set(CHALLENGER, 2);
    assert_eq!(stages(), json!({"1": "Production", "2": "Staging", "3": "None"}));
    set(CHAMPION, 2);
    assert_eq!(stages(), json!({"1": "Archived", "2": "Production", "3": "None"}));
    // The challenger is the champion, and both go back.
    registry.rollback(name, "operator", "worse", AT).unwrap();
    assert_eq!(stages(), json!({"1": "Production", "2": "Archived", "3": "None"}));
    set(CHALLENGER, 3);
    set(CHAMPION, 3);
    set(CHAMPION, 1);
    assert_eq!(stages(), json!({"1": "Production", "2": "Archived", "3": "Staging"}));
    set(CHALLENGER, 1);
    assert_eq!(stages(), json!({"1": "Production", "2": "Archived", "3": "Archived"}));
}

const REGISTER: &str = r"
import sys, mlflow
client, name = mlflow.MlflowClient(), sys.argv[1]
with mlflow.start_run() as run:
    mlflow.log_text('their own', 'model/weights.txt')
client.create_registered_model(name)
client.create_model_version(name, f'{run.info.artifact_uri}/model', run.info.run_id)
client.set_registered_model_alias(name, 'champion', 1)
print('{}')
";

#[test]
fn a_model_others_registered_is_listed_and_refused() {
    let place = Place::real();
    let registry = place.open();
    Real::running().python(REGISTER, &[&place.name]);
    assert!(registry.models().unwrap().contains(&place.name));
    assert_eq!(registry.aliases(&place.name).unwrap()[CHAMPION], 1);
    let message = registry.load(&place.name, 1).unwrap_err().to_string();
    assert!(
        message.contains("is not one of Switchboard's: there is no manifest.json"),
        "{message}"
    );
}

/// Runs one of the ignored tests below in a process of its own, with this environment.
fn run(test: &str, environment: &[(&str, &str)]) {
    let program = env::current_exe().unwrap();
    let output = Command::new(program)
        .args([&format!("clients::{test}"), "--exact", "--ignored", "--nocapture"])
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const URL: &str = "SWITCHBOARD_TEST_REGISTRY";

#[test]
#[ignore = "started in a process of its own by `the_environment_says_who_asks_and_where_the_cache_is`"]
fn asks_as_the_environment_says() {
    let url: RegistryUrl = env::var_os(URL).unwrap().into_string().unwrap().parse().unwrap();
    let registry = Registry::open(&url).unwrap();
    registry.aliases(NAME).unwrap();
}

#[test]
fn the_environment_says_who_asks_and_where_the_cache_is() {
    let fake = Fake::start();
    let told = Arc::new(Mutex::new(Vec::new()));
    let headers = told.clone();
    fake.register(NAME, &json!({}));
    fake.point(NAME, CHAMPION, 1);
    fake.befall(move |_, request| {
        headers.lock().unwrap().push(request.headers.get("authorization").cloned());
        Fate::Answered
    });
    let cache = tempfile::tempdir().unwrap();
    let url = fake.url();
    let where_it_is = [(URL, &*url), ("SWITCHBOARD_CACHE_DIR", cache.path().to_str().unwrap())];
    let run = |environment: &[(&'static str, &'static str)]| {
        let all: Vec<(&str, &str)> = where_it_is.iter().chain(environment).copied().collect();
        run("asks_as_the_environment_says", &all);
    };
    run(&[]);
    run(&[("MLFLOW_TRACKING_TOKEN", "t")]);
    run(&[("MLFLOW_TRACKING_USERNAME", "ada"), ("MLFLOW_TRACKING_PASSWORD", "s3cret")]);
    let expected = [None, Some("Bearer t".to_owned()), Some("Basic YWRhOnMzY3JldA==".to_owned())];
    assert_eq!(*told.lock().unwrap(), expected);
    assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 1, "one server");
}

/// Makes an authority and a certificate for 127.0.0.1 in the folder it is given, answers with `{}`, and says its port.
const SECURE: &str = r#"
import datetime, http.server, ipaddress, ssl, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
folder, now = sys.argv[1], datetime.datetime.now(datetime.timezone.utc)
def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
def certificate(subject, key, issuer, signer, authority):
    made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + datetime.timedelta(1))
    made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), True)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = made.add_extension(x509.SubjectAlternativeName([address]), False)
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
open(f"{folder}/authority.pem", "wb").write(certificate("authority", root, "authority", root, True))
key = leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
open(f"{folder}/server.pem", "wb").write(certificate("server", leaf, "authority", root, False) + key)
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/server.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

#[test]
fn only_the_authorities_one_names_are_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(installed())
        .args(["-c", SECURE])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let url: RegistryUrl = format!("https://127.0.0.1:{}", port.trim()).parse().unwrap();
    let RegistryUrl::Mlflow(url) = &url else { panic!("{url}") };
    let models = |access| {
        let options = ServerOptions { access, ..options(&folder.path().join("cache")) };
        Registry::open_server(url, options).unwrap().models()
    };
    let authority = folder.path().join("authority.pem");
    let trusted = models(Access::default().trusting(&authority).unwrap());
    let untrusted = models(Access::default());
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(trusted.unwrap().is_empty());
    let error = untrusted.unwrap_err();
    assert!(error.is_away() && error.to_string().contains("certificate"), "{error}");
}
