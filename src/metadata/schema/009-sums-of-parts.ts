/** More sums of parts, and unfinished uploads by their keys. */
export const SUMS_OF_PARTS = `
  -- Digests beside md5, sha256 and crc64 that were computed of the part's bytes: JSON by name. Null: none.
  ALTER TABLE parts ADD COLUMN sums TEXT;
  CREATE INDEX uploads_keys ON uploads (bucket, key, id) WHERE state IN ('open', 'sealed');
`
