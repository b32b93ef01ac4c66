/** What calls were answered with. */
export const ANSWERS = `
  -- The answer that repetitions of a call get: those of an account, in a scope, with a token of the client's. number
  -- counts up within an account. digest is the SHA-256 of what was asked, answer is JSON.
  CREATE TABLE answers (
    account    TEXT NOT NULL,
    scope      TEXT NOT NULL,
    token      TEXT NOT NULL,
    number     INTEGER NOT NULL,
    digest     BLOB NOT NULL CHECK (length(digest) = 32),
    answer     TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account, scope, token)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX answers_number ON answers (account, number);
  CREATE INDEX answers_expiry ON answers (expires_at, account, scope, token);
`
