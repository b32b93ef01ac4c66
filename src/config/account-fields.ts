import type { Random } from '../core/random.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { field, freshBase64, freshHex } from '../settings/fields.ts'
import { type Kind, matching, word } from '../settings/kinds.ts'

/** First path segments that belong to no dialect. */
const RESERVED = ['healthz', 's3', 'tus', 'console']

/** The fields of an account itself. Dialects reserve ids that their paths begin with. */
export const accountFields = (dialects: readonly DialectSettings[]) => ({
  id: field('id', accountId(dialects), "the account's id", { fresh: freshId }),
  name: field('name', word, 'what people call it'),
  accessKey: field('access_key', word, 'what signatures name it by', { fresh: freshHex(16, 'AKLT') }),
  secretKey: field('secret_key', word, 'what signatures are made with', {
    ...{ secrecy: 'signing', fresh: freshBase64(30) },
  }),
})

/** Paths may begin with an id. An API's own word as an id would lead to that API. */
function accountId(dialects: readonly DialectSettings[]): Kind<string> {
  const segments = [...RESERVED, ...dialects.flatMap(({ reserved }) => reserved.segments)]
  const prefixes = dialects.flatMap(({ reserved }) => reserved.prefixes)
  const plain = matching(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _')
  const words = [...segments, ...prefixes.map((prefix) => `${prefix}…`)]
  return {
    accepts: `${plain.accepts}; a name that no API uses as a path (${words.join(', ')})`,
    parse: (value) => {
      const id = plain.parse(value)
      const isReserved =
        id === undefined || segments.includes(id) || prefixes.some((prefix) => id.startsWith(prefix))
      return isReserved ? undefined : id
    },
  }
}

const freshId = (random: Random): string =>
  String(2_100_000_000 + (Buffer.from(random.bytes(4)).readUInt32BE() % 100_000_000))
