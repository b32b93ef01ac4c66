import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g

/** What is wrong with a certificate or key, to complete a message. */
export class PemProblem extends Error {
  override readonly name = 'PemProblem'
}

/** The certificates of a PEM text, as they stand there. Errors: PemProblem. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = blocksIn(pem, (label) => label.endsWith('CERTIFICATE'))
  if (blocks.length === 0) throw new PemProblem('holds no certificate')
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    throw new PemProblem('holds a certificate that cannot be read')
  }
}

/** The first private key of a PEM text. Errors: PemProblem. */
export function privateKeyIn(pem: string): KeyObject {
  const [block] = blocksIn(pem, (label) => label.endsWith('PRIVATE KEY'))
  if (block === undefined) throw new PemProblem('holds no private key')
  if (block.includes('ENCRYPTED')) throw new PemProblem('holds a key that is locked by a passphrase')
  try {
    return createPrivateKey(block)
  } catch {
    throw new PemProblem('holds a key that cannot be read')
  }
}

const blocksIn = (pem: string, isWanted: (label: string) => boolean): readonly string[] =>
  [...pem.matchAll(BLOCK)].flatMap(([block, label = '']) => (isWanted(label) ? [block] : []))
