/** Buckets that everybody may read in, by the names that nobody has to sign for. */
export const PUBLIC_BUCKETS = `
  CREATE TABLE public_buckets (
    name   TEXT PRIMARY KEY,
    bucket INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX public_buckets_bucket ON public_buckets (bucket);
`
