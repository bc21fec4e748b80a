//! `switchboard.v1.Agent`.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use switchboard_pii::Span;
use switchboard_proto::v1;
use switchboard_proto::v1::agent_server::Agent;
use switchboard_proto::v1::route_tickets_response::Result as StreamResult;
use switchboard_server::observe::Observed;
use switchboard_server::{ApiError, ErrorKind, RequestId, deadline, of_message};
use tokio::time::Instant;
use tonic::{Request, Response, Status, Streaming};

use crate::endpoints::STREAMED;
use crate::http::Api;
use crate::ticket::{Answer, Routed, Ticket};

/// Tickets of one stream under way at once.
const STREAM_CONCURRENCY: usize = 32;

pub(crate) struct GrpcAgent(pub(crate) Api);

#[tonic::async_trait]
impl Agent for GrpcAgent {
    async fn route_ticket(
        &self,
        request: Request<v1::RouteTicketRequest>,
    ) -> Result<Response<v1::RouteTicketResponse>, Status> {
        let deadline = deadline::of(request.metadata().as_ref(), self.0.longest);
        let routed = self.0.gateway.route(ticket(request.into_inner()), deadline).await?;
        Ok(Response::new(response(routed)))
    }

    type RouteTicketsStream =
        Pin<Box<dyn Stream<Item = Result<v1::RouteTicketsResponse, Status>> + Send>>;

    async fn route_tickets(
        &self,
        request: Request<Streaming<v1::RouteTicketRequest>>,
    ) -> Result<Response<Self::RouteTicketsStream>, Status> {
        let api = self.0.clone();
        // When the service stops, the tickets under way are answered and the stream ends.
        let stopped = api.stop.clone().cancelled_owned();
        let (metadata, _, tickets) = request.into_parts();
        let headers = metadata.into_headers();
        let answers = tickets.take_until(stopped).map(move |ticket| {
            let observed = Observed::begin(api.gateway.clone(), STREAMED, &headers);
            one_of_stream(api.clone(), ticket, observed)
        });
        Ok(Response::new(Box::pin(answers.buffered(STREAM_CONCURRENCY))))
    }

    async fn scrub(
        &self,
        request: Request<v1::ScrubRequest>,
    ) -> Result<Response<v1::ScrubResponse>, Status> {
        let scrubbed = self.0.gateway.scrub(&request.into_inner().text)?;
        Ok(Response::new(v1::ScrubResponse {
            text: scrubbed.text().to_owned(),
            entities: scrubbed.spans().iter().map(pii_span).collect(),
        }))
    }
}

/// A bad ticket is answered with its error; only a broken stream ends it.
async fn one_of_stream(
    api: Api,
    ticket: Result<v1::RouteTicketRequest, Status>,
    observed: Observed,
) -> Result<v1::RouteTicketsResponse, Status> {
    let answer = async {
        let ticket = self::ticket(ticket.map_err(of_message)?);
        let id = ticket.id.clone();
        Ok((api.gateway.route(ticket, patience(api.longest)).await, id))
    };
    let error_of = |answer: &Result<(Result<Routed, ApiError>, String), Status>| match answer {
        Ok((outcome, _)) => outcome.as_ref().err().map(|error| error.kind),
        Err(status) => Some(ErrorKind::of_status(status)),
    };
    let (outcome, id) = observed.run(answer, error_of).await?;
    let result = match outcome {
        Ok(routed) => StreamResult::Ticket(response(routed)),
        Err(error) => StreamResult::Error(ticket_error(&error, id)),
    };
    Ok(v1::RouteTicketsResponse { result: Some(result) })
}

/// A stream has no deadline of its own, so each of its tickets has the longest one.
fn patience(longest: Duration) -> Instant {
    Instant::now() + longest
}

fn ticket_error(error: &ApiError, id: String) -> v1::TicketError {
    let request_id: RequestId = error.request_id;
    v1::TicketError {
        request_id: request_id.to_string(),
        ticket_id: if id.is_empty() { request_id.to_string() } else { id },
        code: error.kind.code() as i32,
        r#type: error.kind.name().to_owned(),
        message: error.message.clone(),
    }
}

fn ticket(request: v1::RouteTicketRequest) -> Ticket {
    let v1::RouteTicketRequest { text, id, task, conversation_id, metadata, explain, route } =
        request;
    let metadata = metadata.into_iter().collect();
    Ticket { text, id, task, conversation_id, metadata, explain, route }
}

fn response(routed: Routed) -> v1::RouteTicketResponse {
    let needs_review = routed.needs_review();
    let Routed { answer, decision, judgement, said, in_detail, timings, .. } = routed;
    v1::RouteTicketResponse {
        request_id: routed.request_id.to_string(),
        ticket_id: routed.ticket_id,
        task: routed.task,
        label: answer.label,
        confidence: answer.confidence,
        scores: answer.scores.into_iter().collect(),
        needs_review,
        model: Some(v1::AnsweringModel {
            name: answer.model,
            version: answer.version,
            family: answer.family.name().to_owned(),
            ..v1::AnsweringModel::default()
        }),
        language: Some(v1::Language {
            code: routed.language.code.to_owned(),
            confidence: routed.language.confidence,
        }),
        scrubbed_text: routed.scrubbed_text,
        pii: routed.pii.iter().map(pii_span).collect(),
        decision: Some(v1::Decision {
            route: answer.route.name().to_owned(),
            reason: decision.reason.name().to_owned(),
            explanation: decision.explanation,
            degraded: decision.reason.is_degraded(),
            policy: decision.policy,
            policy_version: decision.policy_version,
            decided_by: decision.decided_by,
            otherwise: decision.otherwise,
            routing_version: decision.routing_version.unwrap_or_default(),
            canary: decision.canary,
        }),
        terms: answer
            .terms
            .into_iter()
            .map(|term| v1::Term {
                text: term.text,
                start: term.start,
                end: term.end,
                weight: term.weight,
            })
            .collect(),
        timings_ms: Some(v1::Timings {
            scrub: timings.scrub,
            route: timings.route,
            classify: timings.classify,
            total: timings.total,
        }),
        tokens_total: answer.tokens_total,
        tokens_used: answer.tokens_used,
        truncated: answer.truncated,
        out_of_vocabulary: answer.out_of_vocabulary,
        trust: judgement.trust.name().to_owned(),
        prediction_set: judgement.prediction_set,
        coverage: judgement.coverage,
        out_of_scope: judgement.out_of_scope,
        models: said.into_iter().map(|said| model_answer(said, in_detail)).collect(),
    }
}

fn model_answer(said: Answer, in_detail: bool) -> v1::AnsweringModel {
    v1::AnsweringModel {
        name: said.model,
        version: said.version,
        family: said.family.name().to_owned(),
        label: said.label,
        confidence: said.confidence,
        scores: if in_detail { said.scores.into_iter().collect() } else { HashMap::new() },
    }
}

fn pii_span(span: &Span) -> v1::PiiSpan {
    v1::PiiSpan {
        r#type: span.kind.name().to_owned(),
        start: span.start as u32,
        end: span.end as u32,
        score: span.score,
    }
}
