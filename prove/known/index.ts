import type { Door } from './door.ts'
import { slicedDoor, wholeDoor } from './iflytek.ts'
import { smhDoor } from './smh.ts'
import { vodDoor } from './vod.ts'
import { voiceDoor } from './volcengine.ts'

/** What a server has to be told for these doors. */
export const DOOR_SETTINGS = { 'iflytek_ost.slice_size_min_bytes': '1' } as const

/** The doors of all dialects at one server. */
export const doorsAt = (url: string): readonly Door[] => [
  slicedDoor(url),
  wholeDoor(url),
  voiceDoor(url),
  smhDoor(url, 'plain', 'parts'),
  smhDoor(url, 'file', 'whole'),
  vodDoor(url),
]
