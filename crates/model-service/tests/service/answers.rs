//! What the service answers over gRPC.

use std::sync::Arc;

use switchboard_model_service::Family;
use switchboard_proto::v1::outcome::Result as Outcome;
use switchboard_proto::v1::{ClassifyRequest, ClassifyResponse, ListModelsRequest, Prediction};
use switchboard_tfidf_svm::{FeatureSet, FitOptions, MODEL_FILE, TrainingRows, fit, load};
use tonic::Code;

use crate::common::service::{NAME, labels, request};
use crate::common::{Models, Service, eventually};

fn predictions(response: ClassifyResponse) -> Vec<Prediction> {
    let outcomes = response.outcomes.into_iter().map(|outcome| match outcome.result.unwrap() {
        Outcome::Prediction(prediction) => prediction,
        Outcome::Error(error) => panic!("{error}"),
    });
    outcomes.collect()
}

/// A champion (1) and a challenger (2).
fn two_versions() -> Models {
    let models = Models::with_champion();
    models.point(NAME, "challenger", models.publish());
    models
}

#[tokio::test]
async fn a_version_is_chosen_by_alias_or_number() {
    let models = two_versions();
    let service = Service::ready(&models, &[]).await;
    eventually(async || service.classify("2", &["hello"]).await.is_ok()).await;
    for (version, expected) in [("", 1), ("champion", 1), ("1", 1), ("challenger", 2), ("2", 2)] {
        let response = service.classify(version, &["hello"]).await.unwrap();
        assert_eq!((response.model_name.as_str(), response.model_version), (NAME, expected));
        assert_eq!(response.labels, labels());
        let logit = predictions(response)[0].logits[0];
        assert!((logit - expected as f32).abs() <= 1.0, "{version:?} was answered by its model");
    }
}

#[tokio::test]
async fn what_is_not_loaded_is_not_found_and_the_answer_names_what_is() {
    let models = two_versions();
    let service = Service::ready(&models, &[]).await;
    eventually(async || service.classify("2", &["hello"]).await.is_ok()).await;
    let loaded = "version: this version is not loaded; loaded: challenger, champion, 1, 2";
    for version in ["3", "0", "best", "-1", "jane@example.com"] {
        let status = service.classify(version, &["hello"]).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::NotFound, loaded), "{version}");
    }
    let task = ClassifyRequest { task: "weather".into(), ..request("", &["hello"]) };
    let status = service.client().await.classify(task).await.unwrap_err();
    let loaded = "task: no model for this task is loaded; loaded: category";
    assert_eq!((status.code(), status.message()), (Code::NotFound, loaded));
}

#[tokio::test]
async fn one_to_256_documents_are_taken() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    for (count, code) in [(0, Code::InvalidArgument), (257, Code::InvalidArgument)] {
        let status = service.classify("", &vec!["hello"; count]).await.unwrap_err();
        let message = format!("documents holds {count}; send 1 to 256");
        assert_eq!((status.code(), status.message()), (code, message.as_str()));
    }
    let response = service.classify("", &vec!["hello"; 256]).await.unwrap();
    assert_eq!(response.outcomes.len(), 256);
}

#[tokio::test]
async fn a_document_that_is_too_long_is_named_and_not_repeated() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let long = "jane ".repeat(300_000);
    let status = service.classify("", &["hello", &long]).await.unwrap_err();
    let told = (status.code(), status.message());
    let expected = "documents[1] is longer than 1048576 bytes; shorten it";
    assert_eq!(told, (Code::InvalidArgument, expected));
    let longest = "x".repeat(1 << 20);
    assert!(service.classify("", &["hello", &longest]).await.is_ok());
}

#[tokio::test]
async fn terms_come_when_asked_for() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let mut client = service.client().await;
    for explain in [false, true] {
        let request = ClassifyRequest { explain, ..request("", &["all of it"]) };
        let prediction = predictions(client.classify(request).await.unwrap().into_inner());
        assert_eq!(prediction[0].terms.len(), usize::from(explain));
    }
}

#[tokio::test]
async fn a_document_that_fails_leaves_its_neighbours_alone() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let response = service.classify("", &["one", "fail", "three"]).await.unwrap();
    let failed: Vec<bool> = response
        .outcomes
        .iter()
        .map(|outcome| matches!(outcome.result, Some(Outcome::Error(_))))
        .collect();
    assert_eq!(failed, [false, true, false]);
}

