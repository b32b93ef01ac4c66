import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import COS from 'cos-nodejs-sdk-v5'
import type { AccountKey } from '../../../src/core/accounts.ts'
import { ALL_BUT, bucketKey, keyEntry, LIMITED_KEYS, PREFIXED } from '../../support/limited-keys.ts'
import { shows } from '../../support/shows.ts'
import { ACCOUNT, type Body, LIBRARIES, type Rig, startRig } from './rig.ts'
import { bytesOf, callsOf, filesOf } from './upload-calls.ts'

const BYTES = bytesOf(1000)
const SPACE = 'space-1'
const OF_FILES = bucketKey(`smh-${LIBRARIES.file.id}`)
const OF_SPACE = bucketKey(`smh-${LIBRARIES.spaces.id}-${SPACE}`)

describe('tencent-smh: keys of the account that may do less than all', () => {
  let rig: Rig
  let inFiles: Body
  let inSpace: Body
  before(async () => {
    rig = await startRig({
      accounts: [{ ...ACCOUNT, keys: [...LIMITED_KEYS, OF_FILES, OF_SPACE].map(keyEntry) }],
    })
    inFiles = await callsOf(rig, await rig.token()).begin('simple', 'a.bin')
    const access_token = await rig.token('admin', { library: 'spaces' })
    await rig.expect(201, 'POST', `space/${LIBRARIES.spaces.id}`, { space_id: SPACE, access_token })
    inSpace = await callsOf(rig, access_token, filesOf('spaces', SPACE)).begin('simple', 'a.bin')
  })
  after(() => rig.stop())

  /** What becomes of the bytes of an upload that the key itself signs. */
  const put = async ({ accessKey, secretKey }: AccountKey, { path }: Body): Promise<number | string> => {
    const client = new COS({
      ...{ SecretId: accessKey, SecretKey: secretKey, Domain: new URL(rig.url).host, Protocol: 'http:' },
    })
    const at = { Bucket: 'examplebucket-1250000000', Region: 'ap-beijing', Key: String(path).slice(1) }
    return client.putObject({ ...at, Body: BYTES }).then(
      ({ statusCode }) => statusCode ?? 0,
      (error: { readonly code: string }) => error.code,
    )
  }

  test('a list of buckets names libraries as smh-{library}, and their spaces as smh-{library}-{space}', async () => {
    assert.deepEqual([await put(OF_FILES, inFiles), await put(OF_FILES, inSpace)], [200, 'AccessDenied'])
    assert.deepEqual([await put(OF_SPACE, inFiles), await put(OF_SPACE, inSpace)], ['AccessDenied', 200])
    shows('tencent-smh', 'keys of the account with buckets')
  })

  test('the data plane is for keys with the right that it needs, and names no file that a prefix could fit', async () => {
    assert.equal(await put(ALL_BUT.write, inFiles), 'AccessDenied')
    assert.equal(await put(ALL_BUT.read, inFiles), 200)
    assert.equal(await put(PREFIXED, inFiles), 'AccessDenied')
    shows('tencent-smh', 'keys of the account, limited')
  })

  test('the credentials of an upload are those of its library, whatever the account’s keys may do', async () => {
    assert.equal((await rig.put(inFiles, BYTES)).status, 200)
  })
})
