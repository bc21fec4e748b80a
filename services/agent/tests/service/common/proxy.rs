//! Stands between the agent and a fake, and keeps every byte the agent sends.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Recorder {
    pub(crate) url: String,
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    pub(crate) async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let kept = bytes.clone();
        tokio::spawn(async move {
            while let Ok((inward, _)) = listener.accept().await {
                let outward = TcpStream::connect(target).await.unwrap();
                tokio::spawn(pass(inward, outward, kept.clone()));
            }
        });
        Self { url, bytes }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap().clone()
    }
}

async fn pass(inward: TcpStream, outward: TcpStream, kept: Arc<Mutex<Vec<u8>>>) {
    let (mut from_agent, mut to_agent) = inward.into_split();
    let (mut from_model, mut to_model) = outward.into_split();
    let back = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_model, &mut to_agent).await;
    });
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from_agent.read(&mut buffer).await {
        kept.lock().unwrap().extend(&buffer[..length]);
        if to_model.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
    back.abort();
}
