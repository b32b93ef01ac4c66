import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Bom, settledBom } from '../../scripts/packages/bom.ts'
import { unsigned, weaknesses } from '../../scripts/packages/verdicts.ts'

const ROOT = `${import.meta.dirname}/../..`

describe('the list of packages', () => {
  const bom = (name: string, timestamp: string, version: string): Bom => ({
    serialNumber: `urn:uuid:${name}`,
    metadata: { timestamp, component: { name, type: 'library' } },
    components: [{ 'bom-ref': `pg@${version}`, name: 'pg', version, properties: [] }],
    dependencies: [],
  })

  test('is the same for the same packages, wherever and whenever it is made', () => {
    const one = settledBom(bom('here', '2026-01-01', '1'), 'stowage')
    assert.deepEqual(settledBom(bom('there', '2027-01-01', '1'), 'stowage'), one)
    assert.notEqual(settledBom(bom('here', '2026-01-01', '2'), 'stowage').serialNumber, one.serialNumber)
    assert.match(
      one.serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  test('has what a server runs, in its pinned version, and nothing that only development needs', () => {
    const made = execFileSync('node', ['scripts/packages/sbom.ts'], { cwd: ROOT, encoding: 'utf8' })
    const { components, dependencies: edges, metadata } = JSON.parse(made) as Bom
    const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
      readonly devDependencies: Readonly<Record<string, string>>
    }
    assert.equal(metadata.component.name, 'stowage')
    const versions = new Map(components.map(({ name, version }) => [name, version]))
    for (const [name, version] of Object.entries(dependencies))
      assert.equal(versions.get(name), version, name)
    const refs = new Set(['stowage@', ...components.map((component) => component['bom-ref'])])
    for (const { ref, dependsOn } of edges)
      for (const each of [ref.replace(/^stowage@.*/, 'stowage@'), ...dependsOn])
        assert.ok(refs.has(each), each)
    for (const name of ['typescript', 'node', 'fast-xml-parser']) {
      assert.ok(devDependencies[name] !== undefined)
      assert.equal(versions.has(name), false, name)
    }
  })
})

describe('what the registry says of the packages', () => {
  test('is told package by package', () => {
    const found = { a: { severity: 'high' }, b: { severity: 'low' }, c: { severity: 'critical' } }
    const answer = JSON.stringify({ vulnerabilities: found })
    assert.deepEqual(weaknesses(answer), ['a: a weakness, high', 'c: a weakness, critical'])
    const signatures = { invalid: [{ name: 'a', version: '1' }], missing: [{ name: 'b', version: '2' }] }
    assert.deepEqual(unsigned(JSON.stringify(signatures)), [
      ...['a@1: its signature is wrong', 'b@2: it is not signed'],
    ])
    assert.deepEqual(unsigned(JSON.stringify({ invalid: [], missing: [] })), [])
  })

  test('is nothing where it cannot be asked', () => {
    for (const answer of [
      '',
      'npm error',
      '[]',
      '{"error":{"code":"ENOTFOUND"}}',
      '{"statusCode":405}',
      '{"invalid":[]}',
    ])
      assert.deepEqual([weaknesses(answer), unsigned(answer)], [null, null], answer)
  })
})
