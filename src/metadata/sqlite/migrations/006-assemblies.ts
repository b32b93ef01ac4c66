import type { Migration } from './index.ts'

/** Parts that the blob store puts together to one segment. */
export const assemblies: Migration = {
  version: 6,
  name: 'assemblies',
  sql: `
    -- Segments that are being put together, until they are whole or swept. token is the blob store's.
    CREATE TABLE assemblies (
      segment BLOB PRIMARY KEY CHECK (length(segment) = 16),
      blob    BLOB NOT NULL CHECK (length(blob) = 16),
      kind    INTEGER NOT NULL,
      token   TEXT NOT NULL,
      UNIQUE (blob, kind)
    ) STRICT, WITHOUT ROWID;

    -- Part numbers whose slot was claimed, once for ever. receipt is the blob store's, null until a part has the slot.
    CREATE TABLE slots (
      blob    BLOB NOT NULL REFERENCES blobs,
      number  INTEGER NOT NULL,
      segment BLOB NOT NULL CHECK (length(segment) = 16),
      receipt TEXT,
      PRIMARY KEY (blob, number)
    ) STRICT, WITHOUT ROWID;

    -- Whether an upload has assemblies that are not settled.
    ALTER TABLE uploads ADD COLUMN assembling INTEGER NOT NULL DEFAULT 0;
    -- Where in its segment a part's first byte is: 0 until the seal; null for a segment of its own.
    ALTER TABLE parts ADD COLUMN place INTEGER;
  `,
}
