import {
  type Body,
  clientOf,
  LIBRARIES,
  type LibraryName,
  type SmhClient,
} from '../../test/dialects/tencent-smh/rig.ts'
import { type Door, randomPieces, somePieces, someSize } from './door.ts'
import { download } from './iflytek.ts'

const MIB = 1024 ** 2

interface Task {
  readonly path: string
  readonly confirmKey: string
  /** What a client puts with, where the file goes in one piece. */
  readonly put: Body
}

/** Files of a library, each in parts or in one. Uploads remember their path and their confirm key; a handle is a path. */
export function smhDoor(url: string, library: LibraryName, kind: 'parts' | 'whole'): Door {
  const client = clientOf(url)
  const base = `file/${LIBRARIES[library].id}/-`
  const token = once(() => client.token('admin', { library }))
  const expect = async (status: number, method: string, path: string, query = {}, json?: object) =>
    client.expect(status, method, `${base}/${path}`, { access_token: await token(), ...query }, bodyOf(json))
  const read = async (path: string, from?: number): Promise<Buffer | null> => {
    const query = { access_token: await token() }
    const { status, headers, bytes } = await client.call('GET', `${base}/${path}`, query)
    if (status === 404) return null
    if (status !== 302) throw new Error(`a download was answered ${status} ${bytes}`)
    return download(String(headers.location), from)
  }
  const isWhole = kind === 'whole'
  const hasBin = LIBRARIES[library].recycle_bin
  return {
    name: `tencent-smh ${kind}`,
    sizes: (random) => (isWhole ? [someSize(random, 1, 300_000)] : somePieces(random, MIB, 1.2 * MIB)),
    pieces: randomPieces,
    begin: async ({ name }) => {
      const path = `${name}.bin`
      const task = await expect(201, isWhole ? 'PUT' : 'POST', path, isWhole ? {} : { multipart: null })
      return JSON.stringify({ path, confirmKey: task.confirmKey, put: task } satisfies Task)
    },
    send: async (file, upload, number) => {
      const bytes = randomPieces(file)[number - 1] ?? Buffer.alloc(0)
      const { put, confirmKey } = taskOf(upload)
      if (isWhole) return requireSent(client.put(put, bytes))
      // The credentials of the beginning may have ended.
      const task = await expect(200, 'POST', confirmKey, { renew: null })
      await requireSent(client.putPart(task, number, bytes))
    },
    complete: async (_file, upload) => {
      const { path, confirmKey } = taskOf(upload)
      await expect(200, 'POST', confirmKey, { confirm: null })
      return path
    },
    isRepeatable: true,
    read,
    peek: (_file, upload) => read(taskOf(upload).path),
    cancel: async (upload) => void (await expect(204, 'DELETE', taskOf(upload).confirmKey, { upload: null })),
    remove: async (path) => void (await expect(hasBin ? 200 : 204, 'DELETE', path)),
    move: {
      target: ({ name }) => `moved-${name}.bin`,
      do: async (from, to) => void (await expect(200, 'PUT', to, {}, { from })),
    },
  }
}

const bodyOf = (json: object | undefined) => (json === undefined ? {} : { json })
const taskOf = (upload: string): Task => JSON.parse(upload) as Task

async function requireSent(sent: ReturnType<SmhClient['put']>): Promise<void> {
  const { status, bytes } = await sent
  if (status !== 200) throw new Error(`PUT answered ${status} ${bytes.subarray(0, 300)}`)
}

/** What the first call that worked gave. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null
      throw error
    })
    return made
  }
}
