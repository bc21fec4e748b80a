-- Read by SQLite and PostgreSQL alike. Migrations only add: an older release goes on with the tables of a newer one.
CREATE TABLE decisions (
    request_id TEXT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    task TEXT NOT NULL,
    policy TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    routing_version BIGINT,
    language TEXT NOT NULL,
    route TEXT NOT NULL,
    reason TEXT NOT NULL,
    label TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    trust TEXT NOT NULL,
    degraded SMALLINT NOT NULL,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,
    -- What the row, its feedback and their places in the indexes take.
    size_bytes BIGINT NOT NULL,
    -- The newest feedback's.
    feedback_label TEXT
);
CREATE INDEX decisions_by_time ON decisions (at_ms);
-- Deleting by size adds up sizes from the oldest decision on; this index holds all it reads.
CREATE INDEX decisions_by_size ON decisions (request_id, size_bytes);

CREATE TABLE feedback (
    key TEXT NOT NULL PRIMARY KEY,
    request_id TEXT NOT NULL REFERENCES decisions (request_id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX feedback_by_decision ON feedback (request_id);
