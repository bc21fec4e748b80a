//! What a base answers after tokens are taken from it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_artifact::{Artifact, ArtifactWriter, Manifest};

use crate::fidelity::folder;
use crate::tokeniser::Tokeniser;
use crate::weights::size_of;
use crate::{Base, DistilBert, FitOptions, Fitted, Serving, TrainingRows, fit, load};

const TEXTS: [&str; 4] =
    ["Please reset my password!", "the screen", "is it not my screen?", "zq漢"];
/// Words all of whose tokens stay: they are in the texts, were spelt there, or are in no vocabulary.
const KEPT: [&str; 12] =
    ["please", "RESET", "my", "password", "!", "the", "screen", "is", "not", "zq", "漢", "[SEP]"];

fn whole() -> Base {
    Base::load(&folder("distilbert")).unwrap()
}

fn trimmed() -> Base {
    whole().trimmed(&TEXTS).unwrap()
}

fn file(tokeniser: &Tokeniser) -> Value {
    serde_json::from_str(&tokeniser.to_json().unwrap()).unwrap()
}

fn vocabulary(tokeniser: &Tokeniser) -> BTreeMap<String, i64> {
    serde_json::from_value(file(tokeniser)["model"]["vocab"].clone()).unwrap()
}

/// The tokens of a text, as strings.
fn tokens(tokeniser: &Tokeniser, text: &str) -> Vec<String> {
    let names: BTreeMap<i64, String> =
        vocabulary(tokeniser).into_iter().map(|(token, id)| (id, token)).collect();
    let tokens = tokeniser.tokens(text).unwrap();
    tokens.ids.iter().map(|id| names[id].clone()).collect()
}

fn fitted(base: Base) -> Fitted {
    let rows = TrainingRows {
        texts: &TEXTS.repeat(5),
        targets: &[0, 1, 0, 1].repeat(5),
        labels: &["Access".to_owned(), "Hardware".to_owned()],
        folds: &(0..20).map(|row| row % 10).collect::<Vec<_>>(),
    };
    let options = FitOptions { epochs: 1, threads: 1, ..FitOptions::default() };
    fit(base, rows, &options, None, &|_| ()).unwrap()
}

fn saved_and_loaded(fitted: &Fitted) -> DistilBert {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = ArtifactWriter::create(directory.path()).unwrap();
    fitted.save(&mut writer).unwrap();
    let manifest = Manifest {
        name: "category-transformer".to_owned(),
        task: "category".to_owned(),
        family: "transformer".to_owned(),
        labels: fitted.model.labels.clone(),
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
    load(&Artifact::open(directory.path()).unwrap(), Serving::default()).unwrap()
}

/// The whole base after training, and the trimmed one after the same training.
fn models() -> &'static [DistilBert; 2] {
    static MODELS: OnceLock<[DistilBert; 2]> = OnceLock::new();
    MODELS.get_or_init(|| [fitted(whole()).model, saved_and_loaded(&fitted(trimmed()))])
}

#[test]
fn special_tokens_characters_and_used_tokens_stay_in_their_order() {
    let (before, after) = (whole(), trimmed());
    let (old, new) = (vocabulary(&before.tokeniser), vocabulary(&after.tokeniser));
    let gone: Vec<&str> =
        old.keys().filter(|token| !new.contains_key(*token)).map(String::as_str).collect();
    assert_eq!(gone, ["an", "invoice", "laptop", "order", "printer", "to"]);
    let by_number = |vocabulary: &BTreeMap<String, i64>| {
        let mut tokens: Vec<(i64, String)> = vocabulary
            .iter()
            .filter(|(token, _)| new.contains_key(*token))
            .map(|(token, id)| (*id, token.clone()))
            .collect();
        tokens.sort();
        tokens.into_iter().map(|(_, token)| token).collect::<Vec<_>>()
    };
    assert_eq!(by_number(&old), by_number(&new));
    assert_eq!(new["[PAD]"], 0);
    assert_eq!(new.values().max(), Some(&(size_of(new.len()) - 1)));
    assert_eq!(after.vocabulary(), new.len());
    assert_eq!(before.vocabulary() - after.vocabulary(), gone.len());
}

