import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { TimeMs } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import type { Certificate } from '../http/tls.ts'

// The library is large. Only authority.ts and leaves.ts load this file, and only when there is something to make.

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const COMMON_NAME_LENGTH_MAX = 64

export interface Term {
  readonly from: TimeMs
  readonly to: TimeMs
}

/** Makes an authority that may only vouch for servers, directly. */
export async function makeAuthority(random: Random, { from, to }: Term): Promise<Certificate> {
  const keys = await newKeys()
  const serialNumber = freshSerial(random)
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber, keys, signingAlgorithm: ALGORITHM },
    // Two authorities with one name would be taken for each other.
    name: [{ O: ['Stowage'] }, { CN: [`Stowage local authority ${serialNumber.slice(0, 8)}`] }],
    ...{ notBefore: new Date(from), notAfter: new Date(to) },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { chain: pemOf(authority), key: await exportKey(keys.privateKey) }
}

/** Makes a server's certificate for host names, addresses and `*.` names. It has a key of its own. */
export async function makeLeaf(
  authority: Certificate,
  names: readonly string[],
  random: Random,
  { from, to }: Term,
): Promise<Certificate> {
  const issuer = new x509.X509Certificate(authority.chain)
  const keys = await newKeys()
  const common = names.find((name) => name.length <= COMMON_NAME_LENGTH_MAX) ?? 'stowage'
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: freshSerial(random), issuer: issuer.subjectName, signingAlgorithm: ALGORITHM },
    ...{ subject: [{ CN: [common] }], publicKey: keys.publicKey },
    signingKey: await importKey(authority.key),
    ...{ notBefore: new Date(from), notAfter: new Date(to) },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { chain: pemOf(leaf), key: await exportKey(keys.privateKey) }
}

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

/** 16 bytes, positive (RFC 5280 §4.1.2.2). */
function freshSerial(random: Random): string {
  const [first = 0, ...others] = random.bytes(16)
  return Buffer.from([(first & 0x7f) | 0x40, ...others]).toString('hex')
}

const pemOf = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  return `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  if (der === undefined) throw new Error('the authority has no key')
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign'])
}
