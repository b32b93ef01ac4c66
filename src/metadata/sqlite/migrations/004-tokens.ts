import type { Migration } from './index.ts'

/** Access tokens and tasks. Hashes are kept as raw bytes; times in milliseconds since the epoch. */
export const tokens: Migration = {
  version: 4,
  name: 'tokens',
  sql: `
    -- Bearer tokens by the SHA-256 of their text.
    CREATE TABLE tokens (
      hash       BLOB PRIMARY KEY CHECK (length(hash) = 32),
      account    TEXT NOT NULL,
      realm      TEXT NOT NULL,
      user_name  TEXT NOT NULL,
      client     TEXT NOT NULL,
      session    TEXT NOT NULL,
      volumes    TEXT NOT NULL,
      grants     TEXT NOT NULL,
      attributes TEXT NOT NULL,
      period_ms  INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tokens_user ON tokens (account, realm, user_name);
    CREATE INDEX tokens_client ON tokens (account, realm, client) WHERE client <> '';
    CREATE INDEX tokens_session ON tokens (account, realm, session) WHERE session <> '';
    CREATE INDEX tokens_expiry ON tokens (expires_at);

    -- Work that goes on after its answer. result is null until it is done; nobody takes it before free_at. Ids are never
    -- used again.
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
    CREATE INDEX tasks_done ON tasks (created_at) WHERE result IS NOT NULL;
  `,
}
