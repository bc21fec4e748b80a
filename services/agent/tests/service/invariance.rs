//! A placeholder never changes a label: shown with a real linear model behind its real service.

use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use serde_json::Value;
use switchboard_model_service::{Family, ServingOptions, serve};
use switchboard_server::{Listeners, Stop};
use switchboard_tfidf_svm::{FeatureSet, FitOptions, MODEL_FILE, TrainingRows, fit, load};

use crate::common::{Agent, registry};

const ROWS: [(&str, usize); 20] = [
    ("my printer is jammed", 0),
    ("the printer prints blank pages today", 0),
    ("screen flickers on my laptop", 0),
    ("laptop screen is broken", 0),
    ("printer out of toner please", 0),
    ("the laptop does not start", 0),
    ("l'imprimante est en panne", 0),
    ("mon écran est cassé merci", 0),
    ("der Drucker ist defekt", 0),
    ("call me about the broken headset", 0),
    ("please reset my password", 1),
    ("I forgot my password", 1),
    ("account locked after password change", 1),
    ("cannot log in to my account today", 1),
    ("password expired, account locked", 1),
    ("new account for a colleague", 1),
    ("mot de passe oublié, compte bloqué", 1),
    ("je n'arrive plus à me connecter à mon compte merci", 1),
    ("Passwort vergessen, Konto gesperrt", 1),
    ("reach my mail account from home", 1),
];

const TEMPLATES: [&str; 8] = [
    "My printer is jammed, reach me at {} today please",
    "I forgot my password. It was sent to {} and now the account is locked",
    "{} the laptop screen is broken",
    "please reset my password, thanks, {}",
    "Je n'arrive plus à me connecter à mon compte, merci ({})",
    "Der Drucker ist defekt. Kontakt: {}. Danke",
    "new account for a colleague please\n{}\nthanks",
    "call me: {}, the headset is broken",
];

/// A value and the type it is found as.
const VALUES: [(&str, &str); 7] = [
    ("jane.doe@example.com", "EMAIL_ADDRESS"),
    ("+44 20 7946 0958", "PHONE_NUMBER"),
    ("4111 1111 1111 1111", "CREDIT_CARD"),
    ("GB82 WEST 1234 5698 7654 32", "IBAN_CODE"),
    ("192.168.10.24", "IP_ADDRESS"),
    ("2001:db8::ff00:42:8329", "IP_ADDRESS"),
    ("https://printer.example.com/password?token=account", "URL"),
];

fn publish(root: &Path) {
    let texts: Vec<&str> = ROWS.iter().map(|(text, _)| *text).collect();
    let targets: Vec<usize> = ROWS.iter().map(|(_, target)| *target).collect();
    let folds: Vec<u8> = (0..ROWS.len() as u8).collect();
    let labels = ["Hardware".to_owned(), "Access".to_owned()];
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let features = Some(FeatureSet::WordsAndCharacters);
    let options = FitOptions { min_rows: 1, features, c: Some(1.0), ..FitOptions::default() };
    let model = fit(rows, &options, &|_| ()).unwrap().model;
    registry::publish(root, &labels, |writer| {
        writer.add_file(MODEL_FILE, &model.to_bytes()).unwrap();
    });
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    serving: ServingOptions,
}

/// Serves what `root` holds, and returns its address.
async fn serve_models(root: &Path) -> String {
    let local = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(local, local).await.unwrap();
    let url = format!("http://{}", listeners.api.local_addr().unwrap());
    let flags = Flags::parse_from(["tfidf", "--poll-ms", "20", "--registry", &registry::url(root)]);
    tokio::spawn(async move {
        let load = Box::new(|artifact: &_| Ok(Arc::new(load(artifact)?) as Arc<_>));
        let family = Family { name: "tfidf", load };
        serve(family, &flags.serving, listeners, Stop::new()).await
    });
    url
}

/// What must not change.
fn answer(reply: &Value) -> [&Value; 4] {
    [&reply["label"], &reply["confidence"], &reply["scores"], &reply["language"]["code"]]
}

#[tokio::test]
async fn a_value_its_placeholder_and_nothing_get_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("registry");
    publish(&root);
    let url = serve_models(&root).await;
    let agent = Agent::start(&["--tfidf-url", &url]).await;
    agent.sees("tfidf_service", "healthy").await;
    crate::common::eventually(async || agent.try_route("a printer").await.status == 200).await;
    let mut labels = std::collections::BTreeSet::new();
    for template in TEMPLATES {
        let bare = agent.route(&template.replace("{}", "")).await;
        labels.insert(bare["label"].to_string());
        for (value, kind) in VALUES {
            let with_value = agent.route(&template.replace("{}", value)).await;
            assert!(
                !with_value["pii"].as_array().unwrap().is_empty(),
                "{template}: {value}: {with_value}"
            );
            for literal in [format!("[{kind}_1]"), format!("[{kind}_12]"), "[PERSON_1]".to_owned()]
            {
                let with_literal = agent.route(&template.replace("{}", &literal)).await;
                assert_eq!(answer(&with_literal), answer(&bare), "{template}: {literal}");
            }
            assert_eq!(answer(&with_value), answer(&bare), "{template}: {value}");
        }
    }
    assert_eq!(labels.len(), 2, "the templates are told apart: {labels:?}");
}
