//! `switchboard.v1.Classifier`.

use std::sync::Arc;

use switchboard_classify::{ClassifyError, Prediction};
use switchboard_inference::{ModelSet, Served};
use switchboard_proto::v1;
use switchboard_proto::v1::classifier_server::Classifier;
use switchboard_server::deadline;
use tonic::{Request, Response, Status};

use crate::core::{Ask, Classified, Core};

pub(crate) struct GrpcClassifier(pub(crate) Arc<Core>);

#[tonic::async_trait]
impl Classifier for GrpcClassifier {
    async fn classify(
        &self,
        request: Request<v1::ClassifyRequest>,
    ) -> Result<Response<v1::ClassifyResponse>, Status> {
        let deadline = deadline::of(request.metadata().as_ref(), self.0.longest);
        let v1::ClassifyRequest { task, version, documents, explain } = request.into_inner();
        let classified =
            self.0.classify(Ask { task, version, documents, explain }, deadline).await?;
        Ok(Response::new(response(classified)))
    }

    async fn list_models(
        &self,
        _: Request<v1::ListModelsRequest>,
    ) -> Result<Response<v1::ListModelsResponse>, Status> {
        Ok(Response::new(list(&self.0.models.current())))
    }
}

/// Every loaded version, as the contract lists it.
pub(crate) fn list(models: &ModelSet) -> v1::ListModelsResponse {
    v1::ListModelsResponse {
        models: models.all().map(|(served, aliases)| model(served, &aliases)).collect(),
    }
}

fn model(served: &Served, aliases: &[&str]) -> v1::Model {
    let languages = served.languages.iter().map(|(code, facts)| v1::LanguageFacts {
        code: code.clone(),
        training_rows: facts.training_rows,
        heldout_rows: facts.heldout_rows,
        heldout_accuracy: facts.heldout_accuracy,
    });
    v1::Model {
        name: served.name.clone(),
        version: served.version,
        task: served.task.clone(),
        family: served.family.clone(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        labels: served.classifier.labels().to_vec(),
        languages: languages.collect(),
        precision: served.classifier.precision().to_owned(),
    }
}

fn response(classified: Classified) -> v1::ClassifyResponse {
    v1::ClassifyResponse {
        model_name: classified.served.name.clone(),
        model_version: classified.served.version,
        labels: classified.served.classifier.labels().to_vec(),
        queue_us: classified.queued.as_micros() as u64,
        compute_us: classified.computed.as_micros() as u64,
        outcomes: classified.outcomes.into_iter().map(outcome).collect(),
    }
}

fn outcome(outcome: Result<Prediction, ClassifyError>) -> v1::Outcome {
    let result = match outcome {
        Ok(prediction) => v1::outcome::Result::Prediction(wire(prediction)),
        Err(error) => v1::outcome::Result::Error(error.to_string()),
    };
    v1::Outcome { result: Some(result) }
}

fn wire(prediction: Prediction) -> v1::Prediction {
    v1::Prediction {
        truncated: prediction.truncated(),
        logits: prediction.logits,
        probabilities: prediction.probabilities,
        tokens_total: prediction.tokens_total,
        tokens_used: prediction.tokens_used,
        out_of_vocabulary: prediction.out_of_vocabulary,
        terms: prediction
            .terms
            .into_iter()
            .map(|term| v1::Term {
                text: term.text,
                start: term.start,
                end: term.end,
                weight: term.weight,
            })
            .collect(),
    }
}
