import { SmhError } from '../errors.ts'
import type { Query } from '../wire/query.ts'

/**
 * Every flag by which a client of the vendor says what a call does (reference §1.2, §4 to §7, "Added later"), whether it is offered
 * or not. All other names of a query are parameters: unknown ones are read past.
 */
const FLAGS = [
  ...['info', 'stats', 'update', 'calibrate'],
  ...['multipart', 'renew', 'confirm', 'upload', 'virtual_file'],
  ...['preview', 'convert', 'uncompress', 'zip-preview', 'transcoding_template_id'],
  ...['restore', 'delete', 'copy', 'move', 'lifecycle', 'cancel'],
]

const OF_FILES = ['info', 'upload', 'virtual_file', 'multipart', 'renew', 'confirm']
const OF_DIRECTORIES = ['info', 'stats', 'update']

/**
 * The flags that each call of the table in `routes.ts` takes, by its name there. A call that is not named takes none. Reads take all
 * of their path, and pass over those that are for other methods.
 */
const OFFERED: ReadonlyMap<string, readonly string[]> = new Map([
  ['directory.get', OF_DIRECTORIES],
  ['directory.head', OF_DIRECTORIES],
  ['directory.update', ['update']],
  ['file.get', [...OF_FILES, 'preview']],
  ['file.head', OF_FILES],
  ['file.put', ['virtual_file']],
  ['file.post', ['multipart', 'renew', 'confirm']],
  ['file.delete', ['upload']],
  ['recycled.change', ['restore', 'delete', 'lifecycle']],
  ['recycled.info', ['info', 'preview']],
  ['recycled.restore', ['restore']],
  ['batch', ['delete', 'copy', 'move']],
])

/** Parameters that ask for history versions, and for what others share. */
const PARAMETERS_LEFT_OUT = ['history_id', 'share_access_token']

/** Refuses what asks for something else than its call does, before anything is done. Errors: `FunctionNotEnabled`. */
export function requireOffered(query: Query, call: string): void {
  const offered = OFFERED.get(call) ?? []
  const isLeftOut =
    FLAGS.some((flag) => query.has(flag) && !offered.includes(flag)) ||
    PARAMETERS_LEFT_OUT.some((name) => query.text(name) !== null)
  if (isLeftOut) throw new SmhError('FunctionNotEnabled')
}
