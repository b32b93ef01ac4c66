import type { Migration } from './index.ts'

/** Access tokens and tasks. Hashes are kept as raw bytes; times in milliseconds since the epoch. */
export const tokens: Migration = {
  version: 3,
  name: 'tokens',
  sql: `
    -- Bearer tokens by the SHA-256 of their text.
    CREATE TABLE tokens (
      hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
      account    text COLLATE "C" NOT NULL,
      realm      text COLLATE "C" NOT NULL,
      user_name  text COLLATE "C" NOT NULL,
      client     text COLLATE "C" NOT NULL,
      session    text COLLATE "C" NOT NULL,
      volumes    text NOT NULL,
      grants     text NOT NULL,
      attributes text NOT NULL,
      period_ms  bigint NOT NULL,
      expires_at bigint NOT NULL
    );
    CREATE INDEX tokens_user ON tokens (account, realm, user_name);
    CREATE INDEX tokens_client ON tokens (account, realm, client) WHERE client <> '';
    CREATE INDEX tokens_session ON tokens (account, realm, session) WHERE session <> '';
    CREATE INDEX tokens_expiry ON tokens (expires_at);

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
  `,
}
