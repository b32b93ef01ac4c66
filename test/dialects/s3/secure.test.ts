import assert from 'node:assert/strict'
import { Agent } from 'node:https'
import { describe, test } from 'node:test'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { ConfigError } from '../../../src/settings/error.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'
import { openAuthority } from '../../../src/tls/index.ts'
import { startTestServer } from '../../support/harness.ts'
import { bytesOf, startS3 } from './rig.ts'

const AT = { 's3.tls_listen': '127.0.0.1:0' }

describe('S3 by HTTPS', () => {
  test('it is spoken on a listener of its own, with the certificates of [tls], beside HTTP', async (t) => {
    const rig = await startS3({ settings: { ...AT, 'tls.auto': 'true', 'tls.listen': '127.0.0.1:0' } })
    t.after(() => rig.stop())
    const { dataDir, tls } = rig.server
    const { certificate } = await openAuthority({ dataDir, clock: systemClock, random: systemRandom })
    const endpoint = tls?.ownUrls.get('s3') ?? ''
    assert.match(endpoint, /^https:\/\/127\.0\.0\.1:\d+$/)
    const httpsAgent = new Agent({ ca: certificate.chain })
    const secure = rig.client({ endpoint, requestHandler: { httpsAgent } })
    const at = { Bucket: 'secured', Key: 'key' }
    await secure.send(new CreateBucketCommand(at))
    await secure.send(new PutObjectCommand({ ...at, Body: 'by HTTPS' }))
    const { Body } = await rig.client().send(new GetObjectCommand(at))
    assert.equal((await bytesOf(Body)).toString(), 'by HTTPS')
    const other = rig.client({ endpoint: tls?.url ?? '', requestHandler: { httpsAgent } })
    await assert.rejects(other.send(new GetObjectCommand(at)), 'the main listener speaks no S3')
  })

  test('without certificates the start ends with what is missing', async () => {
    const message =
      's3.tls_listen: is "127.0.0.1:0", but there is no certificate; accepted: with tls.cert and tls.key, or with tls.auto'
    await assert.rejects(startTestServer({ settings: AT }), (error) => {
      assert.ok(error instanceof ConfigError)
      assert.equal(error.message, message)
      return true
    })
  })
})
