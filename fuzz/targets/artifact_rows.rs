//! Any bytes as a model's held-out rows and golden examples.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use switchboard_artifact::{
    Artifact, ArtifactWriter, DataFacts, GOLDEN_FILE, HELDOUT_FILE, Manifest,
};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let artifact = sealed(folder.path(), |writer| {
        writer.add_file(HELDOUT_FILE, bytes).expect("write");
        writer.add_file(GOLDEN_FILE, bytes).expect("write");
    });
    assert_eq!(artifact.read(GOLDEN_FILE).expect("checked when opened"), bytes);
    let (heldout, golden) = (artifact.heldout(), artifact.golden());
    if heldout.is_err() && golden.is_err() {
        return;
    }
    let (heldout, golden) = (heldout.unwrap_or_default(), golden.unwrap_or_default());

    let folder = tempfile::tempdir().expect("a folder");
    let again = sealed(folder.path(), |writer| {
        writer.add_heldout(&heldout).expect("what could be read can be written");
        writer.add_golden(&golden).expect("what could be read can be written");
    });
    assert_eq!(again.heldout().expect("what was written can be read"), heldout);
    assert_eq!(again.golden().expect("what was written can be read"), golden);
});

fn sealed(folder: &Path, fill: impl FnOnce(&mut ArtifactWriter)) -> Artifact {
    let mut writer = ArtifactWriter::create(folder).expect("an empty folder");
    fill(&mut writer);
    writer
        .seal(Manifest {
            name: "fuzz".to_owned(),
            task: "category".to_owned(),
            family: "tfidf".to_owned(),
            labels: vec!["Hardware".to_owned()],
            data: DataFacts { rows: 0, fingerprint: String::new() },
            ..Manifest::default()
        })
        .expect("the manifest is constant");
    Artifact::open(folder).expect("a sealed model opens")
}
