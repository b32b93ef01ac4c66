/** Names that no part ever had: bytes that were sent for them may still come when they are garbage. */
export const LATE_SEGMENTS = `
  -- Of garbage: 0: parts had the bytes. 1: none ever had. 2: none ever had, and what was there is removed; since is when that is
  -- done once more.
  ALTER TABLE segments ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX segments_gone ON segments (since, name) WHERE state = 'garbage' AND late < 2;
  CREATE INDEX segments_again ON segments (since, name) WHERE state = 'garbage' AND late = 2;
`
