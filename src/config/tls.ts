import { ConfigError, shown } from '../settings/error.ts'
import { type Address, address, boolean, orNull, text } from '../settings/kinds.ts'
import { option } from '../settings/options.ts'
import type { ValuesOf } from '../settings/setting.ts'

/** Where HTTPS is spoken if nothing else is said. */
export const TLS_ADDRESS: Address = { host: '127.0.0.1', port: 8443 }

/** The `[tls]` section of the configuration. */
export const TLS_OPTIONS = {
  listen: option(
    'tls.listen',
    orNull(address),
    null,
    `address to listen on by HTTPS (default: ${TLS_ADDRESS.host}:${TLS_ADDRESS.port})`,
  ),
  cert: option(
    'tls.cert',
    text,
    '',
    'PEM file with the certificate and its chain; read anew when it changes',
  ),
  key: option('tls.key', text, '', "PEM file with the certificate's key"),
  proxyProtocol: option(
    'tls.proxy_protocol',
    boolean,
    false,
    'connections of trusted_proxies to tls.listen begin with the PROXY protocol',
  ),
  auto: option('tls.auto', boolean, false, 'have certificates made by an authority in data_dir'),
}

export type TlsOptions = ValuesOf<typeof TLS_OPTIONS>

/** Where the certificate comes from. */
export type TlsSource = { readonly cert: string; readonly key: string } | 'auto' | 'off'

/** Errors: ConfigError when the section's values do not go together. */
export function tlsSource({ listen, cert, key, auto }: TlsOptions): TlsSource {
  if (auto && (cert !== '' || key !== '')) {
    throw new ConfigError(
      `tls.auto: is true beside ${cert === '' ? 'tls.key' : 'tls.cert'}; accepted: tls.auto, or tls.cert and tls.key`,
    )
  }
  if (auto) return 'auto'
  if (cert !== '' && key === '') throw missing('tls.key', 'tls.cert', cert)
  if (cert === '' && key !== '') throw missing('tls.cert', 'tls.key', key)
  if (cert !== '') return { cert, key }
  if (listen === null) return 'off'
  throw new ConfigError(
    `tls.listen: is "${listen.host}:${listen.port}", but there is no certificate; accepted: with tls.cert and tls.key, or with tls.auto`,
  )
}

const missing = (key: string, other: string, value: string): ConfigError =>
  new ConfigError(`${key}: missing beside ${other} ${shown(value)}; accepted: both or neither`)
