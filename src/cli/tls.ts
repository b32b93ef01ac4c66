import { X509Certificate } from 'node:crypto'
import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { systemClock, systemRandom } from '../system.ts'
import { openAuthority } from '../tls/index.ts'
import { configOf, withConfigOptions } from './options.ts'

/** `stowage tls ca`: the certificate that clients have to trust where `tls.auto` is on. */
export function tlsCommand(dialects: readonly Dialect[]): Command {
  const ca = new Command('ca')
    .description(
      'print the certificate of the local authority (tls.auto) as PEM; makes the authority where there is none',
    )
    .option('--json', 'print JSON')
  withConfigOptions(ca, dialects).action(async () => {
    const { dataDir } = configOf(ca, dialects).server
    const { certificate, file } = await openAuthority({ dataDir, clock: systemClock, random: systemRandom })
    if (ca.opts<{ json?: boolean }>().json === true)
      console.log(JSON.stringify(told(certificate.chain, file)))
    else console.log(certificate.chain.trimEnd())
  })
  return new Command('tls').description('certificates for HTTPS').addCommand(ca)
}

function told(pem: string, file: string) {
  const { subject, fingerprint256, validFromDate, validToDate } = new X509Certificate(pem)
  return {
    ...{ certificate: pem, subject, fingerprint256, file },
    ...{ notBefore: validFromDate.toISOString(), notAfter: validToDate.toISOString() },
  }
}
