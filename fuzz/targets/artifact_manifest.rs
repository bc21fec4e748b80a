//! Any bytes as a model's manifest.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use switchboard_artifact::{Artifact, ArtifactWriter, MANIFEST_FILE};

fuzz_target!(|bytes: &[u8]| {
    let found = tempfile::tempdir().expect("a folder");
    fs::write(found.path().join(MANIFEST_FILE), bytes).expect("write the manifest");
    // A manifest that lists files is refused here, because they do not exist.
    let Ok(artifact) = Artifact::open(found.path()) else { return };

    let manifest = artifact.manifest().clone();
    let again = tempfile::tempdir().expect("a folder");
    let writer = ArtifactWriter::create(again.path()).expect("an empty folder");
    writer.seal(manifest.clone()).expect("what could be read can be written");
    let reread = Artifact::open(again.path()).expect("what was written can be read");
    assert_eq!(*reread.manifest(), manifest);
});
