import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { makeFolders, removeDrafts, syncFolders, syncPath, writeOnce } from '../durable-files.ts'
import type { Certificate } from '../http/tls.ts'
import { ConfigError } from '../settings/error.ts'
import { certificatesIn, PemProblem, privateKeyIn } from './pem.ts'

const DAY_MS = 24 * 3600 * 1000
const YEARS_10_MS = 3653 * DAY_MS

/** Clients' clocks may be behind. */
export const EARLIER_MS = DAY_MS

/** Whoever trusts its certificate trusts what it vouches for. */
export interface Authority {
  /** Certificate and key. */
  readonly certificate: Certificate
  readonly file: string
}

export interface AuthorityOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly random: Random
}

/**
 * The local authority of a data folder. It is made when it is first asked for, with its key, in one file for its owner alone.
 * Errors: ConfigError when the file is of no use.
 */
export async function openAuthority({ dataDir, clock, random }: AuthorityOptions): Promise<Authority> {
  const file = join(dataDir, 'tls-authority.pem')
  if (!existsSync(file)) {
    const { makeAuthority } = await import('./x509.ts')
    const now = clock.now()
    const { chain, key } = await makeAuthority(random, { from: now - EARLIER_MS, to: now + YEARS_10_MS })
    syncFolders(dataDir, makeFolders(dataDir))
    // Where another process was faster, its authority holds.
    writeOnce(file, chain + key)
  } else {
    // An earlier start may have ended before that.
    syncPath(dataDir)
    removeDrafts(file)
  }
  return { certificate: readAuthority(file), file }
}

function readAuthority(file: string): Certificate {
  try {
    const text = readFileSync(file, 'utf8')
    const [certificate] = certificatesIn(text)
    const key = privateKeyIn(text)
    if (certificate === undefined || !certificate.ca || !certificate.checkPrivateKey(key)) {
      throw new PemProblem('holds no authority with its key')
    }
    return { chain: certificate.toString(), key: key.export({ format: 'pem', type: 'pkcs8' }).toString() }
  } catch (error) {
    const problem = error instanceof PemProblem ? error.message : `cannot be read: ${messageOf(error)}`
    throw new ConfigError(
      `tls.auto: ${file} ${problem}; accepted: the file as it was made, or none to get a new authority`,
    )
  }
}
