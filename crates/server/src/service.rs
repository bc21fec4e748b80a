//! A whole service: two ports, health, reflection, drain.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tonic::service::RoutesBuilder;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::admin::{self, Administered};
use crate::observe::{Endpoint, Observer, observe};
use crate::{Stop, serve, with_grpc};

/// Time between two looks at a service's readiness for its gRPC health.
const HEALTH_PERIOD: Duration = Duration::from_millis(100);

/// The two ports of a service.
#[derive(Debug)]
pub struct Listeners {
    /// gRPC and HTTP.
    pub api: TcpListener,
    /// Metrics and health.
    pub admin: TcpListener,
}

/// A service could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address cannot be listened on.
    #[error(
        "listen on {addr}: stop the program that has this port, or choose another address with {flag}"
    )]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The flag that sets it.
        flag: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The descriptors for reflection are damaged.
    #[error("build reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
}

impl Listeners {
    /// Binds both.
    pub async fn bind(api: SocketAddr, admin: SocketAddr) -> Result<Self, StartError> {
        let bind = async |addr, flag| {
            TcpListener::bind(addr).await.map_err(|source| StartError::Listen {
                addr,
                flag,
                source,
            })
        };
        Ok(Self { api: bind(api, "--listen").await?, admin: bind(admin, "--admin-listen").await? })
    }
}

/// What a service answers.
pub struct Service {
    /// Its name on the wire, for health checks: `switchboard.v1.Agent`.
    pub name: &'static str,
    /// Its HTTP routes.
    pub http: Router,
    /// Its gRPC services; health and reflection are added.
    pub grpc: RoutesBuilder,
    /// The compiled descriptors of its contract.
    pub descriptors: &'static [u8],
    /// The paths that are counted and traced.
    pub endpoints: &'static [Endpoint],
    /// Its metrics and readiness.
    pub admin: Arc<dyn Administered>,
    /// What its admin port answers beside those.
    pub admin_pages: Router,
}

impl Service {
    /// Serves on `listeners` until `stop`, then lets the requests under way finish.
    pub async fn run(mut self, listeners: Listeners, stop: Stop) -> Result<(), StartError> {
        let (reporter, health) = tonic_health::server::health_reporter();
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(self.descriptors)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()?;
        self.grpc.add_service(health).add_service(reflection);
        let observer = Observer { service: self.admin.clone(), endpoints: self.endpoints };
        let api =
            with_grpc(self.http, self.grpc.routes()).layer(from_fn_with_state(observer, observe));
        let admin = admin::router(self.admin.clone()).merge(self.admin_pages);
        let reporting = tokio::spawn(report(reporter, self.name, self.admin, stop.clone()));
        tokio::join!(serve(listeners.api, api, stop.clone()), serve(listeners.admin, admin, stop));
        reporting.abort();
        Ok(())
    }
}

/// Keeps gRPC health what readiness says; not serving from the moment the service is told to stop.
async fn report(
    reporter: HealthReporter,
    name: &'static str,
    service: Arc<dyn Administered>,
    stop: Stop,
) {
    loop {
        let serving = !stop.is_cancelled() && service.readiness().ready;
        let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
        reporter.set_service_status("", status).await;
        reporter.set_service_status(name, status).await;
        tokio::select! {
            () = tokio::time::sleep(HEALTH_PERIOD) => {}
            () = stop.cancelled(), if serving => {}
        }
    }
}
