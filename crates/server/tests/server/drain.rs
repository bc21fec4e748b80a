//! Told to stop, a service finishes what it began.

use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::common::{AT_ONCE, Fake, eventually, get_path};

#[tokio::test]
async fn requests_under_way_are_answered_and_new_connections_refused() {
    let fake = Fake::start().await;
    let api = fake.api;
    let calls: Vec<_> = (0..5).map(|_| tokio::spawn(get_path(api, "/slow"))).collect();
    eventually(async || fake.slow.load(Ordering::SeqCst) == 5).await;
    fake.stop.cancel();
    eventually(async || TcpStream::connect(api).await.is_err()).await;
    assert!(TcpStream::connect(fake.admin).await.is_err());
    // The process ends when this does, so nothing may be left to do then.
    fake.task.await.unwrap().unwrap();
    assert_eq!(fake.done.load(Ordering::SeqCst), 5);
    for call in calls {
        assert_eq!(call.await.unwrap().body, "done");
    }
}

#[tokio::test]
async fn connections_that_ask_nothing_hold_up_nothing() {
    let fake = Fake::start().await;
    let mut silent = TcpStream::connect(fake.api).await.unwrap();
    let _idle = fake.channel().await;
    get_path(fake.api, "/patience").await;
    let started = Instant::now();
    fake.stop.cancel();
    fake.task.await.unwrap().unwrap();
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    let closed = silent.read(&mut [0; 1]).await;
    assert!(matches!(closed, Ok(0) | Err(_)), "{closed:?}");
}
