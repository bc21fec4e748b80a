//! scratch
#[path = "../tests/program/agent.rs"]
mod agent;
fn main() {
    let a = agent::FakeAgent::start_on(std::env::args().nth(1).unwrap().parse().unwrap());
    println!("{}", a.url());
    loop {
        std::thread::park();
    }
}
