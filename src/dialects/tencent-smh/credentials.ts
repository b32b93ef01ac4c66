import { type CredentialOf, defineCredential } from '../../settings/credentials.ts'
import { field, freshHex } from '../../settings/fields.ts'
import { boolean, matching, oneOf, word } from '../../settings/kinds.ts'

const libraryId = matching(/^[A-Za-z0-9]{1,64}$/, '1 to 64 letters and digits')

/** A library: a realm of spaces, each with a tree of files. */
export const libraryCredential = defineCredential({
  name: 'library',
  table: 'libraries',
  help: 'a Tencent SMH library',
  fields: {
    id: field('id', libraryId, 'what calls name it by', { fresh: freshHex(6, 'smh') }),
    secret: field('secret', word, 'what access tokens are asked for with', {
      ...{ secrecy: 'signing', fresh: freshHex(16) },
    }),
    kind: field('kind', oneOf('file', 'media'), 'a disk with directories, or albums of images and videos', {
      fallback: 'file',
    }),
    multiSpace: field('multi_space', boolean, 'many named spaces, or the only one `-`', { fallback: false }),
    recycleBin: field('recycle_bin', boolean, 'whether what is deleted can be taken back', {
      fallback: true,
    }),
    multiAlbum: field('multi_album', boolean, 'of media libraries: many albums, or one', { fallback: false }),
    publicRead: field('public_read', boolean, 'whether anybody may read', { fallback: false }),
  },
  unique: ['id'],
  foundBy: 'id',
})

export type Library = CredentialOf<typeof libraryCredential>
