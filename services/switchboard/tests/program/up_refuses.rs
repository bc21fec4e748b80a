//! What `switchboard up` checks before it starts anything.

use std::fs;
use std::net::TcpListener;

use crate::stand_ins::{Mesh, SERVICE};
use crate::support::{damage, promote, publish, registry_url};

#[test]
fn a_port_that_is_taken_is_named_with_its_flag() {
    let mesh = Mesh::trained();
    let _listener = TcpListener::bind(("127.0.0.1", mesh.ports[3])).unwrap();
    let said = mesh.refusal(&[]);
    let expected = format!(
        "port {}, which `tfidf` is to listen on, is taken: stop what uses it, or choose another with --tfidf-admin-port",
        mesh.ports[3]
    );
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn a_missing_program_is_named() {
    let mesh = Mesh::trained();
    fs::remove_file(mesh.path("agent")).unwrap();
    let folder = fs::canonicalize(mesh.folder.path()).unwrap();
    let expected =
        format!("`agent` is not beside `switchboard` in {}: run `make build`", folder.display());
    let said = mesh.refusal(&[]);
    assert!(said.contains(&expected), "{said}");
    // Nothing to train, so nothing to train with is needed.
    mesh.write("agent", SERVICE);
    fs::remove_file(mesh.path("train-tfidf")).unwrap();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    drop(up);
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    let mesh = Mesh::new();
    let file = mesh.path("file");
    fs::write(&file, "").unwrap();
    let said = mesh.refusal(&["--registry", &registry_url(&file)]);
    assert!(said.contains(&format!("{} is not a folder", file.display())), "{said}");
    let inside = file.join("registry");
    let said = mesh.refusal(&["--registry", &registry_url(&inside)]);
    assert!(said.contains("is inside something that is not a folder"), "{said}");
    fs::write(mesh.path("data"), "").unwrap();
    let said = mesh.refusal(&[]);
    assert!(said.contains("data is not a folder") && said.contains("--data-dir"), "{said}");
}

#[test]
fn a_damaged_champion_is_named_with_the_way_out() {
    let mesh = Mesh::trained();
    let registry = &mesh.registry();
    publish(registry, "tfidf");
    promote(registry, 2);
    damage(registry, 2);
    let said = mesh.refusal(&[]);
    assert!(
        said.contains("the champion of category-tfidf is version 2, which cannot be loaded"),
        "{said}"
    );
    assert!(said.contains("switchboard models rollback category-tfidf"), "{said}");
    assert!(said.contains("switchboard models promote category-tfidf/1"), "{said}");
    damage(registry, 1);
    let said = mesh.refusal(&[]);
    assert!(said.contains("no other version can be loaded"), "{said}");
}

#[test]
fn a_champion_that_is_gone_is_named_with_the_way_out() {
    let mesh = Mesh::trained();
    publish(&mesh.registry(), "tfidf");
    fs::remove_dir_all(mesh.registry().join("models/category-tfidf/1")).unwrap();
    let said = mesh.refusal(&[]);
    assert!(said.contains("version 1, which cannot be loaded"), "{said}");
    assert!(
        said.contains("choose another with `switchboard models promote category-tfidf/2"),
        "{said}"
    );
    assert!(!said.contains("rollback"), "there is nothing to go back to: {said}");
}
