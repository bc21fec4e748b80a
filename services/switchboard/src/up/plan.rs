//! What is going to run: programs, flags and addresses.

use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use switchboard_registry::RegistryUrl;

use super::UpArgs;
use super::table::{AGENT, AGENT_PORTS, CALIBRATOR, CORPUS, FAMILIES, Family, PortFlags, TASK};

/// A program and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its executable file.
    pub(crate) path: PathBuf,
    /// Its arguments.
    pub(crate) args: Vec<OsString>,
}

/// A program that serves, and where.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// The program.
    pub(crate) program: Program,
    /// The flags its ports come from.
    pub(crate) flags: &'static PortFlags,
    /// Where it serves gRPC and HTTP.
    pub(crate) api: SocketAddr,
    /// Where it serves metrics and health.
    pub(crate) admin: SocketAddr,
}

/// Everything `switchboard up` is going to run.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where the programs are.
    pub(crate) folder: PathBuf,
    /// Where the bundled corpus is written.
    pub(crate) data_dir: PathBuf,
    /// Where models are published.
    pub(crate) registry: RegistryUrl,
    /// The families of the mesh.
    pub(crate) families: Vec<&'static Family>,
    /// Optional families whose programs are not there.
    pub(crate) left_out: Vec<&'static Family>,
    /// The model services of the families, in the order they start.
    pub(crate) models: Vec<Service>,
    /// The gateway.
    pub(crate) agent: Service,
}

impl Plan {
    /// The plan for `args`, with the programs beside this one.
    pub(crate) fn new(args: &UpArgs) -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("find this program's own folder")?;
        let folder = this.parent().map(Path::to_owned).unwrap_or_default();
        let absolute = |path: &Path| std::path::absolute(path).context("find the current folder");
        let data_dir = absolute(&args.data_dir)?;
        let registry = match &args.registry {
            Some(RegistryUrl::File(path)) => RegistryUrl::File(absolute(path)?),
            Some(server @ RegistryUrl::Mlflow(_)) => server.clone(),
            None => RegistryUrl::File(data_dir.join("registry")),
        };
        let service = |name, flags: &'static PortFlags| {
            let (api, admin) = args.ports.of(flags);
            let [api, admin] = [api, admin].map(|port| SocketAddr::new(args.listen_host, port));
            let given = [
                ("--listen", api.to_string()),
                ("--admin-listen", admin.to_string()),
                ("--registry", registry.to_string()),
            ];
            let program = Program::new(&folder, name, &given);
            Service { program, flags, api, admin }
        };
        let wanted = FAMILIES.iter().filter(|family| !(family.optional && args.linear_only));
        let is_there = |family: &&Family| !family.optional || folder.join(family.program).is_file();
        let (families, left_out): (Vec<_>, Vec<_>) = wanted.partition(is_there);
        let models: Vec<Service> =
            families.iter().map(|family| service(family.program, &family.ports)).collect();
        let mut agent = service(AGENT, &AGENT_PORTS);
        for (family, model) in families.iter().zip(&models) {
            agent.program.args.push(family.agent_flag.into());
            agent.program.args.push(url(model.api).into());
        }
        // An address may hold a password, which a flag would show to everybody: the agent reads it from the variable itself.
        if !args.no_decisions && std::env::var_os("AGENT_DECISIONS").is_none() {
            let file = format!("sqlite:{}", data_dir.join("decisions.db").display());
            agent.program.args.extend(["--decisions".into(), file.into()]);
        }
        Ok(Self { folder, data_dir, registry, families, left_out, models, agent })
    }

    /// Every service, the model services first.
    pub(crate) fn services(&self) -> impl Iterator<Item = &Service> {
        self.models.iter().chain([&self.agent])
    }

    /// The bundled corpus, once it is written.
    pub(crate) fn corpus(&self) -> PathBuf {
        self.data_dir.join("corpus.csv")
    }

    /// The program that writes the bundled corpus.
    pub(crate) fn corpus_maker(&self) -> Program {
        Program::new(&self.folder, CORPUS, &[("--out", self.corpus())])
    }

    /// The program that makes a family's first model.
    pub(crate) fn trainer(&self, family: &Family) -> Program {
        let corpus = self.corpus().into_os_string();
        let registry = self.registry.to_string().into();
        let flags: [(&str, OsString); 7] = [
            ("--task", TASK.into()),
            ("--data", corpus),
            ("--text-column", "text".into()),
            ("--label-column", "label".into()),
            ("--language-column", "language".into()),
            ("--group-column", "phrasing".into()),
            ("--registry", registry),
        ];
        let mut program = Program::new(&self.folder, family.trainer, &flags);
        program.args.push("--promote".into());
        program.args.extend(family.trainer_flags.iter().map(OsString::from));
        program
    }

    /// The program that fits the champions to each other, with these targets.
    pub(crate) fn calibrator(&self, targets: &[(&str, String)]) -> Program {
        let flags = [("--task", TASK.to_owned()), ("--registry", self.registry.to_string())];
        let mut program = Program::new(&self.folder, CALIBRATOR, &[&flags, targets].concat());
        program.args.push("--promote".into());
        program
    }
}

impl Program {
    fn new(folder: &Path, name: &'static str, flags: &[(&str, impl AsRef<OsStr>)]) -> Self {
        let mut args = vec![OsString::from("--stop-with-stdin")];
        for (flag, value) in flags {
            args.push((*flag).into());
            args.push(value.as_ref().to_owned());
        }
        Self { name, path: folder.join(name), args }
    }
}

/// The URL at which this machine reaches a service that listens on `addr`.
pub(crate) fn url(addr: SocketAddr) -> String {
    format!("http://{}", reachable(addr))
}

/// A service that listens on every address is reached on the loopback one.
pub(crate) fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip: IpAddr = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_on_every_address_is_reached_on_the_loopback_one() {
        for (listens, reached) in [
            ("127.0.0.1:1", "http://127.0.0.1:1"),
            ("10.0.0.7:1", "http://10.0.0.7:1"),
            ("0.0.0.0:1", "http://127.0.0.1:1"),
            ("[::]:1", "http://[::1]:1"),
        ] {
            assert_eq!(url(listens.parse().unwrap()), reached);
        }
    }
}
