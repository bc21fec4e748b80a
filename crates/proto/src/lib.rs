#![doc = include_str!("../README.md")]

/// Version 1 of the wire contract.
pub mod v1 {
    #![expect(
        clippy::pedantic,
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        clippy::large_enum_variant,
        reason = "generated; the .proto files carry the documentation"
    )]
    tonic::include_proto!("switchboard.v1");

    /// The compiled descriptors, for gRPC reflection.
    pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("switchboard");
}
