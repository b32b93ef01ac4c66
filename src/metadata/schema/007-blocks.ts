const FORGOTTEN = `
    DELETE FROM blocks WHERE segment = OLD.name;
    DELETE FROM damages WHERE segment = OLD.name;`

/** What the bytes of parts are checked by, and what was found damaged. */
export const BLOCKS = `
  -- Null: the part is checked by its crc32 alone. 1: its blocks have sums, as src/core/bytes/blocks.ts cuts and sums them.
  ALTER TABLE parts ADD COLUMN guard INTEGER;

  -- The sums of a part's blocks, several in a row: first is the number of its first block. Several parts may share a segment. They
  -- go with their segment.
  CREATE TABLE blocks (
    segment BLOB NOT NULL CHECK (length(segment) = 16),
    number  INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    sums    BLOB NOT NULL,
    PRIMARY KEY (segment, number, first)
  ) STRICT, WITHOUT ROWID;

  -- Bytes of parts that were found to be others than were stored, or missing. block is -1 where it is not one block. thing tells what
  -- was read, as JSON. seen_at is the last time that it was found.
  CREATE TABLE damages (
    segment  BLOB NOT NULL CHECK (length(segment) = 16),
    number   INTEGER NOT NULL,
    block    INTEGER NOT NULL,
    blob     BLOB NOT NULL CHECK (length(blob) = 16),
    kind     TEXT NOT NULL,
    thing    TEXT NOT NULL,
    finder   TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (segment, number, block)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX damages_seen ON damages (seen_at);
  {sqlite: CREATE TRIGGER segments_forgotten AFTER DELETE ON segments BEGIN${FORGOTTEN}
  END;}
  {postgres: CREATE FUNCTION note_segments_forgotten() RETURNS trigger LANGUAGE plpgsql AS $note$
  BEGIN${FORGOTTEN}
    RETURN NULL;
  END $note$;
  CREATE TRIGGER segments_forgotten AFTER DELETE ON segments FOR EACH ROW EXECUTE FUNCTION note_segments_forgotten();}
`
