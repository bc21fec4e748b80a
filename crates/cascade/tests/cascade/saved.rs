//! Saved and loaded, whole and damaged.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_artifact::{Artifact, ArtifactWriter, Manifest};
use switchboard_cascade::{
    FAMILY, FitOptions, OperatingPoint, PointError, ROUTING_FILE, Situation, Targets,
};
use switchboard_routing::{Family, LinearSignals, Signals};

use crate::rows::{both, fitted, labels};

fn point() -> OperatingPoint {
    let targets = Targets { accuracy: Some(0.9), transformer_share: None };
    let (linear, transformer) = both(200, 8);
    fitted(&linear, Some(&transformer), FitOptions { targets, seed: 1 }).0
}

fn bytes() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| point().to_bytes().unwrap())
}

#[test]
fn what_is_saved_comes_back() {
    assert_eq!(OperatingPoint::from_bytes(bytes()).unwrap(), point());
}

#[test]
fn a_version_of_family_routing_is_loaded_and_no_other() {
    let load = |family: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = ArtifactWriter::create(folder.path()).unwrap();
        writer.add_file(ROUTING_FILE, bytes()).unwrap();
        let manifest = Manifest {
            name: "category-routing".to_owned(),
            task: "category".to_owned(),
            family: family.to_owned(),
            labels: labels(),
            ..Manifest::default()
        };
        writer.seal(manifest).unwrap();
        OperatingPoint::load(&Artifact::open(folder.path()).unwrap())
    };
    assert_eq!(load(FAMILY).unwrap(), point());
    assert!(load("tfidf").unwrap_err().to_string().contains("is of family tfidf, not routing"));
}

#[test]
fn a_later_format_is_refused_even_when_nothing_else_can_be_read() {
    let error = OperatingPoint::from_bytes(br#"{"format": 2, "fits": "elsewhere"}"#).unwrap_err();
    assert!(matches!(error, PointError::LaterFormat { found: 2, known: 1 }), "{error}");
}

/// The point with the value at `pointer` replaced.
fn with(pointer: &str, value: Value) -> Result<OperatingPoint, PointError> {
    let mut json: Value = serde_json::from_slice(bytes()).unwrap();
    *json.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    OperatingPoint::from_bytes(&serde_json::to_vec(&json).unwrap())
}

#[test]
fn numbers_that_no_fit_gives_are_refused() {
    assert!(with("/targets/accuracy", json!(0.8)).is_ok());
    for (pointer, value) in [
        ("/format", json!(0)),
        ("/labels", json!([])),
        ("/labels/1", json!("Access")),
        ("/labels", json!(["Access", "Hardware"])),
        ("/fits/linear", Value::Null),
        ("/fits/linear/version", json!(0)),
        ("/fits/transformer/name", json!("../x")),
        ("/targets/accuracy", json!(95)),
        ("/thresholds/escalate_below", json!(1.1)),
        ("/thresholds/review/mesh", json!(-0.1)),
        ("/thresholds/quantiles/0", json!(0.99)),
        ("/fusion/linear", json!(-1)),
        ("/fusion/transformer", json!(1e9)),
        ("/fusion/offsets", json!([0.1])),
        ("/sets/linear", Value::Null),
        ("/sets/mesh/labels/0/rows", json!(3)),
        ("/sets/transformer/labels/0/probabilities/0", json!(2.0)),
        ("/out_of_scope/transformer", Value::Null),
        ("/out_of_scope/linear/rows", json!(0)),
    ] {
        assert!(with(pointer, value).is_err(), "{pointer}");
    }
}

#[test]
fn a_gate_that_was_never_fitted_is_refused() {
    let gate = |features: Value, precision: Value| {
        let scale = json!({"mean": 0.0, "deviation": 1.0});
        let feature = json!({"name": "margin", "scale": scale, "weight": 1.0});
        let sigmoid = json!({"a": -1.0, "b": 0.0});
        let gate = json!({"features": [feature], "intercept": 0.0, "sigmoid": sigmoid});
        with("/gate", json!({"gate": gate, "features": features, "precision": precision}))
    };
    let sound = gate(json!(["margin"]), json!([0.5, 0.5, 0.5])).unwrap();
    let (text, said) = (Signals::of("a", ("en", 1.0), 0.0), LinearSignals::of(&[0.9, 0.1], 0.0));
    let [known, unknown] = [0, 9].map(|label| sound.gate(&text, &said, label).unwrap());
    assert!(known > 0.6 && unknown == 0.0);
    assert!(gate(json!(["entropy"]), json!([0.5, 0.5, 0.5])).is_err());
    assert!(gate(json!(["margin"]), json!([0.5])).is_err());
    assert!(gate(json!(["margin"]), json!([0.5, 0.5, 1.5])).is_err());
    assert!(gate(json!(["colour"]), json!([0.5, 0.5, 0.5])).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_damage_is_refused_or_does_no_harm(
        places in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"0919-.eE,:{}[]\"nul x".to_vec())), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut damaged = bytes().to_vec();
        for (place, byte) in places {
            let place = place.index(damaged.len());
            damaged[place] = byte;
        }
        if let Some(cut) = cut {
            damaged.truncate(cut.index(damaged.len()));
        }
        let Ok(point) = OperatingPoint::from_bytes(&damaged) else { return Ok(()) };
        let said = LinearSignals::of(&[0.5, 0.3, 0.2], 0.0);
        let _ = point.gate(&Signals::of("a b", ("en", 1.0), 0.0), &said, 0);
        let fused = point.fuse(&[0.5, 0.3, 0.2], &[0.0, 1.0, 0.0]);
        prop_assert!(fused.is_none_or(|fused| fused.iter().all(|p| p.is_finite())));
        let _ = point.for_coverage(0.9).set(Situation::Mesh, &[0.5, 0.3, 0.2]);
        let _ = point.out_of_scope(Family::Tfidf, 1.0);
        let _ = point.thresholds().eased(0.5, 0.5);
    }
}
