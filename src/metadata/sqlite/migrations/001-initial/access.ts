/** Who may do what. */
export const ACCESS = `
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
`
