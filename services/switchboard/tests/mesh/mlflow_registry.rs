//! The life of a model whose registry is an MLflow server: published, promoted, swapped in, rolled back, and served while
//! the server is gone.

use std::path::Path;

use serde_json::{Value, json};

use crate::http;
use crate::mlflow::MlflowServer;
use crate::running::{Mesh, Stream, switchboard, wait_for};

const MODEL: &str = "category-tfidf";

/// What a person sees in MLflow: aliases, stages, runs, and what was recorded of every change.
const LOOK: &str = r#"
import json, os, sys, mlflow
client, name = mlflow.MlflowClient(), sys.argv[1]
model = client.get_registered_model(name)
versions = sorted(client.search_model_versions(f"name='{name}'"), key=lambda version: int(version.version))
run = client.get_run(versions[0].run_id)
folder = mlflow.artifacts.download_artifacts(f"models:/{name}@champion")
print(json.dumps({
    "aliases": model.aliases,
    "stages": [version.current_stage for version in versions],
    "changes": len([tag for tag in model.tags if tag.startswith("switchboard.alias.")]),
    "status": run.info.status,
    "accuracy": run.data.metrics["accuracy"],
    "seed": run.data.tags["switchboard.seed"],
    "files": sorted(os.listdir(folder)),
}))
"#;

#[test]
fn a_mesh_lives_on_an_mlflow_server_and_outlives_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = MlflowServer::start();
    let mesh = start(folder.path(), &server);
    let mut stream = mesh.stream();
    assert_eq!(version(&mut stream), 1);
    let seen = server.python(LOOK, &[MODEL]);
    assert_eq!(seen["aliases"], json!({"champion": "1"}));
    assert_eq!((&seen["status"], &seen["seed"]), (&json!("FINISHED"), &json!("1")));
    assert!(seen["accuracy"].as_f64().unwrap() > 0.6, "{seen}");
    let files = seen["files"].as_array().unwrap();
    assert!(files.contains(&json!("model-card.md")), "{seen}");

    Mesh::train_into(folder.path(), &server.url());
    wait_for("version 2 answers", || version(&mut stream) == 2);
    let seen = server.python(LOOK, &[MODEL]);
    assert_eq!(
        (&seen["aliases"], &seen["stages"], &seen["changes"]),
        (&json!({"champion": "2"}), &json!(["Archived", "Production"]), &json!(2))
    );

    rolled_back(&server);
    wait_for("version 1 answers", || version(&mut stream) == 1);
    let seen = server.python(LOOK, &[MODEL]);
    assert_eq!(
        (&seen["aliases"], &seen["stages"], &seen["changes"]),
        (&json!({"champion": "1"}), &json!(["Production", "Archived"]), &json!(3))
    );

    server.kill();
    wait_for("the service says so", || registry_up(&mesh) == Some(false));
    assert_eq!(version(&mut stream), 1);
    drop(stream);
    mesh.stop();

    let mesh = start(folder.path(), &server);
    let mut stream = mesh.stream();
    assert_eq!(version(&mut stream), 1);
    server.start_again();
    wait_for("the service sees the server", || registry_up(&mesh) == Some(true));
    promoted_again(&server);
    wait_for("version 2 answers", || version(&mut stream) == 2);
}

/// A mesh whose registry the server is, with a cache of its own.
fn start(folder: &Path, server: &MlflowServer) -> Mesh {
    let mut command = Mesh::whole(folder);
    command.arg("--linear-only").args(["--registry", &server.url()]);
    command.env("SWITCHBOARD_CACHE_DIR", folder.join("cache"));
    Mesh::ready(command)
}

fn version(stream: &mut Stream) -> u64 {
    let reply = stream.ask("please reset my password");
    assert_eq!(reply["label"], "Access", "{reply}");
    reply["model"]["version"].as_u64().unwrap()
}

fn rolled_back(server: &MlflowServer) {
    let told = models(&["rollback", MODEL, "--reason", "slower"], server);
    assert_eq!((&told["from"], &told["to"]), (&json!(2), &json!(1)));
}

fn promoted_again(server: &MlflowServer) {
    let told = models(&["promote", "category-tfidf/2"], server);
    assert_eq!(told["promoted"], true, "{told}");
}

fn models(arguments: &[&str], server: &MlflowServer) -> Value {
    let url = server.url();
    let all = [&["models"], arguments, &["--registry", &url]].concat();
    switchboard(&all, &[]).remove(0)
}

/// What the model service says of the registry.
fn registry_up(mesh: &Mesh) -> Option<bool> {
    let metrics = http::get(mesh.addr("tfidf", "admin"), "/metrics").body;
    let line = metrics.lines().find(|line| line.starts_with("tfidf_registry_up "))?;
    Some(line.ends_with(" 1"))
}
