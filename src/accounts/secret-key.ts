import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { AccountCommands } from '../core/ports/commands/accounts.ts'
import type { Random } from '../core/random.ts'
import { makeFolders, removeDrafts, syncFolders, writeOnce } from '../durable-files.ts'
import { ConfigError } from '../settings/error.ts'
import { createSealer, SECRET_KEY_SIZE, type Sealer, type SealOwner } from './sealing.ts'

const CHECK: SealOwner = { what: 'check', of: [] }
const CHECKED = 'stowage'

/**
 * What seals by the key in `file`, which is made where neither it nor anything that is sealed is there. Errors: ConfigError
 * when the key is not that by which the secrets in the metadata are sealed; CoreError of the metadata.
 */
export async function openSealer(
  file: string,
  metadata: Pick<AccountCommands, 'registerSecretKey'>,
  random: Random,
): Promise<Sealer> {
  removeDrafts(file)
  const registered = await metadata.registerSecretKey({ check: null })
  if (registered === null) makeKey(file, random)
  const sealer = createSealer(readKey(file), random)
  const check = registered ?? (await register(sealer, metadata))
  if (sealer.open(Buffer.from(check, 'base64'), CHECK) === CHECKED) return sealer
  throw new ConfigError(
    `secret_key_file: ${file} has another key than the one that the secrets in the metadata are sealed with; ` +
      'accepted: the file with that key, as the other nodes and the backups have it',
  )
}

/** All nodes use the first node's check. */
async function register(
  sealer: Sealer,
  metadata: Pick<AccountCommands, 'registerSecretKey'>,
): Promise<string> {
  const check = Buffer.from(sealer.seal(CHECKED, CHECK)).toString('base64')
  return (await metadata.registerSecretKey({ check })) ?? check
}

function makeKey(file: string, random: Random): void {
  const folder = dirname(file)
  syncFolders(folder, makeFolders(folder))
  writeOnce(file, `${Buffer.from(random.bytes(SECRET_KEY_SIZE)).toString('base64')}\n`)
}

/** 32 bytes in base64 or in hexadecimal digits. Errors: ConfigError, which does not repeat what is there. */
function readKey(file: string): Uint8Array {
  if (!existsSync(file)) {
    throw new ConfigError(
      `secret_key_file: ${file} is not there; accepted: the file with the key that the secrets in the metadata are sealed with`,
    )
  }
  const text = readFileSync(file, 'utf8').trim()
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (key.length === SECRET_KEY_SIZE && /^[A-Za-z0-9+/]+=?$/.test(text)) return new Uint8Array(key)
  throw new ConfigError(
    `secret_key_file: ${file} holds no key; accepted: ${SECRET_KEY_SIZE} bytes in base64 or in hexadecimal digits`,
  )
}
