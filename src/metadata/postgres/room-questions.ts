import { SELECT_AMOUNTS } from '../commands/account-room.ts'
import type { Amounts, RoomBound, ScriptValue } from '../commands/script.ts'
import type { Question } from './wire.ts'

/** Mark this store's locks among all advisory locks of the database: "stow", "tree", "quot", "indx" and "acct" in bytes. */
export const LOCK_CLASSES = {
  ...{ bucket: 0x73746f77, volume: 0x74726565, quota: 0x71756f74, index: 0x696e6478, account: 0x61636374 },
} as const
export const LOCK_OBJECTS = 2 ** 31 - 1

/** What asks for room: `hold` takes a lock and tells whether there is ample room, `again` tells it once more under the lock. */
export interface RoomQuestions {
  readonly hold: Question
  readonly again: Question
}

/** While the room is greater than the number of connections that the server takes, all go on side by side. After that one at a time. */
export function bucketRoom(bucket: number, objectsMax: number): RoomQuestions {
  const lock = [LOCK_CLASSES.bucket, bucket % LOCK_OBJECTS]
  return {
    hold: { text: HOLD_ROOM, values: [bucket, objectsMax, ...lock], isKept: true },
    again: { text: AMPLE_ROOM, values: [bucket, objectsMax], isKept: true },
  }
}

const AMPLE_ROOM = `SELECT coalesce(sum(objects), 0) + current_setting('max_connections')::bigint <= $2 AS is_ample
  FROM bucket_counts WHERE bucket = $1 OFFSET 0`

/** Those who have the shared lock keep out whoever comes near the end of the room. */
const HOLD_ROOM = `SELECT is_ample,
    CASE WHEN is_ample THEN pg_advisory_xact_lock_shared($3, $4) ELSE pg_advisory_xact_lock($3, $4) END
  FROM (${AMPLE_ROOM}) AS counted`

const SMALL_BYTES = 16 * 1024 * 1024
/** What one command may add to a sum beside others. A command that adds more goes on alone. */
const SMALL: Readonly<Record<keyof Amounts, number>> = {
  ...{ uploads: 1, objects: 1, volumes: 1, entries: 1_000 },
  ...{ pending_bytes: SMALL_BYTES, stored_bytes: SMALL_BYTES },
}

/** As `bucketRoom`. Accounts are told apart by a hash: two of the same hash wait for each other. */
export function accountRoom(account: string, bounds: readonly RoomBound[]): RoomQuestions {
  const unitOf = ({ of }: RoomBound) => Math.max(...of.map((column) => SMALL[column]))
  const isSmall = bounds.every((bound) => bound.adds <= unitOf(bound))
  const conditions = bounds.map(
    (bound, at) =>
      `${bound.of.join(' + ')} + current_setting('max_connections')::bigint * ${unitOf(bound)} <= $${at + 4}`,
  )
  const ample = `SELECT (${conditions.join(' AND ')}) AS is_ample FROM (${AMOUNTS}) AS amounts`
  const hold = `SELECT is_ample, CASE WHEN is_ample THEN pg_advisory_xact_lock_shared($2, hashtext($3))
      ELSE pg_advisory_xact_lock($2, hashtext($3)) END FROM (${ample} OFFSET 0) AS counted`
  const values: readonly ScriptValue[] = [
    ...[account, LOCK_CLASSES.account, account],
    ...bounds.map(({ max }) => (isSmall ? max : -1)),
  ]
  return {
    hold: { text: hold, values, isKept: true },
    again: { text: `${ample} WHERE $2::int <> 0 AND $3::text <> ''`, values, isKept: true },
  }
}

const AMOUNTS = SELECT_AMOUNTS.replaceAll('?', '$1')
