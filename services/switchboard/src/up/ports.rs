//! The port flags of every program in the table.

use std::collections::HashMap;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

use super::table::{PortFlags, services};

/// The ports given, by flag; no two are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ports(Vec<(&'static str, u16)>);

impl Ports {
    /// The API and the admin port of a program.
    pub(crate) fn of(&self, flags: &PortFlags) -> (u16, u16) {
        let port = |(flag, default)| {
            self.0.iter().find(|(given, _)| *given == flag).map_or(default, |(_, port)| *port)
        };
        (port(flags.api), port(flags.admin))
    }

    fn check_distinct(&self) -> Result<(), Error> {
        let mut flag_of = HashMap::new();
        for (_, flags) in services() {
            let (api, admin) = self.of(flags);
            for (port, (flag, _)) in [(api, flags.api), (admin, flags.admin)] {
                if let Some(other) = flag_of.insert(port, flag) {
                    let message =
                        format!("--{other} and --{flag} are both {port}: give each its own port\n");
                    return Err(Error::raw(ErrorKind::ArgumentConflict, message));
                }
            }
        }
        Ok(())
    }
}

impl Args for Ports {
    fn augment_args(command: Command) -> Command {
        let mut command = command;
        for (program, flags) in services() {
            let what = [(flags.api, "gRPC and HTTP"), (flags.admin, "metrics and health")];
            for ((flag, default), purpose) in what {
                // By hand, because `clap` wants its defaults as text in the program.
                let help = format!("Port of `{program}` for {purpose} [default: {default}]");
                command = command.arg(
                    Arg::new(flag)
                        .long(flag)
                        .value_name("PORT")
                        .value_parser(value_parser!(u16).range(1..))
                        .help(help),
                );
            }
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Ports {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut ports = Self::default();
        ports.update_from_arg_matches(matches)?;
        Ok(ports)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        let flags = services().flat_map(|(_, flags)| [flags.api.0, flags.admin.0]);
        let given = |flag| matches.get_one::<u16>(flag).map(|port| (flag, *port));
        self.0 = flags.filter_map(given).collect();
        self.check_distinct()
    }
}
