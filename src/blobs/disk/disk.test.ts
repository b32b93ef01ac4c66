import { rmSync } from 'node:fs'
import { blobContract } from '../../../test/contracts/blobs.ts'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { openDiskBlobs } from './index.ts'

for (const durability of ['strict', 'relaxed'] as const) {
  blobContract(`disk, ${durability}`, async () => {
    const dir = temporaryFolder()
    const blobs = await openDiskBlobs({ dir, durability })
    return {
      blobs,
      list: () => blobs.listSegments(),
      dispose: async () => {
        await blobs.close()
        rmSync(dir, { recursive: true })
      },
    }
  })
}
