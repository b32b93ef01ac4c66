import { createHash } from 'node:crypto'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly properties: readonly { readonly name: string; readonly value: string }[]
}

/** As much of a CycloneDX document as is looked at here. */
export interface Bom {
  readonly serialNumber: string
  readonly metadata: {
    readonly timestamp?: string
    readonly component: { readonly name: string; readonly [field: string]: unknown }
    readonly [field: string]: unknown
  }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
  readonly [field: string]: unknown
}

/** Says of a package that only development needs it. */
const DEVELOPMENT = 'cdx:npm:package:development'

/** Without what only development needs. npm's own `--omit=dev` leaves out what a server and a tool both need. */
export function runtimeBom(bom: Bom): Bom {
  const components = bom.components.filter(
    ({ properties }) => !properties.some(({ name }) => name === DEVELOPMENT),
  )
  const left = new Set(components.map((component) => component['bom-ref']))
  const dependencies = bom.dependencies
    .filter(({ ref }) => left.has(ref) || !bom.components.some((component) => component['bom-ref'] === ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => left.has(each)) }))
  return { ...bom, components, dependencies }
}

/**
 * The same document for the same packages, whoever makes it, where and when: the name of the folder is replaced by the project's, the time
 * is left out, and the serial number is made of the rest.
 */
export function settledBom(bom: Bom, name: string): Bom {
  const { timestamp: _, component, ...metadata } = bom.metadata
  const settled = { ...bom, serialNumber: '', metadata: { ...metadata, component: { ...component, name } } }
  return { ...settled, serialNumber: serialOf(JSON.stringify(settled)) }
}

/** A UUID of version 8, whose bits are the maker's (RFC 9562 §5.8). */
function serialOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}