#[test]
fn a_word_that_is_gone_is_spelt() {
    let tokeniser = trimmed().tokeniser;
    assert_eq!(tokens(&whole().tokeniser, "order"), ["order"]);
    assert_eq!(tokens(&tokeniser, "order"), ["o", "##r", "##d", "##e", "##r"]);
}

/// A `tokenizer.json` with everything that holds a number: added tokens, one of which the model does not know, and both kinds of post-processor.
fn rich_file() -> Value {
    let mut file = file(&whole().tokeniser);
    let added = |id: i64, content: &str, special: bool| json!({ "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": special });
    let last = file["model"]["vocab"].as_object_mut().unwrap().remove("##9").unwrap();
    file["added_tokens"] = json!([
        added(2, "[CLS]", true),
        added(12, "printer", false),
        added(last.as_i64().unwrap(), "<url>", false),
    ]);
    file["post_processor"] = json!({ "type": "Sequence", "processors": [
        { "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2] },
        {
            "type": "TemplateProcessing",
            "single": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "printer", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { "printer": { "id": "printer", "ids": [12], "tokens": ["printer"] } },
        },
    ] });
    file
}

#[test]
fn all_else_that_a_tokeniser_says_stays_and_numbers_agree() {
    let mut before = rich_file();
    let mut base = whole();
    base.tokeniser = Tokeniser::from_json(before.to_string().as_bytes()).unwrap();
    let base = base.trimmed(&["not an invoice"]).unwrap();
    let after = file(&base.tokeniser);
    let printer = after["model"]["vocab"]["printer"].clone();
    assert_eq!(printer, 7, "five special tokens, `not` and `an` come before it");
    let template = "/post_processor/processors/1/special_tokens/printer/ids/0";
    assert_eq!(after.pointer(template), Some(&printer));
    assert_eq!(after["added_tokens"][1]["id"], printer);
    assert_eq!(after["added_tokens"][2]["id"], size_of(base.vocabulary()) - 1);
    assert_eq!(last_token(&base.tokeniser, "an <url>"), size_of(base.vocabulary()) - 1);
    // With the numbers put back it is the file it was.
    before["model"]["vocab"] = after["model"]["vocab"].clone();
    before["added_tokens"][1]["id"] = printer.clone();
    before["added_tokens"][2]["id"] = after["added_tokens"][2]["id"].clone();
    *before.pointer_mut(template).unwrap() = printer;
    assert_eq!(before, after);
}

/// The number of a text's last token.
fn last_token(tokeniser: &Tokeniser, text: &str) -> i64 {
    let tokens = tokeniser.tokens(text).unwrap().ids;
    tokens[tokens.len() - 1]
}

proptest! {
    #[test]
    fn texts_of_kept_tokens_get_the_tokens_and_logits_they_got(words in prop::collection::vec(prop::sample::select(&KEPT[..]), 0..20)) {
        let text = words.join(" ");
        let [before, after] = models();
        prop_assert_eq!(tokens(&before.tokeniser, &text), tokens(&after.tokeniser, &text));
        let (before, after) = (before.predict(&text).unwrap(), after.predict(&text).unwrap());
        for (before, after) in before.logits.iter().zip(&after.logits) {
            prop_assert!((before - after).abs() < 1e-6, "{} {}", before, after);
        }
    }

    #[test]
    fn a_text_that_could_be_read_can_still_be_read(text in "(printer|laptop|[a-z0-9é漢 .!]|\\PC){0,30}") {
        let [before, after] = models().each_ref().map(|model| model.predict(&text).unwrap());
        prop_assert_eq!(before.out_of_vocabulary == 0.0, after.out_of_vocabulary == 0.0);
        prop_assert!(after.tokens_total >= before.tokens_total);
    }
}
