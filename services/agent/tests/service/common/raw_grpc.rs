//! gRPC messages as bytes, so that a test can send what no generated client would.

use prost::bytes::{Buf, BufMut};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Status};

use super::Agent;

#[derive(Default)]
struct AsBytes;

impl Codec for AsBytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for AsBytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&bytes);
        Ok(())
    }
}

impl Decoder for AsBytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}

/// Calls a method of the agent with one message of these bytes.
pub(crate) async fn call(agent: &Agent, method: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Status> {
    let mut client = tonic::client::Grpc::new(agent.channel().await);
    client.ready().await.unwrap();
    let path = format!("/switchboard.v1.Agent/{method}").parse().unwrap();
    client.unary(Request::new(bytes), path, AsBytes).await.map(tonic::Response::into_inner)
}

/// Calls a streaming method with these messages, and returns the answers up to the first status.
pub(crate) async fn call_stream(
    agent: &Agent,
    method: &str,
    messages: Vec<Vec<u8>>,
) -> (Vec<Vec<u8>>, Option<Status>) {
    let mut client = tonic::client::Grpc::new(agent.channel().await);
    client.ready().await.unwrap();
    let path = format!("/switchboard.v1.Agent/{method}").parse().unwrap();
    let messages = Request::new(tokio_stream::iter(messages));
    let mut answers = match client.streaming(messages, path, AsBytes).await {
        Ok(answers) => answers.into_inner(),
        Err(status) => return (Vec::new(), Some(status)),
    };
    let mut all = Vec::new();
    loop {
        match answers.message().await {
            Ok(Some(answer)) => all.push(answer),
            Ok(None) => return (all, None),
            Err(status) => return (all, Some(status)),
        }
    }
}

/// A protobuf field of bytes.
pub(crate) fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    assert!(number < 16 && length < 128, "both fit in one byte");
    [&[number << 3 | 2, length], value].concat()
}
