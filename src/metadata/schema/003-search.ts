/**
 * What searches of trees find entries by. Whoever changes an entry only notes that it changed, programs of older versions
 * included; a job brings the index up to date. Searches look at the changes as well, so that the index may be late.
 */
export const SEARCH = `
  -- Entries whose index may be of another time. A row goes when the index has the entry as it was after that change.
  CREATE TABLE entry_changes (
    seq    INTEGER PRIMARY KEY,
    volume INTEGER NOT NULL,
    entry  BLOB NOT NULL
  ) STRICT;
  CREATE INDEX entry_changes_volume ON entry_changes (volume, seq);

  -- An entry as searches order it. labels are its terms but those of its name, as a JSON list. Roots have no row.
  CREATE TABLE entry_index (
    entry             BLOB NOT NULL PRIMARY KEY,
    volume            INTEGER NOT NULL,
    name              TEXT NOT NULL,
    labels            TEXT NOT NULL,
    size              INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    modified_at       INTEGER NOT NULL,
    local_created_at  INTEGER NOT NULL,
    local_modified_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entry_index_name ON entry_index (volume, name, entry);
  CREATE INDEX entry_index_size ON entry_index (volume, size, entry);
  CREATE INDEX entry_index_created ON entry_index (volume, created_at, entry);
  CREATE INDEX entry_index_modified ON entry_index (volume, modified_at, entry);
  CREATE INDEX entry_index_local_created ON entry_index (volume, local_created_at, entry);
  CREATE INDEX entry_index_local_modified ON entry_index (volume, local_modified_at, entry);

  -- Pieces of names, extensions and labels. What a term is stands where terms are made.
  CREATE TABLE entry_terms (
    volume INTEGER NOT NULL,
    term   TEXT NOT NULL,
    entry  BLOB NOT NULL,
    PRIMARY KEY (volume, term, entry)
  ) STRICT, WITHOUT ROWID;

  -- Searches that go on, in the dialect's words.
  CREATE TABLE searches (
    id         BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    volume     INTEGER NOT NULL,
    state      TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX searches_volume ON searches (volume, expires_at, id);
  CREATE INDEX searches_expiry ON searches (expires_at, id);

  {sqlite: CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
    INSERT INTO entry_changes (volume, entry) VALUES (new.volume, new.id);
  END;
  CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
    INSERT INTO entry_changes (volume, entry) VALUES (old.volume, old.id);
  END;
  CREATE TRIGGER entry_changed
  AFTER UPDATE OF volume, name, kind, size, attributes, modified_at, local_created_at, local_modified_at ON entries
  WHEN old.volume <> new.volume OR old.name <> new.name OR old.kind <> new.kind OR old.size <> new.size
    OR old.attributes <> new.attributes OR old.modified_at <> new.modified_at
    OR old.local_created_at IS NOT new.local_created_at OR old.local_modified_at IS NOT new.local_modified_at
  BEGIN
    INSERT INTO entry_changes (volume, entry) VALUES (new.volume, new.id);
  END;}
  {postgres: CREATE FUNCTION note_entry() RETURNS trigger LANGUAGE plpgsql AS $note$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      INSERT INTO entry_changes (volume, entry) VALUES (OLD.volume, OLD.id);
    ELSE
      INSERT INTO entry_changes (volume, entry) VALUES (NEW.volume, NEW.id);
    END IF;
    RETURN NULL;
  END $note$;
  CREATE TRIGGER entry_added AFTER INSERT OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION note_entry();
  CREATE TRIGGER entry_changed
  AFTER UPDATE OF volume, name, kind, size, attributes, modified_at, local_created_at, local_modified_at ON entries
  FOR EACH ROW WHEN (OLD.volume <> NEW.volume OR OLD.name <> NEW.name OR OLD.kind <> NEW.kind OR OLD.size <> NEW.size
    OR OLD.attributes <> NEW.attributes OR OLD.modified_at <> NEW.modified_at
    OR OLD.local_created_at IS DISTINCT FROM NEW.local_created_at
    OR OLD.local_modified_at IS DISTINCT FROM NEW.local_modified_at)
  EXECUTE FUNCTION note_entry();}
`
