/** Bytes and rows that an upload counts for while it goes on: the condition and the sum, of a row called `name`. */
const goesOn = (name: string): string => `${name}.state IN ('open', 'sealed')`
const counted = (name: string): string => `(CASE WHEN ${goesOn(name)} THEN 1 ELSE 0 END)`
const pending = (name: string): string => `(CASE WHEN ${goesOn(name)} THEN ${name}.pending ELSE 0 END)`
/** What it needs in its volume, beyond what it replaces there. */
const needed = (name: string): string =>
  `(CASE WHEN ${goesOn(name)} AND ${name}.pending > ${name}.replaces THEN ${name}.pending - ${name}.replaces ELSE 0 END)`

const ADD_TO_UPLOADS = `ON CONFLICT (account, shard) DO UPDATE
      SET uploads = account_uploads.uploads + excluded.uploads, bytes = account_uploads.bytes + excluded.bytes`
const ADD_TO_STORED = `ON CONFLICT (account, shard) DO UPDATE
      SET objects = account_stored.objects + excluded.objects, entries = account_stored.entries + excluded.entries,
        volumes = account_stored.volumes + excluded.volumes, bytes = account_stored.bytes + excluded.bytes`
const ADD_TO_PENDING = `ON CONFLICT (volume, shard) DO UPDATE
      SET bytes = volume_pending.bytes + excluded.bytes`
const ADD_TO_TOKENS = `ON CONFLICT (account, shard) DO UPDATE
      SET tokens = account_tokens.tokens + excluded.tokens`

/** What triggers do. `NEW` and `OLD` are the rows. */
const UPLOAD_BEGUN = `
    INSERT INTO account_uploads (account, shard, uploads, bytes)
      SELECT b.account, NEW.shard, 1, NEW.pending FROM buckets b WHERE b.id = NEW.bucket
      ${ADD_TO_UPLOADS};`
const UPLOAD_BEGUN_IN_VOLUME = `
    INSERT INTO volume_pending (volume, shard, bytes)
      VALUES (NEW.volume, NEW.shard, ${needed('NEW')})
      ${ADD_TO_PENDING};`
const UPLOAD_CHANGED = `
    UPDATE account_uploads
      SET uploads = uploads + ${counted('NEW')} - ${counted('OLD')}, bytes = bytes + ${pending('NEW')} - ${pending('OLD')}
      WHERE account = (SELECT b.account FROM buckets b WHERE b.id = NEW.bucket) AND shard = NEW.shard;`
const UPLOAD_CHANGED_IN_VOLUME = `
    UPDATE volume_pending SET bytes = bytes + ${needed('NEW')} - ${needed('OLD')}
      WHERE volume = NEW.volume AND shard = NEW.shard;`
const BUCKET_COUNTED = (objects: string, bytes: string): string => `
    INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
      SELECT b.account, NEW.shard, ${objects}, 0, 0, ${bytes} FROM buckets b WHERE b.id = NEW.bucket
      ${ADD_TO_STORED};`
const VOLUME_COUNTED = `
    INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
      SELECT r.account, NEW.shard, 0, NEW.files + NEW.directories - OLD.files - OLD.directories, 0,
        NEW.bytes - OLD.bytes
      FROM volumes v JOIN realms r ON r.id = v.realm WHERE v.id = NEW.volume
      ${ADD_TO_STORED};`
const VOLUME_ADDED = `
    INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
      SELECT r.account, 0, 0, 0, 1, 0 FROM realms r WHERE r.id = NEW.realm
      ${ADD_TO_STORED};`
const VOLUME_REMOVED = `
    INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
      SELECT r.account, 0, 0,
        (SELECT CAST(coalesce(-sum(c.files + c.directories), 0) AS bigint) FROM volume_counts c WHERE c.volume = OLD.id), -1,
        (SELECT CAST(coalesce(-sum(c.bytes), 0) AS bigint) FROM volume_counts c WHERE c.volume = OLD.id)
      FROM realms r WHERE r.id = OLD.realm
      ${ADD_TO_STORED};
    DELETE FROM volume_pending WHERE volume = OLD.id;`
const TOKEN_ADDED = `
    INSERT INTO account_tokens (account, shard, tokens) VALUES (NEW.account, NEW.expires_at % 16, 1)
      ${ADD_TO_TOKENS};`
const TOKEN_REMOVED = `
    INSERT INTO account_tokens (account, shard, tokens) VALUES (OLD.account, OLD.expires_at % 16, -1)
      ${ADD_TO_TOKENS};`

/** A trigger for each row, in both stores' words. */
function trigger(name: string, when: string, condition: string | null, body: string): string {
  const test = condition === null ? '' : ` WHEN ${condition}`
  const forPostgres = condition === null ? '' : ` WHEN (${condition})`
  return `
  {sqlite: CREATE TRIGGER ${name} AFTER ${when}${test} BEGIN${body}
  END;}
  {postgres: CREATE FUNCTION note_${name}() RETURNS trigger LANGUAGE plpgsql AS $note$
  BEGIN${body}
    RETURN NULL;
  END $note$;
  CREATE TRIGGER ${name} AFTER ${when} FOR EACH ROW${forPostgres} EXECUTE FUNCTION note_${name}();}`
}

