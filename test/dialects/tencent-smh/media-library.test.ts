import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { type Tree, treeOf } from './tree.ts'

const SINGLE = { ...LIBRARIES.media, id: 'smh0singlealbum1', multi_album: false }
const SPACES = { ...LIBRARIES.media, id: 'smh0mediaspaces1', multi_space: true }

let rig: Rig
let albums: Tree
before(async () => {
  rig = await startRig({ accounts: [{ ...ACCOUNT, libraries: [...ACCOUNT.libraries, SINGLE, SPACES] }] })
  albums = await treeOf(rig, 'media')
})
after(() => rig.stop())

/** The code of an attempt that is refused with 400. */
const refusal = async (answer: Promise<{ readonly code: string }>): Promise<string> => (await answer).code
const virtual: Params = { virtual_file: null }

async function tokenOf({ id, secret }: { readonly id: string; readonly secret: string }): Promise<string> {
  const query = { library_id: id, library_secret: secret, grant: 'admin' }
  return (await rig.expect(200, 'GET', 'token', query)).accessToken
}

test('DirectoryLevelExceed: albums lie in the root alone', async () => {
  await albums.makeDirectory('summer')
  assert.equal(await refusal(albums.directory(400, 'PUT', 'summer/inner')), 'DirectoryLevelExceed')
  await albums.makeDirectory('winter')
  for (const json of [{ from: 'winter' }, { copyFrom: 'winter' }]) {
    assert.equal(
      await refusal(albums.directory(400, 'PUT', 'summer/winter', {}, json)),
      'DirectoryLevelExceed',
    )
  }
  assert.equal(
    await refusal(albums.file(400, 'PUT', 'summer/inner/a.jpg', virtual, {})),
    'DirectoryLevelExceed',
  )
  shows('tencent-smh', 'DirectoryLevelExceed')
})

test('UploadToRootDirectoryNotAllowed: with albums no file lies in the root', async () => {
  await albums.makeDirectory('album')
  await albums.makeVirtual('album/a.jpg')
  const attempts: readonly (readonly [Params, object])[] = [
    [{}, {}],
    [virtual, {}],
    [{}, { from: 'album/a.jpg' }],
    [{}, { copyFrom: 'album/a.jpg' }],
    [{}, { linkTo: 'album/a.jpg' }],
  ]
  for (const [query, json] of attempts) {
    assert.equal(
      await refusal(albums.file(400, 'PUT', 'b.jpg', query, json)),
      'UploadToRootDirectoryNotAllowed',
      JSON.stringify(json),
    )
  }
  for (const query of [{}, { multipart: null }]) {
    assert.equal(
      await refusal(albums.file(400, 'POST', 'b.jpg', query, {})),
      'UploadToRootDirectoryNotAllowed',
    )
  }
  shows('tencent-smh', 'UploadToRootDirectoryNotAllowed')
})

test('ExtnameNotAllowed: media libraries take images and videos', async () => {
  await albums.makeDirectory('kinds')
  for (const name of ['a.jpg', 'b.JPEG', 'c.heic', 'd.mp4', 'e.MOV'])
    await albums.makeVirtual(`kinds/${name}`)
  for (const name of ['a.txt', 'b.exe', 'c.jpg.zip', 'none', '.jpg']) {
    for (const [query, json] of [
      [virtual, {}],
      [{}, {}],
      [{}, { from: 'kinds/a.jpg' }],
    ] as const) {
      const refused = albums.file(400, 'PUT', `kinds/${name}`, query, json)
      assert.equal(await refusal(refused), 'ExtnameNotAllowed', name)
    }
  }
  shows('tencent-smh', 'ExtnameNotAllowed')
})

test('files of a media library are images and videos', async () => {
  await albums.makeDirectory('types')
  await rig.upload('types/a.jpg', Buffer.from('a'), { library: 'media' })
  await rig.upload('types/b.mp4', Buffer.from('b'), { library: 'media' })
  const { contents } = await albums.list('types')
  assert.deepEqual(
    contents.map(({ name, type, fileType }) => [name, type, fileType]),
    [
      ['a.jpg', 'image', 'image'],
      ['b.mp4', 'video', 'video'],
    ],
  )
  const path = `file/${albums.base}/types%2Fb.mp4`
  const { headers } = await rig.call('HEAD', path, { access_token: albums.token })
  assert.equal(headers['x-smh-type'], 'video')
  shows('tencent-smh', 'type image, video')
})

test('DirectoryNotAllowed: a library of one album has no directories', async () => {
  const base = `${SINGLE.id}/-`
  const access_token = await tokenOf(SINGLE)
  const put = (path: string, json: object, query: Params = {}) =>
    rig.expect(400, 'PUT', path, { access_token, ...query }, { json })
  assert.equal((await put(`directory/${base}/a`, {})).code, 'DirectoryNotAllowed')
  assert.equal((await put(`file/${base}/a%2Fb.jpg`, {}, virtual)).code, 'DirectoryNotAllowed')
  await rig.expect(200, 'PUT', `file/${base}/b.jpg`, { access_token, ...virtual }, { json: {} })
  const list = await rig.expect(200, 'GET', `directory/${base}`, { access_token })
  assert.equal(Array.isArray(list.contents) && list.contents.length, 1)
  shows('tencent-smh', 'DirectoryNotAllowed')
})

test('a media space says itself whether it has albums and which extensions it takes', async () => {
  const access_token = await tokenOf(SPACES)
  const make = async (space_id: string, json: object) => {
    await rig.expect(201, 'POST', `space/${SPACES.id}`, { access_token, space_id }, { json })
    return (path: string) =>
      rig.call('PUT', `file/${SPACES.id}/${space_id}/${path}`, { access_token, ...virtual }, { json: {} })
  }
  const statuses = async (put: Awaited<ReturnType<typeof make>>, names: readonly string[]) => {
    const answers = []
    for (const name of names) answers.push((await put(name)).status)
    return answers
  }
  const names = ['a.jpg', 'a.png', 'a.mp4', 'a.mov']
  const album = { isMultiAlbum: false }
  assert.deepEqual(
    await statuses(await make('photos', { ...album, allowPhoto: true }), names),
    [200, 200, 400, 400],
  )
  const photos = await make('photos-too', { ...album, allowPhoto: true })
  assert.equal((await photos('a.mp4')).body?.code, 'ExtnameNotAllowed')
  const listed = {
    ...album,
    allowPhoto: true,
    allowPhotoExtname: ['.JPG'],
    allowVideo: true,
    allowVideoExtname: ['mov'],
  }
  assert.deepEqual(await statuses(await make('listed', listed), names), [200, 400, 400, 200])
  assert.deepEqual(await statuses(await make('both', album), names), [200, 200, 200, 200])
  shows('tencent-smh', "ExtnameNotAllowed of a space's own lists")
})
