import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asAccountId } from '../../../src/core/ids.ts'
import { assertCode, sendTos } from '../../object-plane/bucket-requests.ts'
import { sendWire } from '../../support/volcengine.ts'
import { ACCOUNT, startRig } from './rig.ts'

test('a host that names no bucket is that of the one bucket', async (context) => {
  const rig = await startRig()
  context.after(() => rig.stop())
  const { clock, url } = rig
  const keys = { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key }
  const send = sendTos({
    ...{ clock, url },
    send: async (method, to, { headers = {} } = {}) => {
      const { bytes, ...answer } = await sendWire(to, { method, headers })
      return { ...answer, body: bytes, continued: false }
    },
  })
  const sent = { host: new URL(url).host, path: '/' }
  const signer = { id: asAccountId(ACCOUNT.id), keys }
  assert.equal((await send('HEAD', { ...sent, signer })).status, 200)
  assert.equal((await send('GET', { ...sent, signer })).status, 200)
  assertCode(await send('GET', { ...sent, path: '/?acl', signer }), 501, 'UnImplemented')
  const wrong = { ...signer, keys: { ...keys, secretKey: 'wrong' } }
  assert.equal((await send('HEAD', { ...sent, signer: wrong })).status, 403)
})
