import assert from 'node:assert/strict'
import { type Body, LIBRARIES, type LibraryName, type Params, type Rig } from './rig.ts'

/** One item of a list, as far as tests look into it. */
export interface ListedItem {
  readonly [field: string]: unknown
  readonly name: string
  readonly type: string
}

/** A directory's contents, as lists answer. */
export interface Listing extends Body {
  readonly contents: readonly ListedItem[]
  readonly path: readonly string[]
  readonly nextMarker?: string
}

/** What tests do in one space's tree. Paths are sent as they are given. */
export interface Tree {
  /** The library and the space, as paths of calls have them. */
  readonly base: string
  readonly token: string
  /** A call below `directory/`, checked for its status. */
  directory(status: number, method: string, path: string, query?: Params, json?: unknown): Promise<Body>
  /** As `directory`, below `file/`. */
  file(status: number, method: string, path: string, query?: Params, json?: unknown): Promise<Body>
  makeDirectory(path: string, query?: Params, json?: unknown): Promise<Body>
  /** A virtual file: an entry that needs no bytes. */
  makeVirtual(path: string, query?: Params, json?: unknown): Promise<Body>
  list(path: string, query?: Params): Promise<Listing>
  /** Names of a list, in its order. */
  names(path: string, query?: Params): Promise<readonly string[]>
  info(path: string, query?: Params): Promise<Body>
}

export async function treeOf(
  rig: Rig,
  library: LibraryName = 'file',
  { space = '-', grant = 'admin', query = {} as Params, token = '' } = {},
): Promise<Tree> {
  const access_token = token === '' ? await rig.token(grant, { library, query }) : token
  const base = `${LIBRARIES[library].id}/${space}`
  const calls =
    (area: string): Tree['directory'] =>
    (status, method, path, more = {}, json = undefined) =>
      rig.expect(status, method, `${area}/${base}/${path}`, { ...more, access_token }, { json })
  const directory = calls('directory')
  const file = calls('file')
  const list: Tree['list'] = async (path, more) => {
    const body = await directory(200, 'GET', path, more)
    assert.ok(Array.isArray(body.contents))
    return body as Listing
  }
  return {
    ...{ base, token: access_token, directory, file, list },
    makeDirectory: (path, more, json) => directory(201, 'PUT', path, more, json),
    makeVirtual: (path, more = {}, json = {}) =>
      file(200, 'PUT', path, { virtual_file: null, ...more }, json),
    names: async (path, more) => (await list(path, more)).contents.map(({ name }) => name),
    info: (path, more = {}) => directory(200, 'GET', path, { info: null, ...more }),
  }
}
