import type { Attack } from '../attack.ts'
import { BODIES } from './bodies.ts'
import { CONNECTIONS } from './connections.ts'
import { FLOODS } from './floods.ts'
import { GUESSING } from './guessing.ts'
import { MEDIA } from './media.ts'
import { OUTGOING } from './outgoing.ts'
import { READERS } from './readers.ts'
import { RIGHTS } from './rights.ts'
import { ROOM } from './room.ts'
import { S3 } from './s3.ts'
import { SERVING } from './serving.ts'
import { SKIPPED } from './skipped.ts'
import { SLOW } from './slow.ts'
import { TICKETS } from './tickets.ts'

/** All attacks, in the order of docs/attacks.md. */
export const ATTACKS: readonly Attack[] = [
  ...BODIES,
  ...[...CONNECTIONS, ...SLOW, ...FLOODS, ...SKIPPED, ...READERS],
  ...GUESSING,
  ...[...S3, ...TICKETS],
  ...ROOM,
  ...SERVING,
  ...RIGHTS,
  ...MEDIA,
  ...OUTGOING,
]
