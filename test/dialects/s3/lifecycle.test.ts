import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { MovableClock } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { startS3 } from './rig.ts'

const DAY_MS = 24 * 3_600_000
const Bucket = 'aging'

test('s3: what is over by the rules of its bucket is removed, and nothing else', async (t) => {
  const clock = new MovableClock()
  const rig = await startS3({ clock })
  t.after(() => rig.stop())
  const s3 = rig.client({ systemClockOffset: clock.now() - Date.now() })
  await s3.send(new CreateBucketCommand({ Bucket }))
  for (const Key of ['tmp/a', 'tmp/b', 'kept'])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  for (const Key of ['tmp/up', 'up']) await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  await assert.rejects(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), {
    name: 'NoSuchLifecycleConfiguration',
  })
  const Rules: LifecycleRule[] = [
    { ID: 'days', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 2 } },
    { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
    {
      ...{ ID: 'uploads', Status: 'Enabled', Filter: { Prefix: 'tmp/' } },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ]
  const put = (rules: LifecycleRule[]) =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }))
  await put(Rules)
  assert.deepEqual((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules, Rules)
  const left = async () => {
    await rig.server.jobs.runAll()
    const client = rig.client({ systemClockOffset: clock.now() - Date.now() })
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    return [...Contents, ...Uploads].map(({ Key }) => Key)
  }
  assert.deepEqual(await left(), ['kept', 'tmp/a', 'tmp/b', 'tmp/up', 'up'])
  clock.advance(2 * DAY_MS - 1)
  assert.deepEqual(await left(), ['kept', 'tmp/a', 'tmp/b', 'up'])
  clock.advance(DAY_MS)
  assert.deepEqual(await left(), ['kept', 'up'])
  shows('s3', 'PutBucketLifecycleConfiguration')
  await assert.rejects(
    put([{ Status: 'Enabled', Filter: { Tag: { Key: 'a', Value: 'b' } }, Expiration: { Days: 1 } }]),
    { name: 'NotImplemented' },
  )
  const late = rig.client({ systemClockOffset: clock.now() - Date.now() })
  await late.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await assert.rejects(late.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), {
    name: 'NoSuchLifecycleConfiguration',
  })
})
