import { messageOf } from '../core/errors.ts'
import type { Certificate } from '../http/tls.ts'
import { type CertificateFiles, readCertificate } from './files.ts'
import type { Identity, TlsLog } from './identity.ts'

/**
 * The certificate in files. What replaces them is used where it is complete and fits; what is not leaves the certificate as it
 * was, with one warning. Errors: ConfigError when the files are of no use at first.
 */
export async function openFiledIdentity(files: CertificateFiles, log: TlsLog): Promise<Identity> {
  let certificate = await readCertificate(files)
  let warned = ''
  const renew = async (): Promise<boolean> => {
    const found = await readCertificate(files).catch(messageOf)
    if (typeof found === 'string') {
      if (found !== warned) log.warn(`${found}; the certificate stays as it was`)
      warned = found
      return false
    }
    warned = ''
    if (isSame(found, certificate)) return false
    certificate = found
    return true
  }
  return {
    get certificate() {
      return certificate
    },
    certificateFor: async () => null,
    renew,
  }
}

const isSame = (one: Certificate, other: Certificate): boolean =>
  one.chain === other.chain && one.key === other.key