/**
 * What accounts use up, in several rows each, so that commands of one account seldom wait for each other. Triggers keep the
 * sums, for writers of any version. Making them waits for all who write; what was there before is counted in the same step.
 */
export const AMOUNTS = `
  -- What an upload counts for while it goes on. pending are the bytes that were named at its beginning, or those that came
  -- where these are more; grown are those that came. volume is where its file will be, replaces the bytes that go there then.
  -- Uploads of older versions have shard 0, which is right as well.
  ALTER TABLE uploads ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE uploads ADD COLUMN grown INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE uploads ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE uploads ADD COLUMN volume INTEGER;
  ALTER TABLE uploads ADD COLUMN replaces INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE account_uploads (
    account TEXT NOT NULL,
    shard   INTEGER NOT NULL,
    uploads INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (account, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  -- A row alone may be below 0.
  CREATE TABLE account_stored (
    account TEXT NOT NULL,
    shard   INTEGER NOT NULL,
    objects INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    volumes INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (account, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  CREATE TABLE account_tokens (
    account TEXT NOT NULL,
    shard   INTEGER NOT NULL,
    tokens  INTEGER NOT NULL,
    PRIMARY KEY (account, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  -- Bytes that uploads into a volume need there.
  CREATE TABLE volume_pending (
    volume INTEGER NOT NULL,
    shard  INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,
    PRIMARY KEY (volume, shard)
  ) STRICT, WITHOUT ROWID {postgres: WITH (fillfactor = 50)};

  CREATE INDEX tasks_unfinished ON tasks (account) WHERE result IS NULL;
${[
  trigger('upload_begun', 'INSERT ON uploads', goesOn('NEW'), UPLOAD_BEGUN),
  trigger(
    'upload_begun_in_volume',
    'INSERT ON uploads',
    `NEW.volume IS NOT NULL AND ${goesOn('NEW')}`,
    UPLOAD_BEGUN_IN_VOLUME,
  ),
  trigger(
    'upload_changed',
    'UPDATE OF state, pending ON uploads',
    `${counted('NEW')} <> ${counted('OLD')} OR ${pending('NEW')} <> ${pending('OLD')}`,
    UPLOAD_CHANGED,
  ),
  trigger(
    'upload_changed_in_volume',
    'UPDATE OF state, pending ON uploads',
    `NEW.volume IS NOT NULL AND ${needed('NEW')} <> ${needed('OLD')}`,
    UPLOAD_CHANGED_IN_VOLUME,
  ),
  trigger('bucket_counts_added', 'INSERT ON bucket_counts', null, BUCKET_COUNTED('NEW.objects', 'NEW.bytes')),
  trigger(
    'bucket_counts_changed',
    'UPDATE OF objects, bytes ON bucket_counts',
    null,
    BUCKET_COUNTED('NEW.objects - OLD.objects', 'NEW.bytes - OLD.bytes'),
  ),
  trigger(
    'volume_counts_changed',
    'UPDATE OF bytes, files, directories ON volume_counts',
    'NEW.bytes <> OLD.bytes OR NEW.files + NEW.directories <> OLD.files + OLD.directories',
    VOLUME_COUNTED,
  ),
  trigger('volume_added', 'INSERT ON volumes', null, VOLUME_ADDED),
  trigger('volume_removed', 'DELETE ON volumes', null, VOLUME_REMOVED),
  trigger('token_added', 'INSERT ON tokens', null, TOKEN_ADDED),
  trigger('token_removed', 'DELETE ON tokens', null, TOKEN_REMOVED),
].join('')}

  UPDATE uploads SET grown = (SELECT CAST(coalesce(sum(p.size), 0) AS bigint) FROM parts p WHERE p.blob = uploads.blob)
    WHERE state IN ('open', 'sealed');
  UPDATE uploads SET pending = grown WHERE state IN ('open', 'sealed');
  DELETE FROM account_uploads;
  INSERT INTO account_uploads (account, shard, uploads, bytes)
    SELECT b.account, 0, count(*), CAST(sum(u.pending) AS bigint) FROM uploads u JOIN buckets b ON b.id = u.bucket
    WHERE u.state IN ('open', 'sealed') GROUP BY b.account;
  INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
    SELECT b.account, c.shard, CAST(sum(c.objects) AS bigint), 0, 0, CAST(sum(c.bytes) AS bigint)
    FROM bucket_counts c JOIN buckets b ON b.id = c.bucket WHERE c.bucket > 0 GROUP BY b.account, c.shard;
  INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
    SELECT r.account, c.shard, 0, CAST(sum(c.files + c.directories) AS bigint), 0, CAST(sum(c.bytes) AS bigint)
    FROM volume_counts c JOIN volumes v ON v.id = c.volume JOIN realms r ON r.id = v.realm WHERE v.id > 0
    GROUP BY r.account, c.shard ${ADD_TO_STORED};
  INSERT INTO account_stored (account, shard, objects, entries, volumes, bytes)
    SELECT r.account, 0, 0, 0, count(*), 0 FROM volumes v JOIN realms r ON r.id = v.realm WHERE v.id > 0
    GROUP BY r.account ${ADD_TO_STORED};
  INSERT INTO account_tokens (account, shard, tokens)
    SELECT account, expires_at % 16, count(*) FROM tokens GROUP BY account, expires_at % 16;
`
