import { join } from 'node:path'
import { API_TITLES, type Api, CALLS } from './calls.ts'
import { CLIENTS, type Client, placesOf } from './clients.ts'
import type { ClientRecord, ProgramRecord, SuiteRecord } from './record.ts'
import { SUITES } from './suites.ts'

/** Where the page is kept. */
export const PAGE = join(import.meta.dirname, '../../docs/clients.md')

const INTRO = `# Clients

What the vendors' own SDKs have done against Stowage: unmodified, at their default settings, each through whole lives of what it uploads. Written by
\`npm run test:clients\` from what ran; \`test/clients/\` has the programs, and the versions in files of each language.

Each program runs three times: by \`http://127.0.0.1:PORT\`, by \`https://127.0.0.1:PORT\` with a certificate of \`[tls] auto\`, and by HTTPS with the vendor's own host
names. ✓ stands for all three. Tools of S3, which are told where the server is, run by the first two.`

const TRUST = `## How clients trust \`[tls] auto\` and find the vendors' names

\`stowage tls ca > ca.pem\` prints the authority's certificate, \`stowage hosts\` the lines for \`/etc/hosts\`. The programs do the latter within the client.

| language | how it trusts \`ca.pem\` |
| --- | --- |
| Python | \`REQUESTS_CA_BUNDLE=ca.pem\`; volcengine-python-sdk: \`configuration.ssl_ca_cert = "ca.pem"\` |
| Go | \`SSL_CERT_FILE=ca.pem\` |
| Java | \`keytool -importcert -noprompt -file ca.pem -keystore ca.p12 -storepass changeit\`, then \`-Djavax.net.ssl.trustStore=ca.p12 -Djavax.net.ssl.trustStorePassword=changeit\` |
| Node | \`NODE_EXTRA_CA_CERTS=ca.pem\` |`

/** The page of a record. Cells hold no more than was shown. */
export function renderClients({ programs, suites }: ClientRecord): string {
  const apis = Object.keys(CALLS) as Api[]
  const tables = apis.map((api) => renderApi(api, programs))
  return `${[INTRO, endpoints(), TRUST, ...tables, renderSuites(suites)].join('\n\n')}\n`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const endpoints = (): string =>
  `## How they find the server\n\n${table(
    ['SDK', 'language', 'by address', 'by the vendor’s host names'],
    CLIENTS.map(({ name, language, byAddress, byNames }) => [name, language, byAddress, byNames]),
  )}`

function renderApi(api: Api, programs: ProgramRecord): string {
  const clients = CLIENTS.filter((client) => client.api === api)
  const versionOf = ({ name }: Client): string => programs[name]?.version ?? 'not run'
  const head = ['call', ...clients.map((each) => `${each.name} ${versionOf(each)} (${each.language})`)]
  const rows = CALLS[api].map((call) => [call, ...clients.map((client) => cell(client, call, programs))])
  const reasons = clients.flatMap(({ name, without = {} }) =>
    Object.entries(without).map(([call, reason]) => `${name}, ${call}: ${reason}.`),
  )
  return [`## ${API_TITLES[api]}`, table(head, rows), ...reasons].join('\n\n')
}

function cell(client: Client, call: string, programs: ProgramRecord): string {
  const { name, without = {} } = client
  if (without[call] !== undefined) return '—'
  const places = placesOf(client)
  const passed = places.filter((place) => programs[name]?.passed[place]?.includes(call))
  if (passed.length === places.length) return '✓'
  return passed.length === 0 ? 'no' : `${passed.join('; ')} alone`
}

function renderSuites(suites: SuiteRecord): string {
  const sections = SUITES.map(({ name }) => {
    const { version, passed } = suites[name] ?? { version: 'not run', passed: {} }
    const files = Object.entries(passed).map(([file, titles]) =>
      [`\`${file}\`:`, ...titles.map((title) => `- ${title}`)].join('\n'),
    )
    return [`### ${name} ${version}`, ...files].join('\n\n')
  })
  const intro = 'These are tests of `npm test` too. `test/e2e/tls.test.ts` has their way by HTTPS.'
  return ['## Node', intro, ...sections].join('\n\n')
}
