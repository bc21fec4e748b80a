//! Pretrained encoders from the Hugging Face hub, kept in the cache that its own tools use.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::Sender;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::builder::{OsStringValueParser, TypedValueParser};
use hf_hub::api::sync::{Api, ApiBuilder};
use hf_hub::{Cache, Repo, RepoType};
use url::Url;

use crate::watched::{News, Teller, watched};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
/// A folder has one of them; the first is enough.
const TOKENISERS: [&str; 2] = ["tokenizer.json", "vocab.txt"];
const TOKENISER_CONFIG: &str = "tokenizer_config.json";
const ONLY_PICKLED: &str = "pytorch_model.bin";

const HUB: &str = "https://huggingface.co";

/// An address; a variable that is set to nothing is as good as none.
fn endpoint(text: &str) -> Result<Url, url::ParseError> {
    Url::parse(if text.is_empty() { HUB } else { text })
}

/// How the Hugging Face hub is reached, as its own tools are told.
#[derive(clap::Args)]
pub(crate) struct HubOptions {
    /// Folder of the cache of the Hugging Face hub; ~/.cache/huggingface when left out.
    #[arg(long = "hf-home", env = "HF_HOME", value_name = "DIR", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    home: Option<PathBuf>,
    /// Address of the hub, or of a mirror.
    #[arg(
        long = "hf-endpoint",
        env = "HF_ENDPOINT",
        default_value = HUB,
        value_parser = endpoint,
        value_name = "URL"
    )]
    endpoint: Url,
    /// Token for models that are not public; better given by the variable, which other users of the machine cannot see.
    #[arg(long = "hf-token", env = "HF_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
    /// Seconds without a byte after which a download is given up.
    #[arg(long = "hf-timeout", env = "HF_HUB_DOWNLOAD_TIMEOUT", default_value = "30", value_parser = clap::value_parser!(u32).range(1..), value_name = "SECONDS")]
    timeout: u32,
}

/// A model on the hub, at a branch, tag or commit.
#[derive(Debug, Clone)]
pub(crate) struct HubName {
    pub(crate) model: String,
    revision: String,
}

impl FromStr for HubName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (model, revision) = text.split_once('@').unwrap_or((text, "main"));
        let fits = model.split('/').count() <= 2 && model.split('/').all(is_part);
        if fits && revision.split('/').all(is_part) {
            Ok(Self { model: model.to_owned(), revision: revision.to_owned() })
        } else {
            Err("give hf:NAME, hf:OWNER/NAME or hf:OWNER/NAME@REVISION".to_owned())
        }
    }
}

impl HubName {
    fn at(&self, revision: &str) -> Repo {
        Repo::with_revision(self.model.clone(), RepoType::Model, revision.to_owned())
    }

    /// Where the cache keeps the files of a commit.
    fn folder(&self, cache: &Cache, commit: &str) -> PathBuf {
        cache.path().join(self.at(commit).folder_name()).join("snapshots").join(commit)
    }
}

/// Letters, digits and `-_.`, as the hub allows them; the parts become folders of the cache.
fn is_part(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

impl HubOptions {
    fn cache(&self) -> anyhow::Result<Cache> {
        let beside = || Some(std::env::home_dir()?.join(".cache/huggingface"));
        let home = self
            .home
            .clone()
            .filter(|home| !home.as_os_str().is_empty())
            .or_else(beside)
            .context("find the hub's cache: set HF_HOME to a folder")?;
        Ok(Cache::new(home.join("hub")))
    }

    fn endpoint(&self) -> &str {
        self.endpoint.as_str().trim_end_matches('/')
    }

    fn api(&self, cache: Cache) -> anyhow::Result<Api> {
        let token = self.token.clone().filter(|token| !token.is_empty());
        let token = token.or_else(|| cache.token());
        let builder = ApiBuilder::from_cache(cache).with_endpoint(self.endpoint().to_owned());
        Ok(builder.with_token(token).build()?)
    }
}

/// The folder of a model, named after its commit: from the cache if all of it is there, without asking the hub whether there is a newer one.
pub(crate) fn fetch(name: &HubName, options: &HubOptions) -> anyhow::Result<PathBuf> {
    let cache = options.cache()?;
    if let Some(folder) = cached(&cache, name) {
        return Ok(folder);
    }
    let api = options.api(cache.clone())?;
    let wanted = name.clone();
    let quiet = Duration::from_secs(options.timeout.into());
    watched(quiet, move |news| download(&api, &cache, &wanted, news)).map_err(|error| {
        anyhow!(
            "hf:{}@{} cannot be fetched from {}: {error}; check the name, and HF_TOKEN if the model is not public, \
             or download its folder elsewhere and give it with --base, or set HF_ENDPOINT to a mirror",
            name.model,
            name.revision,
            options.endpoint()
        )
    })
}

/// The folder of what was downloaded before, if it is complete.
fn cached(cache: &Cache, name: &HubName) -> Option<PathBuf> {
    let config = cache.repo(name.at(&name.revision)).get(CONFIG);
    let by_name = config.and_then(|config| Some(config.parent()?.to_owned()));
    let folder = by_name.unwrap_or_else(|| name.folder(cache, &name.revision));
    let has = |file: &&str| folder.join(file).exists();
    let complete = has(&CONFIG) && has(&WEIGHTS) && TOKENISERS.iter().any(has);
    complete.then_some(folder)
}

/// Downloads what is not in the cache yet, all of one commit.
fn download(
    api: &Api,
    cache: &Cache,
    name: &HubName,
    news: &Sender<News>,
) -> anyhow::Result<PathBuf> {
    let info = api.repo(name.at(&name.revision)).info()?;
    let there: Vec<&str> = info.siblings.iter().map(|file| file.rfilename.as_str()).collect();
    let folder = name.folder(cache, &info.sha);
    let remote = api.repo(name.at(&info.sha));
    for file in wanted(&there)? {
        if !folder.join(file).exists() {
            remote.download_with_progress(file, Teller::new(news))?;
        }
    }
    // Only now does the name lead to the folder.
    cache.repo(name.at(&name.revision)).create_ref(&info.sha)?;
    Ok(folder)
}

/// The files of a base among those that are there.
fn wanted<'f>(there: &[&'f str]) -> anyhow::Result<Vec<&'f str>> {
    let find = |name: &str| there.iter().copied().find(|file| *file == name);
    let need = |name: &str| find(name).with_context(|| format!("it has no {name}"));
    if find(WEIGHTS).is_none() && find(ONLY_PICKLED).is_some() {
        bail!(
            "it has {ONLY_PICKLED} only: take a revision with {WEIGHTS}, or convert it with `save_pretrained`"
        );
    }
    let tokeniser = TOKENISERS.iter().find_map(|name| find(name));
    let tokeniser = tokeniser.context("it has neither tokenizer.json nor vocab.txt")?;
    let mut files = vec![need(CONFIG)?, need(WEIGHTS)?];
    files.extend(find(TOKENISER_CONFIG));
    files.push(tokeniser);
    Ok(files)
}
