import assert from 'node:assert/strict'
import {
  assertFailure,
  type Body,
  LIBRARIES,
  type LibraryName,
  type Params,
  type Rig,
  type SmhAnswer,
} from './rig.ts'

/** Every grant of the document (reference §1.1). */
export const GRANTS: readonly string[] = [
  ...['admin', 'create_space', 'delete_space', 'space_admin'],
  ...[
    'create_directory',
    'delete_directory',
    'delete_directory_permanent',
    'move_directory',
    'copy_directory',
  ],
  ...['upload_file', 'upload_file_force', 'begin_upload', 'begin_upload_force', 'confirm_upload'],
  ...['create_symlink', 'create_symlink_force', 'delete_file', 'delete_file_permanent'],
  ...['move_file', 'move_file_force', 'copy_file', 'copy_file_force', 'delete_recycled', 'restore_recycled'],
  ...['acl', 'create_virtual', 'set_history_latest', 'read_only'],
]
const SPACE_ADMINS = ['admin', 'space_admin']

/** Says what a call of some operation sends. `name` is a fresh one each time. */
export interface Ask {
  readonly method: string
  /** Below `/api/v1/`. */
  readonly path: string
  readonly query?: Params
  readonly json?: unknown
}

/** One thing that calls do, and who may. */
export interface Operation {
  readonly name: string
  /** All that permit it. */
  readonly grants: readonly string[]
  /** Prepares what the call needs, as an admin, and says what to send. */
  prepare(): Promise<Ask>
}

/** What an operation of files needs: also lets admins, of all or of the space. */
export const bySpaceAdmins = (...grants: readonly string[]): readonly string[] => [...SPACE_ADMINS, ...grants]

/** Calls each operation with a token of each grant alone, and of none: who is granted it succeeds, all others may not. */
export async function assertGrants(
  rig: Rig,
  operations: readonly Operation[],
  { library = 'file' as LibraryName, tokenQuery = {} as Params } = {},
): Promise<void> {
  const tokens = new Map<string, string>()
  for (const grant of ['', ...GRANTS]) {
    tokens.set(grant, await rig.token(grant, { library, query: tokenQuery }))
  }
  for (const operation of operations) await assertOperation(rig, operation, tokens)
}

async function assertOperation(
  rig: Rig,
  { name, grants, prepare }: Operation,
  tokens: ReadonlyMap<string, string>,
): Promise<void> {
  const send = ({ method, path, query, json }: Ask, access_token: string): Promise<SmhAnswer> =>
    rig.call(method, path, { ...query, access_token }, json === undefined ? {} : { json })
  const refused = await prepare()
  for (const [grant, token] of tokens) {
    if (grants.includes(grant)) continue
    const answer = await send(refused, token)
    assert.equal(answer.status, 403, `${name} with ${grant || 'no grant'}: ${answer.bytes}`)
    assertFailure(answer, 403, 'NoPermission')
  }
  for (const grant of grants) {
    const answer = await send(await prepare(), tokens.get(grant) ?? '')
    assert.ok(answer.status < 400, `${name} with ${grant}: ${answer.status} ${answer.bytes}`)
  }
}

/** What admins prepare with, in one space. */
export interface Prepare {
  /** `<library>/<space>`, as paths of calls have it. */
  readonly base: string
  fresh(): string
  directory(): Promise<string>
  file(): Promise<string>
  /** The id in the bin of a file that was deleted. */
  recycled(): Promise<number>
  /** A start of an upload. */
  task(query?: Params): Promise<Body>
  /** A task whose bytes are there. */
  sent(path?: string): Promise<Body>
}

export function prepareIn(
  rig: Rig,
  access_token: string,
  { library = 'file' as LibraryName, space = '-' } = {},
): Prepare {
  let count = 0
  const base = `${LIBRARIES[library].id}/${space}`
  const fresh = () => `${library}-${++count}`
  const bytes = Buffer.from('bytes')
  const start = (method: string, path: string, query: Params) =>
    rig.expect(201, method, `file/${base}/${path}`, { access_token, ...query })
  const file = async (): Promise<string> => {
    const name = fresh()
    await rig.upload(name, bytes, { library, space, token: access_token })
    return name
  }
  return {
    ...{ base, fresh, file },
    directory: async () => {
      const name = fresh()
      await rig.expect(201, 'PUT', `directory/${base}/${name}`, { access_token }, { json: {} })
      return name
    },
    recycled: async () => {
      const { recycledItemId } = await rig.expect(200, 'DELETE', `file/${base}/${await file()}`, {
        access_token,
      })
      return Number(recycledItemId)
    },
    task: (query = {}) => start('POST', fresh(), { multipart: null, ...query }),
    sent: async (path = fresh()) => {
      const task = await start('PUT', path, {})
      assert.equal((await rig.put(task, bytes)).status, 200)
      return task
    },
  }
}
