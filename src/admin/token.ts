import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, randomHex } from '../core/random.ts'
import { makeFolders, syncFolders, writeOnce } from '../durable-files.ts'

/** The file of a data folder that has the operator's token. */
export const tokenFile = (dataDir: string): string => join(dataDir, 'admin-token')

/** The operator's token of a data folder: the first start makes it, for its owner alone. Errors: those of files. */
export function operatorToken(dataDir: string, random: Random): string {
  const file = tokenFile(dataDir)
  if (!existsSync(file)) {
    syncFolders(dataDir, makeFolders(dataDir))
    writeOnce(file, `${randomHex(random, 32)}\n`)
  }
  const token = readFileSync(file, 'utf8').trim()
  if (token !== '') return token
  throw new Error(`${file} holds no token; remove it to get a new one`)
}
