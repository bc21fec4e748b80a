//! Runs that are killed and go on.

use std::cell::RefCell;
use std::time::Duration;

use super::{answers, base, fitted, options, rows};
use crate::fit::{Checkpoints, Epoch, FitError, FitOptions, Fitted, Happened, end, fit};

/// Fits until so many steps are done, as a killed process does, then again from the checkpoint.
fn interrupted(options: &FitOptions, every: Duration, at: usize) -> Fitted {
    struct Killed;
    let folder = tempfile::tempdir().unwrap();
    let (resumed, steps) = (RefCell::new(0), RefCell::new(0));
    let run = || {
        let tell = |happened: Happened<'_>| match happened {
            Happened::Step(_) => {
                *steps.borrow_mut() += 1;
                if *steps.borrow() == at {
                    std::panic::panic_any(Killed);
                }
            }
            Happened::Resumed(step) => *resumed.borrow_mut() = step,
            Happened::NotKept(error) => panic!("{error:?}"),
            Happened::Epoch(..) => {}
        };
        let checkpoints = Some(Checkpoints { folder: folder.path(), every });
        rows(|rows| fit(base(), rows, options, checkpoints, &tell)).unwrap()
    };
    std::fs::create_dir(folder.path().join("network-configs")).unwrap();
    let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    assert!(first.is_err_and(|panic| panic.is::<Killed>()));
    let fitted = run();
    assert!(*resumed.borrow() > 0 && *resumed.borrow() < at);
    end(folder.path()).unwrap();
    // What is not ours stays.
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["network-configs"]);
    fitted
}

/// After every step, and only after every epoch.
const RARELY_AND_OFTEN: [Duration; 2] = [Duration::from_hours(1), Duration::ZERO];

#[test]
fn a_run_that_was_interrupted_ends_as_if_it_had_not_been() {
    // Each epoch has about 9 steps.
    let options = FitOptions { epochs: 4, dropout: 0.1, threads: 2, ..options() };
    let whole = fitted(&options);
    for every in RARELY_AND_OFTEN {
        let interrupted = interrupted(&options, every, 23);
        assert_eq!(answers(&whole.model), answers(&interrupted.model));
        assert_eq!(whole.heldout, interrupted.heldout);
        let without_time = |fitted: &Fitted| -> Vec<Epoch> {
            fitted.epochs.iter().map(|epoch| Epoch { seconds: 0.0, ..epoch.clone() }).collect()
        };
        assert_eq!(without_time(&whole), without_time(&interrupted));
    }
}

#[test]
fn two_runs_cannot_share_a_folder_and_a_full_one_ends_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = Checkpoints { folder: folder.path(), every: Duration::ZERO };
    let lock = checkpoints.lock().unwrap();
    let short = FitOptions { epochs: 1, ..options() };
    let run = |tell: &dyn Fn(Happened<'_>)| {
        rows(|rows| fit(base(), rows, &short, Some(checkpoints), tell).map(|_| ()))
    };
    let error = run(&|_| ()).unwrap_err();
    let sentence = std::error::Error::source(&error).unwrap().to_string();
    assert!(sentence.contains("another run keeps its checkpoints"), "{sentence}");
    drop(lock);
    // Nothing can be written in the place of a folder.
    std::fs::create_dir_all(folder.path().join("network-1/checkpoint.staged")).unwrap();
    let told = RefCell::new(0);
    run(&|happened| *told.borrow_mut() += usize::from(matches!(happened, Happened::NotKept(_))))
        .unwrap();
    assert!(*told.borrow() > 0);
}

#[test]
fn a_checkpoint_of_another_run_or_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let short = FitOptions { epochs: 1, ..options() };
    let fit_with = |options: &FitOptions| {
        let checkpoints = Checkpoints { folder: folder.path(), every: Duration::from_hours(1) };
        rows(|rows| fit(base(), rows, options, Some(checkpoints), &|_| ()).map(|_| ()))
    };
    fit_with(&short).unwrap();
    let source = |error: FitError| std::error::Error::source(&error).unwrap().to_string();
    let other = FitOptions { learning_rate: 1e-3, ..short.clone() };
    let sentence = fit_with(&other).map_err(source).unwrap_err();
    assert!(sentence.contains("another learning_rate (0.002, now 0.001)"), "{sentence}");
    let sentence =
        fit_with(&FitOptions { threads: 2, ..short.clone() }).map_err(source).unwrap_err();
    assert!(sentence.contains("another threads (1, now 2)"), "{sentence}");
    let path = folder.path().join("network-1/checkpoint.safetensors");
    let bytes = std::fs::read(&path).unwrap();
    for length in [0, 7, 100, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).unwrap();
        let sentence = fit_with(&short).map_err(source).unwrap_err();
        assert!(sentence.contains("remove it to start anew"), "{sentence}");
    }
}

#[test]
fn a_run_of_several_networks_goes_on_too() {
    let options = FitOptions { epochs: 2, refit: true, ..options() };
    let whole = fitted(&options);
    assert_eq!(
        answers(&whole.model),
        answers(&interrupted(&options, RARELY_AND_OFTEN[0], 30).model)
    );
}
