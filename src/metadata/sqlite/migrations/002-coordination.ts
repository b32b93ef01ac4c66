import type { Migration } from './index.ts'

/** Leases of background jobs, and settings that hold for all nodes. */
export const coordination: Migration = {
  version: 2,
  name: 'coordination',
  sql: `
    CREATE TABLE jobs (
      name TEXT NOT NULL PRIMARY KEY,
      holder TEXT NOT NULL,
      lease_until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE settings (
      name TEXT NOT NULL PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
}
