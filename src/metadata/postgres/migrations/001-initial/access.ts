/** Who may do what. */
export const ACCESS = `
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
`
