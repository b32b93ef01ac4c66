import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonObject } from './body.ts'
import { JsonFields, objectFields, type Shape } from './json-fields.ts'
import { BOOLEAN, integerIn, listOf, OBJECT, oneOf, orEmpty, TEXT, textWhere } from './json-shapes.ts'

/** Fields of a JSON text, whose errors tell all there is to tell. */
const fieldsOf = (json: string): JsonFields =>
  new JsonFields(
    objectFields(parseJsonObject(Buffer.from(json))),
    ({ name, fault, accepted }) => new Error(`${name} is ${fault}, not ${accepted}`),
  )

test('missing, null and wrong fields are told apart', () => {
  const fields = fieldsOf('{"a":null,"b":1}')
  for (const name of ['a', 'c']) assert.equal(fields.optional(name, TEXT), null)
  assert.throws(() => fields.optional('b', TEXT), { message: 'b is wrong, not a text' })
  assert.throws(() => fields.required('a', TEXT), { message: 'a is null, not a text' })
  assert.throws(() => fields.required('b', TEXT), { message: 'b is wrong, not a text' })
  assert.throws(() => fields.required('c', TEXT), { message: 'c is missing, not a text' })
})

test('a name that every object has a value for is a field only where it was sent', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal(fieldsOf('{}').optional(name, OBJECT), null)
    assert.throws(() => fieldsOf('{}').required(name, OBJECT), {
      message: `${name} is missing, not an object`,
    })
    assert.equal(fieldsOf(`{"${name}":"x"}`).required(name, TEXT), 'x')
    assert.equal(fieldsOf(`{"${name}":{"inner":"x"}}`).optional('inner', TEXT), null)
  }
})

test('a shape takes its own values and no others', () => {
  const values = ['"a"', '""', '1', '1.5', '-1', '"7"', '1e300', 'true', 'false', '[]', '["a"]', '[1]', '{}']
  const taken = (shape: Shape<unknown>) =>
    values.filter(
      (value) => shape.read(parseJsonObject(Buffer.from(`{"f":${value}}`)).f ?? null) !== undefined,
    )
  assert.deepEqual(taken(TEXT), ['"a"', '""', '"7"'])
  assert.deepEqual(taken(textWhere('a text', (text) => text !== '')), ['"a"', '"7"'])
  assert.deepEqual(taken(BOOLEAN), ['true', 'false'])
  assert.deepEqual(taken(OBJECT), ['{}'])
  assert.deepEqual(taken(integerIn({ min: 0, max: 10 })), ['1'])
  assert.deepEqual(taken(integerIn({ min: -1, max: 10, digits: /^\d$/ })), ['1', '-1', '"7"'])
  assert.deepEqual(taken(oneOf(['a', 'b'])), ['"a"'])
  assert.deepEqual(taken(orEmpty(oneOf(['a', 'b']))), ['"a"', '""'])
  assert.deepEqual(taken(listOf(TEXT, 'texts')), ['[]', '["a"]'])
  assert.deepEqual(taken(listOf(TEXT, 'no texts', 0)), ['[]'])
})

test('an empty text that counts as nothing is null', () => {
  assert.equal(fieldsOf('{"a":""}').optional('a', orEmpty(integerIn({ min: 1, max: 2 }))), null)
})
