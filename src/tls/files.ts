import { readFile } from 'node:fs/promises'
import { messageOf } from '../core/errors.ts'
import { type Certificate, contextOf } from '../http/tls.ts'
import { ConfigError, shown } from '../settings/error.ts'
import { certificatesIn, PemProblem, privateKeyIn } from './pem.ts'

/** The files of a certificate with its chain, and of its key. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** Reads and checks them. Errors: ConfigError, which names what is wrong. */
export async function readCertificate({ cert, key }: CertificateFiles): Promise<Certificate> {
  const chain = await readText('tls.cert', cert, 'a readable PEM file with the certificate and its chain')
  const secret = await readText('tls.key', key, 'a readable PEM file with the key')
  const [first] = problemIn('tls.cert', cert, () => certificatesIn(chain))
  const privateKey = problemIn('tls.key', key, () => privateKeyIn(secret))
  if (first?.checkPrivateKey(privateKey) !== true) {
    throw new ConfigError(
      `tls.key: ${shown(key)} does not fit the first certificate in ${shown(cert)}; accepted: the key of that certificate`,
    )
  }
  const certificate = { chain, key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
  requireUsable(certificate, cert)
  return certificate
}

/** TLS has demands of its own, such as on the size of keys. */
function requireUsable(certificate: Certificate, file: string): void {
  try {
    contextOf(certificate)
  } catch (error) {
    throw new ConfigError(
      `tls.cert: ${shown(file)} cannot be used for TLS: ${messageOf(error)}; accepted: a certificate that TLS takes`,
    )
  }
}

async function readText(setting: string, file: string, accepted: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ConfigError(
      `${setting}: ${shown(file)} cannot be read: ${messageOf(error)}; accepted: ${accepted}`,
    )
  }
}

function problemIn<T>(setting: string, file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PemProblem)) throw error
    throw new ConfigError(
      `${setting}: ${shown(file)} ${error.message}; accepted: PEM, as \`openssl\` and ACME clients write it`,
    )
  }
}
