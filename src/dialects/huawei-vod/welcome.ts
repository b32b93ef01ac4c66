import { credentialsOf } from '../../core/accounts.ts'
import type { DialectDemo } from '../demo.ts'
import { projectCredential, userCredential } from './credentials.ts'

/** What a newcomer is told and shown. */
export const demo: DialectDemo = {
  keysOf: 'Huawei',
  rows: (account) => [
    ...credentialsOf(account, projectCredential).map(({ id, name }) => ({
      ...{ label: 'project id', value: id, note: `Huawei VOD, ${name}` },
    })),
    ...credentialsOf(account, userCredential).flatMap(({ name, password }) => [
      { label: 'IAM user', value: name, note: `Huawei, of account ${account.name}` },
      { label: 'password', value: password.text, isSecret: true },
    ]),
  ],
  tryOut: () => null,
  load: () => import('./demo.ts'),
}
