import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { assertGrants, bySpaceAdmins, GRANTS, type Operation, type Prepare, prepareIn } from './grants.ts'
import { LIBRARIES, type Params, type Rig, startRig } from './rig.ts'

const OVERWRITE: Params = { conflict_resolution_strategy: 'overwrite' }
const BEGIN = bySpaceAdmins('upload_file', 'upload_file_force', 'begin_upload', 'begin_upload_force')

/** Each operation, with a token of each single grant of the document: reference §1.1. */
describe('tencent-smh: grants', () => {
  let rig: Rig
  let file: Prepare
  let plain: Prepare
  before(async () => {
    rig = await startRig()
    file = prepareIn(rig, await rig.token())
    plain = prepareIn(rig, await rig.token('admin', { library: 'plain' }), { library: 'plain' })
  })
  after(() => rig.stop())

  /** `what` says the rest of the call, with the name of something that an admin has prepared. */
  const operation = <Prepared>(
    name: string,
    grants: readonly string[],
    prepare: () => Promise<Prepared>,
    what: (prepared: Prepared) => Awaited<ReturnType<Operation['prepare']>>,
  ): Operation => ({ name, grants, prepare: async () => what(await prepare()) })
  const nothing = async () => null

  test('of all grants only those of directories make, move, copy, change and delete directories', async () => {
    const at = (name: string) => `directory/${file.base}/${name}`
    await assertGrants(rig, [
      operation('make', bySpaceAdmins('create_directory'), nothing, () => ({
        method: 'PUT',
        path: at(file.fresh()),
        json: {},
      })),
      operation('change', bySpaceAdmins('create_directory'), file.directory, (name) => ({
        method: 'POST',
        path: at(name),
        query: { update: null },
        json: { labels: ['x'] },
      })),
      operation('move', bySpaceAdmins('move_directory'), file.directory, (from) => ({
        method: 'PUT',
        path: at(file.fresh()),
        json: { from },
      })),
      operation('copy', bySpaceAdmins('copy_directory'), file.directory, (copyFrom) => ({
        method: 'PUT',
        path: at(file.fresh()),
        json: { copyFrom },
      })),
      operation('delete', bySpaceAdmins('delete_directory'), file.directory, (name) => ({
        method: 'DELETE',
        path: at(name),
      })),
      operation('delete for good', bySpaceAdmins('delete_directory_permanent'), file.directory, (name) => ({
        method: 'DELETE',
        path: at(name),
        query: { permanent: 1 },
      })),
    ])
    shows(
      'tencent-smh',
      'space_admin',
      'create_directory',
      'delete_directory',
      'delete_directory_permanent',
      'move_directory',
      'copy_directory',
    )
  })

  test('of all grants only those of uploads start, renew, look at and abort them', async () => {
    const at = (name: string) => `file/${file.base}/${name}`
    const taken = await file.file()
    const task = () => file.task()
    const force = bySpaceAdmins('upload_file_force', 'begin_upload_force')
    await assertGrants(rig, [
      operation('simple', BEGIN, nothing, () => ({ method: 'PUT', path: at(file.fresh()), json: {} })),
      operation('form', BEGIN, nothing, () => ({ method: 'POST', path: at(file.fresh()), json: {} })),
      operation('multipart', BEGIN, nothing, () => ({
        method: 'POST',
        path: at(file.fresh()),
        query: { multipart: null },
      })),
      operation('overwriting', force, nothing, () => ({ method: 'PUT', path: at(taken), query: OVERWRITE })),
      operation('renew', BEGIN, task, ({ confirmKey }) => ({
        method: 'POST',
        path: at(confirmKey),
        query: { renew: null },
      })),
      operation('status', BEGIN, task, ({ confirmKey }) => ({
        method: 'GET',
        path: at(confirmKey),
        query: { upload: null },
      })),
      operation('abort', BEGIN, task, ({ confirmKey }) => ({
        method: 'DELETE',
        path: at(confirmKey),
        query: { upload: null },
      })),
    ])
    shows(
      'tencent-smh',
      'upload_file',
      'upload_file_force',
      'begin_upload',
      'begin_upload_force',
      'confirm_upload',
    )
  })

  test('of all grants only those of whole uploads and confirm_upload confirm', async () => {
    const at = (name: string) => `file/${file.base}/${name}`
    const taken = await file.file()
    await assertGrants(rig, [
      operation(
        'confirm',
        bySpaceAdmins('upload_file', 'upload_file_force', 'confirm_upload'),
        () => file.sent(),
        ({ confirmKey }) => ({ method: 'POST', path: at(confirmKey), query: { confirm: null } }),
      ),
      operation(
        'confirm that overwrites',
        bySpaceAdmins('upload_file_force'),
        () => file.sent(taken),
        ({ confirmKey }) => ({
          method: 'POST',
          path: at(confirmKey),
          query: { confirm: null, ...OVERWRITE },
        }),
      ),
    ])
    shows(
      'tencent-smh',
      'upload_file, upload_file_force',
      'begin_upload, begin_upload_force',
      'confirm_upload',
    )
  })

  test('of all grants only those of files move, copy, link, change and delete files', async () => {
    const at = (name: string) => `file/${file.base}/${name}`
    const taken = await file.file()
    /** Two rows for each: one for a free name, one that overwrites. */
    const placing = (name: string, field: string, grant: string): readonly Operation[] => [
      operation(name, bySpaceAdmins(grant, `${grant}_force`), file.file, (source) => ({
        method: 'PUT',
        path: at(file.fresh()),
        json: { [field]: source },
      })),
      operation(`${name}, overwriting`, bySpaceAdmins(`${grant}_force`), file.file, (source) => ({
        method: 'PUT',
        path: at(taken),
        query: OVERWRITE,
        json: { [field]: source },
      })),
    ]
    const virtual = ['upload_file', 'upload_file_force', 'create_virtual']
    await assertGrants(rig, [
      ...placing('move', 'from', 'move_file'),
      ...placing('copy', 'copyFrom', 'copy_file'),
      ...placing('link', 'linkTo', 'create_symlink'),
      operation('virtual', bySpaceAdmins(...virtual), nothing, () => ({
        method: 'PUT',
        path: at(file.fresh()),
        query: { virtual_file: null },
        json: {},
      })),
      operation('virtual, overwriting', bySpaceAdmins('upload_file_force'), nothing, () => ({
        method: 'PUT',
        path: at(taken),
        query: { virtual_file: null, ...OVERWRITE },
        json: {},
      })),
      operation('change', bySpaceAdmins('upload_file', 'upload_file_force'), file.file, (name) => ({
        method: 'POST',
        path: `directory/${file.base}/${name}`,
        query: { update: null },
        json: {},
      })),
      operation('delete', bySpaceAdmins('delete_file'), file.file, (name) => ({
        method: 'DELETE',
        path: at(name),
      })),
      operation('delete for good', bySpaceAdmins('delete_file_permanent'), file.file, (name) => ({
        method: 'DELETE',
        path: at(name),
        query: { permanent: 1 },
      })),
    ])
    shows(
      'tencent-smh',
      'space_admin',
      'create_symlink, create_symlink_force',
      'delete_file',
      'delete_file_permanent',
      'move_file, move_file_force',
      'copy_file, copy_file_force',
      'create_virtual',
    )
  })

  test('where there is no bin the plain grants delete for good', async () => {
    const query = { permanent: 1 }
    const operations = [
      operation('file', bySpaceAdmins('delete_file'), plain.file, (name) => ({
        method: 'DELETE',
        path: `file/${plain.base}/${name}`,
        query,
      })),
      operation('directory', bySpaceAdmins('delete_directory'), plain.directory, (name) => ({
        method: 'DELETE',
        path: `directory/${plain.base}/${name}`,
        query,
      })),
    ]
    await assertGrants(rig, operations, { library: 'plain' })
    shows('tencent-smh', 'delete_file, delete_directory without a bin')
  })

  test('of all grants only those of the bin restore and delete in it', async () => {
    const bin = `recycled/${file.base}`
    const restore = bySpaceAdmins('restore_recycled')
    const remove = bySpaceAdmins('delete_recycled')
    await assertGrants(rig, [
      operation('restore', restore, file.recycled, (id) => ({
        method: 'POST',
        path: `${bin}/${id}`,
        query: { restore: null },
      })),
      operation('restore several', restore, file.recycled, (id) => ({
        method: 'POST',
        path: bin,
        query: { restore: null },
        json: [id],
      })),
      operation('delete', remove, file.recycled, (id) => ({ method: 'DELETE', path: `${bin}/${id}` })),
      operation('delete several', remove, file.recycled, (id) => ({
        method: 'POST',
        path: bin,
        query: { delete: null },
        json: [id],
      })),
      operation('empty', remove, file.recycled, () => ({ method: 'DELETE', path: bin })),
    ])
    shows('tencent-smh', 'delete_recycled', 'restore_recycled')
  })

  test('of all grants only those of spaces make and delete spaces, and admin alone changes them', async () => {
    const { id } = LIBRARIES.spaces
    const admin = await rig.token('admin', { library: 'spaces' })
    const make = async (): Promise<string> => {
      const { spaceId } = await rig.expect(201, 'POST', `space/${id}`, { access_token: admin })
      return String(spaceId)
    }
    const space = await make()
    const options = { library: 'spaces', tokenQuery: { space_id: space } } as const
    const at = `space/${id}/${space}`
    await assertGrants(
      rig,
      [
        operation('make', ['admin', 'create_space'], nothing, () => ({
          method: 'POST',
          path: `space/${id}`,
        })),
        operation('change', ['admin'], nothing, () => ({
          method: 'POST',
          path: `${at}/extension`,
          json: { isPublicRead: false },
        })),
        operation('limit', ['admin'], nothing, () => ({
          method: 'POST',
          path: `${at}/traffic-limit`,
          json: { downloadTrafficLimit: -1 },
        })),
        operation('usage of the library', ['admin'], nothing, () => ({ method: 'GET', path: `usage/${id}` })),
      ],
      options,
    )
    for (const grant of ['', ...GRANTS]) {
      const space_id = await make()
      const access_token = await rig.token(grant, { library: 'spaces', query: { space_id } })
      const isAllowed = ['admin', 'delete_space'].includes(grant)
      await rig.expect(isAllowed ? 204 : 403, 'DELETE', `space/${id}/${space_id}`, { access_token })
    }
    shows('tencent-smh', 'admin of a space', 'create_space', 'delete_space', 'space_admin')
  })

  test('of all grants copy_directory alone copies directories of other spaces', async () => {
    const { id } = LIBRARIES.spaces
    const admin = await rig.token('admin', { library: 'spaces' })
    const [to, from] = ['grants-to', 'grants-from']
    for (const space_id of [to, from]) {
      await rig.expect(201, 'POST', `space/${id}`, { access_token: admin, space_id })
    }
    const source = prepareIn(rig, admin, { library: 'spaces', space: from })
    const copy = operation('copy', bySpaceAdmins('copy_directory'), source.directory, (copyFrom) => ({
      method: 'PUT',
      path: `cross-space/directory/${id}/${to}/copy/${copyFrom}`,
      json: { copyFrom, copyFromSpaceId: from },
    }))
    await assertGrants(rig, [copy], { library: 'spaces', tokenQuery: { space_id: `${to},${from}` } })
    shows('tencent-smh', 'copy_directory, other spaces')
  })

  test('of all grants admin alone makes and changes quotas and says how long bins keep things', async () => {
    const { id } = LIBRARIES.plain
    const quota = async () => {
      await rig.expect(
        201,
        'POST',
        `quota/${id}`,
        { access_token: await rig.token('admin', { library: 'plain' }) },
        {
          json: { capacity: '1000000000' },
        },
      )
    }
    await quota()
    const json = { capacity: '2000000000' }
    const operations = [
      operation('change', ['admin'], nothing, () => ({ method: 'PUT', path: `quota/${id}/-`, json })),
    ]
    await assertGrants(rig, operations, { library: 'plain' })
    for (const grant of GRANTS.filter((each) => each !== 'admin')) {
      const access_token = await rig.token(grant, { library: 'plain' })
      await rig.expect(403, 'POST', `quota/${id}`, { access_token }, { json })
    }
    const lifecycle = operation('lifecycle', ['admin'], nothing, () => ({
      ...{
        method: 'POST',
        path: `recycled/${file.base}`,
        query: { lifecycle: null },
        json: { retentionDays: 30 },
      },
    }))
    await assertGrants(rig, [lifecycle])
    shows('tencent-smh', 'admin')
  })

  test('every token reads, whatever it is granted', async () => {
    const name = await file.file()
    const directory = await file.directory()
    const deleted = await file.recycled()
    const at = (area: string, path: string) => `${area}/${file.base}/${path}`
    const { inode } = await rig.expect(200, 'GET', at('directory', name), {
      ...{ info: null, with_inode: 1, access_token: await rig.token() },
    })
    const reads: readonly (readonly [method: string, path: string, query?: Params])[] = [
      ['GET', at('file', name)],
      ['HEAD', at('file', name)],
      ['GET', at('file', name), { info: null }],
      ['GET', at('directory', '')],
      ['HEAD', at('directory', directory)],
      ['GET', at('directory', directory), { info: null }],
      ['GET', at('directory', directory), { stats: null }],
      ['GET', at('inode', inode)],
      ['GET', at('file-deletion-check', inode)],
      ['GET', `space/${file.base}/size`],
      ['GET', `space/${file.base}/file-count`],
      ['GET', `space/${file.base}/extension`],
      ['GET', `space/${file.base}/contents-view`],
      ['GET', `recycled/${file.base}`],
      ['GET', `recycled/${file.base}/${deleted}`, { info: null }],
    ]
    for (const grant of ['', ...GRANTS]) {
      const access_token = await rig.token(grant)
      for (const [method, path, query] of reads) {
        const { status } = await rig.call(method, path, { ...query, access_token })
        assert.ok(status === 200 || status === 302, `${method} ${path} with ${grant}: ${status}`)
      }
    }
    shows('tencent-smh', 'none')
  })

  test('acl, set_history_latest and read_only permit nothing but reading', async () => {
    const [name, directory, item] = [await file.file(), await file.directory(), await file.recycled()]
    const { confirmKey } = await file.sent()
    const at = (area: string, path: string) => `${area}/${file.base}/${path}`
    const writes: readonly (readonly [method: string, path: string, query?: Params, json?: unknown])[] = [
      ['PUT', at('directory', file.fresh()), {}, {}],
      ['PUT', at('directory', file.fresh()), {}, { from: directory }],
      ['PUT', at('directory', file.fresh()), {}, { copyFrom: directory }],
      ['POST', at('directory', name), { update: null }, { labels: ['x'] }],
      ['DELETE', at('directory', directory)],
      ['PUT', at('file', file.fresh())],
      ['POST', at('file', file.fresh())],
      ['POST', at('file', file.fresh()), { multipart: null }],
      ['PUT', at('file', file.fresh()), { virtual_file: null }],
      ['PUT', at('file', file.fresh()), {}, { from: name }],
      ['PUT', at('file', file.fresh()), {}, { copyFrom: name }],
      ['PUT', at('file', file.fresh()), {}, { linkTo: name }],
      ['GET', at('file', confirmKey), { upload: null }],
      ['POST', at('file', confirmKey), { confirm: null }],
      ['DELETE', at('file', confirmKey), { upload: null }],
      ['DELETE', at('file', name)],
      ['POST', at('recycled', String(item)), { restore: null }],
      ['DELETE', at('recycled', String(item))],
      ['DELETE', `recycled/${file.base}`],
      ['POST', `recycled/${file.base}`, { lifecycle: null }, { retentionDays: 1 }],
      ['POST', `quota/${LIBRARIES.file.id}`, {}, { capacity: '1' }],
      ['POST', `space/${file.base}/extension`, {}, {}],
    ]
    const access_token = await rig.token('acl,set_history_latest,read_only')
    for (const [method, path, query, json] of writes) {
      const options = json === undefined ? {} : { json }
      const { code } = await rig.expect(403, method, path, { ...query, access_token }, options)
      assert.equal(code, 'NoPermission', `${method} ${path}`)
    }
    await rig.expect(200, 'GET', at('file', name), { info: null, access_token })
    shows('tencent-smh', 'acl, set_history_latest, read_only')
  })

  test('several grants permit what each of them does', async () => {
    const access_token = await rig.token('create_directory,delete_file')
    const options = { json: {} }
    await rig.expect(201, 'PUT', `directory/${file.base}/${file.fresh()}`, { access_token }, options)
    await rig.expect(200, 'DELETE', `file/${file.base}/${await file.file()}`, { access_token })
    await rig.expect(403, 'DELETE', `directory/${file.base}/${await file.directory()}`, { access_token })
    shows('tencent-smh', 'several')
  })
})
