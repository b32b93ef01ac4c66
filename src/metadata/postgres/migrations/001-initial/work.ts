/** What is to be done later, and what holds for all nodes. */
export const WORK = `
  -- Work that goes on after its answer. result is null until it is done; nobody takes it before free_at.
  CREATE TABLE tasks (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account    text NOT NULL,
    scope      text NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    input      text NOT NULL,
    result     text,
    attempts   bigint NOT NULL,
    created_at bigint NOT NULL,
    free_at    bigint NOT NULL
  );
  CREATE INDEX tasks_free ON tasks (topic, free_at, id) WHERE result IS NULL;
  CREATE INDEX tasks_done ON tasks (created_at) WHERE result IS NOT NULL;

  CREATE TABLE deliveries (
    id              bytea PRIMARY KEY CHECK (length(id) = 16),
    account         text NOT NULL,
    topic           text COLLATE "C" NOT NULL,
    body            text NOT NULL,
    attempts        bigint NOT NULL,
    created_at      bigint NOT NULL,
    next_attempt_at bigint NOT NULL
  );
  CREATE INDEX deliveries_due ON deliveries (topic, next_attempt_at, id);

  -- Leases of background jobs.
  CREATE TABLE jobs (
    name        text COLLATE "C" PRIMARY KEY,
    holder      text NOT NULL,
    lease_until bigint NOT NULL
  );

  -- What holds for all nodes.
  CREATE TABLE settings (
    name  text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
  );
`
