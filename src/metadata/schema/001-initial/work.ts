/** What is to be done later, and what holds for all nodes. */
export const WORK = `
  -- Work that goes on after its answer. result is null until it is done; nobody takes it before free_at. Ids are
  -- never used again.
  CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    TEXT NOT NULL,
    scope      TEXT NOT NULL,
    topic      TEXT NOT NULL,
    input      TEXT NOT NULL,
    result     TEXT,
    attempts   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    free_at    INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tasks_free ON tasks (topic, free_at, id) WHERE result IS NULL;
  CREATE INDEX tasks_done ON tasks (created_at, id) WHERE result IS NOT NULL;

  CREATE TABLE deliveries (
    id              BLOB PRIMARY KEY CHECK (length(id) = 16),
    account         TEXT NOT NULL,
    topic           TEXT NOT NULL,
    body            TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_due ON deliveries (topic, next_attempt_at, id);

  -- Leases of background jobs.
  CREATE TABLE jobs (
    name        TEXT NOT NULL PRIMARY KEY,
    holder      TEXT NOT NULL,
    lease_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- What holds for all nodes.
  CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`
