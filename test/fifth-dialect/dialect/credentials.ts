import { type CredentialOf, defineCredential } from '../../../src/settings/credentials.ts'
import { field, freshHex } from '../../../src/settings/fields.ts'
import { matching, word } from '../../../src/settings/kinds.ts'

/** A box: what files are put into, by whoever knows its secret. */
export const boxCredential = defineCredential({
  name: 'fifth-dialect-box',
  table: 'fifth_dialect_boxes',
  help: 'a box of fifth-dialect',
  fields: {
    id: field(
      'id',
      matching(/^[a-z0-9]{1,64}$/, '1 to 64 small letters and digits'),
      'what paths name it by',
      {
        fresh: freshHex(8),
      },
    ),
    secret: field('secret', word, 'what callers show', { secrecy: 'signing', fresh: freshHex(16) }),
  },
  unique: ['id'],
  foundBy: 'id',
})

export type Box = CredentialOf<typeof boxCredential>
