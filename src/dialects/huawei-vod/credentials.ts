import { type CredentialOf, defineCredential } from '../../settings/credentials.ts'
import { field, freshBase64, freshHex } from '../../settings/fields.ts'
import { matching, password, word } from '../../settings/kinds.ts'

const projectId = matching(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _')

/** A project: what assets are in. Its name is that of its region. */
export const projectCredential = defineCredential({
  name: 'project',
  table: 'projects',
  help: 'a Huawei VOD project',
  fields: {
    id: field('id', projectId, 'what calls name it by', { fresh: freshHex(16) }),
    name: field('name', word, 'the name of its region'),
  },
  unique: ['id'],
  foundBy: 'id',
})

export type Project = CredentialOf<typeof projectCredential>

/** A user of IAM, who gets tokens for a password. */
export const userCredential = defineCredential({
  name: 'user',
  table: 'users',
  help: 'a Huawei IAM user of the account',
  fields: {
    name: field('name', word, 'what tokens are asked for by'),
    password: field('password', password, 'what tokens are asked for with', {
      ...{ secrecy: 'password', fresh: freshBase64(18) },
    }),
  },
  unique: ['name'],
  foundBy: 'name',
  scope: 'account-name',
})

export type User = CredentialOf<typeof userCredential>
