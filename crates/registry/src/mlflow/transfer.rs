//! Files, to a server and from it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::de::DeserializeOwned;
use ureq::Body;
use ureq::http::header::{CONTENT_RANGE, RANGE};
use ureq::http::{Response, StatusCode};

use super::client::{Client, Twice, accepted, json};
use super::failure::Failure;
use crate::RegistryError;

const ARTIFACTS: [&str; 4] = ["api", "2.0", "mlflow-artifacts", "artifacts"];

impl Client {
    /// The sizes of the files in a folder of artifacts, by name.
    pub(super) fn list<T: DeserializeOwned>(&self, folder: &str) -> Result<T, RegistryError> {
        let mut url = self.server().join(ARTIFACTS);
        url.query_pairs_mut().append_pair("path", folder);
        self.repeated(&format!("list of {folder}"), Twice::Same, || {
            json(self.request("GET", &url, ())?)
        })
    }

    /// Puts a file of this machine among the artifacts.
    pub(super) fn upload(&self, path: &str, file: &Path) -> Result<(), RegistryError> {
        let url = self.server().join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.transferred(&format!("upload of {path}"), || {
            let body = File::open(file).map_err(here("open", file))?;
            let size_bytes = body.metadata().map_err(here("measure", file))?.len();
            let request = self.build("PUT", &url, &[], &body)?;
            let response = self.run(request, self.limits().transfer(size_bytes))?;
            accepted(response).map(drop)
        })
    }

    /// Reads an artifact; of one that is longer, so many bytes and one more.
    pub(super) fn read(&self, path: &str, limit_bytes: u64) -> Result<Vec<u8>, RegistryError> {
        let url = self.server().join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.transferred(&format!("download of {path}"), || {
            let request = self.build("GET", &url, &[], ())?;
            let response = accepted(self.run(request, self.limits().transfer(limit_bytes))?)?;
            let body = response.into_body().into_with_config().limit(limit_bytes + 2).reader();
            let mut bytes = Vec::new();
            let read = body.take(limit_bytes + 1).read_to_end(&mut bytes);
            read.map_err(|error| Failure::of_transport(ureq::Error::from(error)))?;
            Ok(bytes)
        })
    }

    /// Writes an artifact that should have so many bytes to `target`, which may hold the first part of it already.
    pub(super) fn download(
        &self,
        path: &str,
        size_bytes: u64,
        target: &Path,
    ) -> Result<(), RegistryError> {
        let url = self.server().join(ARTIFACTS.into_iter().chain(path.split('/')));
        self.transferred(&format!("download of {path}"), || {
            let have = fs::metadata(target).map(|facts| facts.len()).unwrap_or_default();
            let have = if have < size_bytes { have } else { 0 };
            let range = format!("bytes={have}-");
            let headers: &[(_, &str)] = if have > 0 { &[(RANGE, &range)] } else { &[] };
            let request = self.build("GET", &url, headers, ())?;
            let rest = size_bytes.saturating_sub(have);
            let response = self.run(request, self.limits().transfer(rest))?;
            let response = accepted(response)?;
            let have = if goes_on_from(&response, have) { have } else { 0 };
            write(response, have, size_bytes, target)
        })
    }
}

fn here(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
    move |source| Failure::Here(RegistryError::writing(doing, path)(source))
}

/// Whether what is answered are the bytes from `have` on, and not the file from its start.
fn goes_on_from(response: &Response<Body>, have: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    response.status() == StatusCode::PARTIAL_CONTENT
        && range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

/// Writes an answer behind the first `have` bytes of `target`. Whether the whole is what it should be is for the caller
/// to verify.
fn write(
    response: Response<Body>,
    have: u64,
    size_bytes: u64,
    target: &Path,
) -> Result<(), Failure> {
    let open = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(target)?;
        file.set_len(have)?;
        file.seek(SeekFrom::Start(have))?;
        Ok(file)
    };
    let mut file = open().map_err(here("write", target))?;
    // One byte more than there should be shows that the file is too long, which verifying it then tells.
    let most = size_bytes.saturating_sub(have).saturating_add(1);
    let body = response.into_body().into_with_config().limit(most.saturating_add(1)).reader();
    let mut reader = body.take(most);
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = reader
            .read(&mut chunk)
            .map_err(|error| Failure::of_transport(ureq::Error::from(error)))?;
        if length == 0 {
            break;
        }
        file.write_all(&chunk[..length]).map_err(here("write", target))?;
    }
    file.sync_all().map_err(here("sync", target))
}
