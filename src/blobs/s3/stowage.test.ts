import { after, before, describe } from 'node:test'
import { assemblyContract } from '../../../test/contracts/assembly.ts'
import { blobContract } from '../../../test/contracts/blobs.ts'
import { s3Assemblies, s3Harness } from '../../../test/support/blob-stores.ts'
import { type S3Server, startS3 } from '../../../test/support/s3.ts'

describe('a Stowage as the S3 store of another', () => {
  let server: S3Server
  before(async () => {
    server = await startS3('stowage')
  })
  after(() => server.close())

  blobContract('s3, of a Stowage', async () => s3Harness(await server.newBucket()))
  assemblyContract('s3, of a Stowage', async () => s3Assemblies(await server.newBucket()))
})
