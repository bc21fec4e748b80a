//! What holds whatever the store is. Each behaviour is run on both.

mod content;
mod feedback;
mod queue;
mod refusals;
mod retention;

/// Makes one test for SQLite and one for PostgreSQL of each behaviour.
macro_rules! on_both_stores {
    ($($behaviour:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(crate::common::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(crate::common::Place::postgres().await).await;
            })*
        }
    };
}
use on_both_stores;
