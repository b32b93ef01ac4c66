import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Body, Params, Rig, SmhAnswer } from './rig.ts'
import type { Tree } from './tree.ts'
import { bytesOf, MIB } from './upload-calls.ts'

export const OVERWRITE = { conflict_resolution_strategy: 'overwrite' } as const
export const CAS = /^[0-9a-f]{32}$/
/** Of a file that a quick upload finds. */
export const KNOWN = bytesOf(MIB, 9)
const HASH = createHash('sha256').update(KNOWN).digest('hex')
export const HASHES = { size: String(MIB), beginningHash: HASH, fullHash: HASH }

export type CasFiles = Awaited<ReturnType<typeof casFiles>>

/** Calls about the CAS of files in a tree that has `known.bin`. */
export async function casFiles(rig: Rig, tree: Tree) {
  let count = 0
  await rig.upload('known.bin', KNOWN)

  const call = (method: string, name: string, query: Params = {}, json: unknown = {}): Promise<SmhAnswer> =>
    rig.call(method, `file/${tree.base}/${name}`, { ...query, access_token: tree.token }, { json })
  const write = (name: string, text: string): Promise<Body> =>
    rig.upload(name, Buffer.from(text), { query: OVERWRITE })
  const textOf = async (name: string) => String(await rig.download(name))
  const casOf = async (name: string): Promise<string> => {
    const { contentCas } = await tree.file(200, 'GET', name, { info: 1, with_content_cas: 1 })
    assert.match(String(contentCas), CAS)
    return String(contentCas)
  }
  /** A file that another client has written over since its CAS was read. */
  const changed = async (): Promise<{ readonly name: string; readonly stale: string }> => {
    const name = `changed-${count++}.txt`
    await write(name, 'before')
    const stale = await casOf(name)
    await write(name, 'theirs')
    return { name, stale }
  }
  const sent = async (name: string, query: Params = {}, text = 'ours'): Promise<Body> => {
    const task = await tree.file(201, 'PUT', name, { ...OVERWRITE, ...query })
    await rig.put(task, Buffer.from(text))
    return task
  }
  return { call, write, textOf, casOf, changed, sent }
}
