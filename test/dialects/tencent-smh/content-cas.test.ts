import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { CAS, type CasFiles, casFiles, HASHES, OVERWRITE } from './content-cas.ts'
import { assertFailure, type Body, type Params, type Rig, type SmhAnswer, startRig } from './rig.ts'
import { type Listing, type Tree, treeOf } from './tree.ts'

describe('tencent-smh: content_cas', () => {
  let rig: Rig
  let tree: Tree
  let files: CasFiles
  before(async () => {
    rig = await startRig()
    tree = await treeOf(rig)
    files = await casFiles(rig, tree)
  })
  after(() => rig.stop())

  const call: CasFiles['call'] = (...given) => files.call(...given)
  const write: CasFiles['write'] = (...given) => files.write(...given)
  const textOf: CasFiles['textOf'] = (name) => files.textOf(name)
  const casOf: CasFiles['casOf'] = (name) => files.casOf(name)
  const changed: CasFiles['changed'] = () => files.changed()
  const sent: CasFiles['sent'] = (...given) => files.sent(...given)

  test('with_content_cas adds contentCas to every answer about a file, and without it none has one', async () => {
    await tree.makeDirectory('shown')
    await write('shown/a.txt', 'a')
    const cas = await casOf('shown/a.txt')
    const { inode } = await tree.info('shown/a.txt', { with_inode: 1 })
    const { confirmKey } = await sent('shown/b.txt')
    const { token: access_token, base } = tree
    const contents = ({ contents: [only] }: Listing): unknown => only
    const asks: Readonly<Record<string, (query: Params) => Promise<unknown>>> = {
      info: (query) => tree.file(200, 'GET', 'shown/a.txt', { info: 1, ...query }),
      'directory info': (query) => tree.info('shown/a.txt', query),
      list: async (query) => contents(await tree.list('shown', { limit: 1, ...query })),
      'list by pages': async (query) => contents(await tree.list('shown', { 'by-page': 1, ...query })),
      inode: (query) => rig.expect(200, 'GET', `inode/${base}/${inode}`, { access_token, ...query }),
      confirm: (query) => tree.file(200, 'POST', confirmKey, { confirm: 1, ...query }),
      'quick upload': (query) => tree.file(200, 'PUT', 'shown/q.bin', query, HASHES),
      copy: (query) => tree.file(200, 'PUT', 'shown/c.txt', query, { copyFrom: 'shown/a.txt' }),
      move: (query) => tree.file(200, 'PUT', 'shown/c.txt', query, { from: 'shown/c.txt' }),
    }
    for (const [name, ask] of Object.entries(asks)) {
      for (const query of [{}, { with_content_cas: 0 }]) {
        assert.equal('contentCas' in ((await ask(query)) as Body), false, name)
      }
      const { contentCas } = (await ask({ with_content_cas: 1 })) as Body
      assert.match(String(contentCas), CAS, name)
      if (/info|list|inode/.test(name)) assert.equal(contentCas, cas, name)
    }
    const { headers } = await call('GET', 'shown/a.txt', { with_content_cas: 1 })
    assert.equal(headers['x-smh-content-cas'], cas)
    assert.equal('contentCas' in (await tree.info('shown', { with_content_cas: 1 })), false)
    assert.equal('contentCas' in (await tree.makeVirtual('shown/v', { with_content_cas: 1 })), false)
    shows('tencent-smh', 'with_content_cas')
  })

  test('a CAS stays while the bytes stay, and is another for other bytes and other files', async () => {
    await write('cas.txt', 'one')
    const first = await casOf('cas.txt')
    await tree.directory(204, 'POST', 'cas.txt', { update: 1 }, { labels: ['x'] })
    await tree.file(200, 'PUT', 'cas-moved.txt', {}, { from: 'cas.txt' })
    assert.equal(await casOf('cas-moved.txt'), first)
    await tree.file(200, 'PUT', 'cas-copy.txt', {}, { copyFrom: 'cas-moved.txt' })
    assert.notEqual(await casOf('cas-copy.txt'), first)
    await write('cas-moved.txt', 'one')
    assert.notEqual(await casOf('cas-moved.txt'), first)
    shows('tencent-smh', 'contentCas')
  })

  test('a content_cas of other bytes refuses every call that has it, and nothing is lost', async () => {
    const refused: Readonly<Record<string, (name: string, cas: string) => Promise<SmhAnswer>>> = {
      download: (name, content_cas) => call('GET', name, { content_cas }),
      info: (name, content_cas) => call('GET', name, { info: 1, content_cas }),
      delete: (name, content_cas) => call('DELETE', name, { content_cas }),
      'delete for good': (name, content_cas) => call('DELETE', name, { permanent: 1, content_cas }),
      'simple start': (name, content_cas) => call('PUT', name, { ...OVERWRITE, content_cas }),
      'form start': (name, content_cas) => call('POST', name, { ...OVERWRITE, content_cas }),
      'multipart start': (name, content_cas) =>
        call('POST', name, { multipart: 1, ...OVERWRITE, content_cas }),
      'start that renames': (name, content_cas) => call('PUT', name, { content_cas }),
      'quick upload': (name, content_cas) => call('PUT', name, { ...OVERWRITE, content_cas }, HASHES),
      confirm: async (name, content_cas) => {
        const { confirmKey } = await sent(name)
        return call('POST', confirmKey, { confirm: 1, content_cas })
      },
      'move of it': (from, content_cas) => call('PUT', `moved-${from}`, { content_cas }, { from }),
      'move over it': async (name, content_cas) => {
        await write(`from-${name}`, 'ours')
        return call('PUT', name, { ...OVERWRITE, content_cas }, { from: `from-${name}` })
      },
      'copy of it': (name, content_cas) => call('PUT', `copy-${name}`, { content_cas }, { copyFrom: name }),
      'copy over it': (name, content_cas) =>
        call('PUT', name, { ...OVERWRITE, content_cas }, { copyFrom: 'known.bin' }),
    }
    for (const [what, ask] of Object.entries(refused)) {
      const { name, stale } = await changed()
      assertFailure(await ask(name, stale), 409, 'PathConflict')
      assertFailure(await ask(name, 'no such cas'), 409, 'PathConflict')
      assert.equal(await textOf(name), 'theirs', what)
      for (const other of [`moved-${name}`, `copy-${name}`]) assert.equal(await rig.download(other), null)
    }
    shows('tencent-smh', 'PathConflict of content_cas')
  })

  test('the right content_cas lets every call do what it does', async () => {
    const { name } = await changed()
    const cas = () => casOf(name)
    assert.equal((await call('GET', name, { content_cas: await cas() })).status, 302)
    assert.equal((await call('GET', name, { info: 1, content_cas: await cas() })).status, 200)
    for (const at of ['start', 'confirm'] as const) {
      const content_cas = await cas()
      const { confirmKey } = await sent(name, at === 'start' ? { content_cas } : {}, at)
      const query = { confirm: 1, with_content_cas: 1, ...(at === 'confirm' ? { content_cas } : {}) }
      const record = await tree.file(200, 'POST', confirmKey, query)
      assert.deepEqual([record.isOverwritten, record.contentCas], [true, await cas()])
      assert.equal(await textOf(name), at)
    }
    const quick = await call('PUT', name, { ...OVERWRITE, content_cas: await cas() }, HASHES)
    assert.equal(quick.status, 200)
    const over = { ...OVERWRITE, content_cas: await cas() }
    assert.equal((await call('PUT', name, over, { copyFrom: 'known.bin' })).status, 200)
    await write('moves.txt', 'moves')
    const onto = { ...OVERWRITE, content_cas: await cas() }
    assert.equal((await call('PUT', name, onto, { from: 'moves.txt' })).status, 200)
    const away = { content_cas: await cas() }
    assert.equal((await call('PUT', `copy-${name}`, away, { copyFrom: name })).status, 200)
    assert.equal((await call('PUT', `moved-${name}`, away, { from: name })).status, 200)
    const last = { content_cas: await casOf(`moved-${name}`) }
    assert.equal((await call('DELETE', `moved-${name}`, last)).status, 200)
    assert.equal((await call('GET', `copy-${name}`, { content_cas: '' })).status, 302)
    shows('tencent-smh', 'content_cas that fits')
  })

  test('the content_cas of a start counts at its confirm, whatever came meanwhile', async () => {
    for (const came of ['written over', 'deleted', 'moved away', 'a directory'] as const) {
      const name = `late-${came.replaceAll(' ', '-')}.txt`
      await write(name, 'before')
      const { confirmKey } = await sent(name, { content_cas: await casOf(name) })
      if (came === 'written over') await write(name, 'theirs')
      else if (came === 'moved away') await tree.file(200, 'PUT', `${name}-away`, {}, { from: name })
      else await tree.file(200, 'DELETE', name)
      if (came === 'a directory') await tree.makeDirectory(name)
      assertFailure(await call('POST', confirmKey, { confirm: 1 }), 409, 'PathConflict')
      if (came === 'written over') {
        assert.equal(await textOf(name), 'theirs')
        const content_cas = await casOf(name)
        await tree.file(200, 'POST', confirmKey, { confirm: 1, content_cas })
        assert.equal(await textOf(name), 'ours')
      }
    }
    shows('tencent-smh', 'content_cas of a start')
  })

  test('a content_cas where no file is begins an upload, which its confirm refuses', async () => {
    const query = { ...OVERWRITE, content_cas: 'x' }
    assert.equal((await call('PUT', 'never.bin', query, HASHES)).status, 201)
    const { confirmKey } = await sent('never.bin', query)
    assertFailure(await call('POST', confirmKey, { confirm: 1 }), 409, 'PathConflict')
    assert.equal(await rig.download('never.bin'), null)
    for (const json of [{ copyFrom: 'known.bin' }, { from: 'known.bin' }]) {
      assertFailure(await call('PUT', 'never.bin', { content_cas: 'x' }, json), 409, 'PathConflict')
    }
    assertFailure(await call('DELETE', 'never.bin', { content_cas: 'x' }), 404, 'FileNotFound')
    shows('tencent-smh', 'content_cas where no file is')
  })

  test('a confirm that is repeated answers as before, though its content_cas is that of the bytes it replaced', async () => {
    const { name } = await changed()
    const content_cas = await casOf(name)
    const { confirmKey } = await sent(name, { content_cas })
    const query = { confirm: 1, content_cas, with_content_cas: 1 }
    const first = await tree.file(200, 'POST', confirmKey, query)
    for (const again of await Promise.all([1, 2, 3].map(() => tree.file(200, 'POST', confirmKey, query)))) {
      assert.deepEqual(again, first)
    }
    shows('tencent-smh', 'content_cas of a confirm that is repeated')
  })
})
