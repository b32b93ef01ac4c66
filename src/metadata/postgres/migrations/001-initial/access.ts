/** Who may do what. */
export const ACCESS = `
  -- Accounts that were made while the server ran. Those of the configuration have no rows. attributes are for all to see;
  -- sealed has the secret ones.
  CREATE TABLE accounts (
    id          text COLLATE "C" PRIMARY KEY,
    name        text COLLATE "C" NOT NULL,
    attributes  text NOT NULL,
    sealed      bytea,
    created_at  bigint NOT NULL,
    disabled_at bigint
  );

  -- Key pairs of accounts. sealed has the secret key. rights are a list; buckets, where not null, too.
  CREATE TABLE account_keys (
    access_key  text COLLATE "C" PRIMARY KEY,
    account     text COLLATE "C" NOT NULL,
    label       text NOT NULL,
    sealed      bytea NOT NULL,
    rights      text NOT NULL,
    prefix      text,
    buckets     text,
    created_at  bigint NOT NULL,
    disabled_at bigint,
    expires_at  bigint
  );
  CREATE INDEX account_keys_account ON account_keys (account, created_at, access_key);

  -- What else callers of an account show. public_id is what people call one by; settings are for all to see, sealed has
  -- the secrets.
  CREATE TABLE credentials (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    public_id   text COLLATE "C" NOT NULL,
    settings    text NOT NULL,
    sealed      bytea,
    created_at  bigint NOT NULL,
    disabled_at bigint,
    UNIQUE (account, kind, public_id)
  );

  -- Values that no other credential of the kind may have: anywhere, or where scope is not empty among the accounts of that
  -- name.
  CREATE TABLE credential_names (
    kind       text COLLATE "C" NOT NULL,
    field      text COLLATE "C" NOT NULL,
    scope      text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,
    credential bigint NOT NULL,
    PRIMARY KEY (kind, field, scope, value)
  );
  CREATE INDEX credential_names_credential ON credential_names (credential);

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
