//! A whole model service over real sockets, around a small fake of a model.

mod answers;
mod common;
mod http_api;
mod life;
mod limits;
mod refusals;
