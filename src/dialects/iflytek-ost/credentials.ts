import { type CredentialOf, defineCredential } from '../../settings/credentials.ts'
import { field, freshBase64, freshHex } from '../../settings/fields.ts'
import { word } from '../../settings/kinds.ts'

/** An application: clients name it in each call, and sign with its secret. */
export const appCredential = defineCredential({
  name: 'app',
  table: 'apps',
  help: 'an iFlytek application',
  fields: {
    appId: field('app_id', word, 'what calls name it by', { fresh: freshHex(4) }),
    apiKey: field('api_key', word, 'what signatures name it by', { fresh: freshHex(16) }),
    apiSecret: field('api_secret', word, 'what signatures are made with', {
      ...{ secrecy: 'signing', fresh: freshBase64(24) },
    }),
  },
  unique: ['appId', 'apiKey'],
  foundBy: 'apiKey',
})

export type App = CredentialOf<typeof appCredential>