#[tokio::test]
async fn a_model_that_panics_loses_one_request() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "1"]).await;
    let padded = format!("panic {}", "x".repeat(200));
    for document in ["panic", &padded, "panic", &padded] {
        let status = service.classify("", &[document]).await.unwrap_err();
        assert_eq!(
            (status.code(), status.message()),
            (Code::Internal, "the model failed on this request")
        );
    }
    assert_eq!(service.champion().await, 1);
    assert!(service.classify("", &[&"x".repeat(200)]).await.is_ok(), "the worker lives");
}

#[tokio::test]
async fn loaded_models_are_listed() {
    let models = two_versions();
    models.publish();
    let service = Service::ready(&models, &[]).await;
    eventually(async || service.classify("2", &["hello"]).await.is_ok()).await;
    let listed = service.client().await.list_models(ListModelsRequest {}).await.unwrap();
    let listed = listed.into_inner().models;
    let shown: Vec<_> =
        listed.iter().map(|model| (model.version, model.aliases.join(","))).collect();
    assert_eq!(shown, [(1, "champion".to_owned()), (2, "challenger".to_owned())]);
    let first = &listed[0];
    let names = (first.name.as_str(), first.task.as_str(), first.family.as_str());
    assert_eq!(names, (NAME, "category", "fake"));
    assert_eq!(first.labels, labels());
    assert_eq!(first.precision, "f32");
    let language = &first.languages[0];
    assert_eq!(
        (language.code.as_str(), language.training_rows, language.heldout_rows),
        ("en", 9, 8)
    );
    assert_eq!(language.heldout_accuracy, Some(0.5));
}

const ROWS: [(&str, usize); 12] = [
    ("my printer is jammed", 1),
    ("the printer prints blank pages", 1),
    ("laptop screen is broken", 1),
    ("printer out of toner", 1),
    ("please reset my password", 0),
    ("I forgot my password", 0),
    ("account locked after password change", 0),
    ("cannot log in to my account", 0),
    ("mailbox is full", 2),
    ("my archive grew too large", 2),
    ("no access to the shared folder", 2),
    ("shared folder is missing from my drive", 2),
];

/// A service of real linear models.
async fn linear() -> (Models, Service) {
    let texts: Vec<&str> = ROWS.iter().map(|(text, _)| *text).collect();
    let targets: Vec<usize> = ROWS.iter().map(|(_, target)| *target).collect();
    let folds: Vec<u8> = (0..ROWS.len() as u8).collect();
    let labels = labels();
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let features = Some(FeatureSet::WordsAndCharacters);
    let options = FitOptions { min_rows: 1, features, c: Some(1.0), ..FitOptions::default() };
    let model = fit(rows, &options, &|_| ()).unwrap().model;
    let models = Models::new();
    let name = "category-tfidf";
    let version = models.publish_with(name, "tfidf", |writer| {
        writer.add_file(MODEL_FILE, &model.to_bytes()).unwrap();
    });
    models.point(name, "champion", version);
    let load = Box::new(|artifact: &_| Ok(Arc::new(load(artifact)?) as Arc<_>));
    let service = Service::start_family(Family { name: "tfidf", load }, &models, &[]).await;
    service.is_ready().await;
    (models, service)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[tokio::test]
async fn a_text_gets_the_same_answer_alone_and_in_company_bit_for_bit() {
    let (_models, service) = linear().await;
    // Together they are too much to answer at once, so a worker does; alone each is answered inline.
    let long = "the printer lost my password folder ".repeat(600);
    let mut texts: Vec<&str> = ROWS.iter().map(|(text, _)| *text).collect();
    texts.extend(["", "unknown words only: zzz", "😀", &long]);
    let together = predictions(service.classify("", &texts).await.unwrap());
    texts.reverse();
    let mut reversed = predictions(service.classify("", &texts).await.unwrap());
    texts.reverse();
    reversed.reverse();
    for ((text, one), other) in texts.iter().zip(&together).zip(&reversed) {
        let alone = &predictions(service.classify("", &[text]).await.unwrap())[0];
        for prediction in [one, other] {
            assert_eq!(bits(&prediction.logits), bits(&alone.logits), "{text:.40}");
            assert_eq!(bits(&prediction.probabilities), bits(&alone.probabilities), "{text:.40}");
        }
    }
}
