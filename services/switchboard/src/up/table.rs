//! The programs of a mesh. A new model service is one more entry in [`FAMILIES`].

/// A family of models: its service, and how its first model is made.
#[derive(Debug)]
pub(crate) struct Family {
    /// The service's program, and the family's name in manifests.
    pub(crate) program: &'static str,
    /// Where its ports come from.
    pub(crate) ports: PortFlags,
    /// The agent's flag for the service's URL.
    pub(crate) agent_flag: &'static str,
    /// The model to have a champion of before the mesh is of use.
    pub(crate) model: &'static str,
    /// What an operating point calls the version of this family it was fitted to.
    pub(crate) fits: &'static str,
    /// The program that makes the first one.
    pub(crate) trainer: &'static str,
    /// Flags for making the first one, beside those every trainer has.
    pub(crate) trainer_flags: &'static [&'static str],
    /// Whether a mesh without this family is of use.
    pub(crate) optional: bool,
}

/// The two flags that say where a service listens, and their defaults.
#[derive(Debug)]
pub(crate) struct PortFlags {
    /// Flag and default of the port for gRPC and HTTP.
    pub(crate) api: (&'static str, u16),
    /// Flag and default of the port for `/metrics`, `/livez` and `/readyz`.
    pub(crate) admin: (&'static str, u16),
}

/// The gateway, which every mesh has.
pub(crate) const AGENT: &str = "agent";

/// The gateway's ports.
pub(crate) const AGENT_PORTS: PortFlags =
    PortFlags { api: ("agent-port", 8000), admin: ("agent-admin-port", 9000) };

/// The model services, in the order they start.
pub(crate) const FAMILIES: &[Family] = &[
    Family {
        program: "tfidf",
        ports: PortFlags { api: ("tfidf-port", 8001), admin: ("tfidf-admin-port", 9001) },
        agent_flag: "--tfidf-url",
        model: "category-tfidf",
        fits: "linear",
        trainer: "train-tfidf",
        trainer_flags: &[],
        optional: false,
    },
    Family {
        program: "transformer",
        ports: PortFlags {
            api: ("transformer-port", 8002),
            admin: ("transformer-admin-port", 9002),
        },
        agent_flag: "--transformer-url",
        model: "category-transformer",
        fits: "transformer",
        trainer: "train-transformer",
        trainer_flags: FIRST_TRANSFORMER,
        optional: true,
    },
];

/// A fine-tuning that two cores end within six minutes on the bundled corpus.
const FIRST_TRANSFORMER: &[&str] = &[
    "--epochs",
    "2",
    "--max-tokens",
    "64",
    "--freeze-embeddings",
    "--dropout",
    "0",
    "--refit=false",
];

/// The program that writes the bundled corpus.
pub(crate) const CORPUS: &str = "make-corpus";

/// The program that fits the champions to each other.
pub(crate) const CALIBRATOR: &str = "calibrate-routing";

/// What it publishes.
pub(crate) const OPERATING_POINT: &str = "category-routing";

/// The task of the bundled corpus.
pub(crate) const TASK: &str = "category";

/// Every program's name and ports, the model services first.
pub(crate) fn services() -> impl Iterator<Item = (&'static str, &'static PortFlags)> {
    let families = FAMILIES.iter().map(|family| (family.program, &family.ports));
    families.chain([(AGENT, &AGENT_PORTS)])
}
