import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type AdminRig, startAdmin } from './rig.ts'

type Node = Readonly<Record<string, unknown>>

describe('the document of the admin API', () => {
  let rig: AdminRig
  let document: Node
  before(async () => {
    rig = await startAdmin()
    document = (await rig.ask('GET', '/openapi.json', { authorization: null })).json
  })
  after(() => rig.stop())

  const operations = (): readonly (readonly [string, string, Node])[] =>
    Object.entries(document.paths as Record<string, Record<string, Node>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
    )

  test('is OpenAPI 3.1, and each operation has its own id and a summary', () => {
    assert.equal(document.openapi, '3.1.0')
    const ids = operations().map(([, , { operationId }]) => String(operationId))
    assert.ok(ids.length > 10)
    assert.equal(new Set(ids).size, ids.length)
    for (const [, , { summary }] of operations()) assert.ok(String(summary).length > 5)
  })

  test('declares each parameter of a path, and nothing that the path does not have', () => {
    for (const [path, , { parameters }] of operations()) {
      const declared = (parameters as Node[]).filter((each) => each.in === 'path').map(({ name }) => name)
      assert.deepEqual(
        declared,
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        path,
      )
    }
  })

  test('has what it refers to', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    const { schemas } = document.components as { schemas: object }
    assert.ok(references.length > 10)
    for (const [, name = ''] of references) assert.ok(Object.hasOwn(schemas, name), name)
  })

  test('each operation is there: nobody is let in, nobody is sent away as from a path that there is not', async () => {
    for (const [path, method] of operations()) {
      const filled = path.replaceAll(/\{\w+\}/g, 'x')
      const { status } = await rig.ask(method.toUpperCase(), filled, { authorization: null })
      assert.equal(status, 401, `${method} ${path}`)
    }
  })
})
