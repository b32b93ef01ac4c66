import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coordinationContract } from '../../../test/contracts/coordination.ts'
import { openSqliteMetadata } from './index.ts'

coordinationContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-metadata-'))
  const open = () => openSqliteMetadata({ path: join(folder, 'stowage.db'), durability: 'relaxed' })
  const opened = [await open()]
  const [metadata] = opened
  if (metadata === undefined) throw new Error('it did not open')
  return {
    metadata,
    another: async () => {
      const other = await open()
      opened.push(other)
      return other
    },
    close: async () => {
      for (const one of opened) await one.close()
      rmSync(folder, { recursive: true })
    },
  }
})
