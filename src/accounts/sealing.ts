import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from '../core/random.ts'

/** What a sealed text belongs to. The text opens for this owner alone. */
export interface SealOwner {
  readonly what: 'check' | 'attributes' | 'key' | 'credential'
  /** Account, kind, name: whatever tells this owner from all others of its sort. */
  readonly of: readonly string[]
}

/** Encrypts texts. Only the key of the installation opens them. */
export interface Sealer {
  seal(text: string, owner: SealOwner): Uint8Array
  /** Null: these bytes were not sealed with this key for this owner. */
  open(sealed: Uint8Array, owner: SealOwner): string | null
  /** 32 secret bytes for one purpose, the same on every node of the installation. They tell nothing of each other, or of the key. */
  secretFor(purpose: string): Uint8Array
}

export const SECRET_KEY_SIZE = 32

const CIPHER = 'aes-256-gcm'
/** The first byte says in which form a text is sealed. */
const FORM = 1
const NONCE_SIZE = 12
const TAG_SIZE = 16
const HEAD_SIZE = 1 + NONCE_SIZE

/** AES-256-GCM. Each text has a fresh nonce. The owner is authenticated with the text. */
export function createSealer(key: Uint8Array, random: Random): Sealer {
  return {
    seal: (text, owner) => {
      const nonce = random.bytes(NONCE_SIZE)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE })
      cipher.setAAD(ownerBytes(owner))
      const body = [cipher.update(text, 'utf8'), cipher.final()]
      return new Uint8Array(Buffer.concat([Buffer.of(FORM), nonce, ...body, cipher.getAuthTag()]))
    },
    open: (sealed, owner) => {
      if (sealed[0] !== FORM || sealed.length < HEAD_SIZE + TAG_SIZE) return null
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, HEAD_SIZE), {
        authTagLength: TAG_SIZE,
      })
      decipher.setAAD(ownerBytes(owner))
      decipher.setAuthTag(sealed.subarray(-TAG_SIZE))
      try {
        const body = [decipher.update(sealed.subarray(HEAD_SIZE, -TAG_SIZE)), decipher.final()]
        return Buffer.concat(body).toString()
      } catch {
        return null
      }
    },
    secretFor: (purpose) =>
      new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `stowage ${purpose}`, SECRET_KEY_SIZE)),
  }
}

const ownerBytes = ({ what, of }: SealOwner): Buffer => Buffer.from(JSON.stringify([what, ...of]))
