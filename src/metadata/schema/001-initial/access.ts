/** Who may do what. */
export const ACCESS = `
  -- Accounts that were made while the server ran. Those of the configuration have no rows. attributes are for all to see;
  -- sealed has the secret ones.
  CREATE TABLE accounts (
    id          TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    attributes  TEXT NOT NULL,
    sealed      BLOB,
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- Key pairs of accounts. sealed has the secret key. rights are a list; buckets, where not null, too.
  CREATE TABLE account_keys (
    access_key  TEXT NOT NULL PRIMARY KEY,
    account     TEXT NOT NULL,
    label       TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    rights      TEXT NOT NULL,
    prefix      TEXT,
    buckets     TEXT,
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER,
    expires_at  INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX account_keys_account ON account_keys (account, created_at, access_key);

  -- What else callers of an account show. public_id is what people call one by; settings are for all to see, sealed has
  -- the secrets.
  CREATE TABLE credentials (
    id          INTEGER PRIMARY KEY,
    account     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    public_id   TEXT NOT NULL,
    settings    TEXT NOT NULL,
    sealed      BLOB,
    created_at  INTEGER NOT NULL,
    disabled_at INTEGER,
    UNIQUE (account, kind, public_id)
  ) STRICT;

  -- Values that no other credential of the kind may have: anywhere, or where scope is not empty among the accounts of that
  -- name.
  CREATE TABLE credential_names (
    kind       TEXT NOT NULL,
    field      TEXT NOT NULL,
    scope      TEXT NOT NULL,
    value      TEXT NOT NULL,
    credential INTEGER NOT NULL,
    PRIMARY KEY (kind, field, scope, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX credential_names_credential ON credential_names (credential);

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
  CREATE INDEX tokens_expiry ON tokens (expires_at, hash);
`
