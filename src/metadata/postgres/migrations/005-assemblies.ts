import type { Migration } from './index.ts'

/** Parts that the blob store puts together to one segment. */
export const assemblies: Migration = {
  version: 5,
  name: 'assemblies',
  sql: `
    -- Segments that are being put together, until they are whole or swept. token is the blob store's.
    CREATE TABLE assemblies (
      segment bytea PRIMARY KEY CHECK (length(segment) = 16),
      blob    bytea NOT NULL CHECK (length(blob) = 16),
      kind    integer NOT NULL,
      token   text NOT NULL,
      UNIQUE (blob, kind)
    );

    -- Part numbers whose slot was claimed, once for ever. receipt is the blob store's, null until a part has the slot.
    CREATE TABLE slots (
      blob    bytea NOT NULL,
      number  bigint NOT NULL,
      segment bytea NOT NULL CHECK (length(segment) = 16),
      receipt text,
      PRIMARY KEY (blob, number)
    );

    -- Whether an upload has assemblies that are not settled.
    ALTER TABLE uploads ADD COLUMN assembling integer NOT NULL DEFAULT 0;
    -- Where in its segment a part's first byte is: 0 until the seal; null for a segment of its own.
    ALTER TABLE parts ADD COLUMN place bigint;
  `,
}
