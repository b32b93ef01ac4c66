import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutTrailingComma } from './json.ts'

const COMMAS = {
  '{"a":"b"}': '{"a":"b"}',
  '{"a":"b",}': '{"a":"b"}',
  '{"a":"b" ,\r\n\t}\n': '{"a":"b" }\n',
  '{"a":"b",,}': '{"a":"b",}',
  '{"a":",}"}': '{"a":",}"}',
  '{"a":"b",': '{"a":"b",',
  '}': '}',
  ',}': '}',
  '': '',
  '  ': '  ',
}

test('one comma before the last brace is left out', () => {
  for (const [text, expected] of Object.entries(COMMAS)) {
    assert.equal(Buffer.from(withoutTrailingComma(Buffer.from(text))).toString(), expected)
  }
})
