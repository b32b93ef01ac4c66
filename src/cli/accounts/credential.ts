import type { Command } from 'commander'
import type { NewCredential } from '../../accounts/index.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import type { CredentialDeclaration } from '../../settings/credentials.ts'
import { type DeskCommand, deskCommands, type Told } from './desk-command.ts'
import { credentialLine, secretLines } from './lines.ts'

const ACCOUNT = ['account', "the account's id"] as const

/** One command for each kind of credential that a dialect declares. */
export const credentialCommands = (dialects: readonly Dialect[]): readonly Command[] =>
  dialects.flatMap(({ credentials }) => credentials.map((kind) => credentialCommand(kind, dialects)))

function credentialCommand(kind: CredentialDeclaration<object>, dialects: readonly Dialect[]): Command {
  const named = [ACCOUNT, ['id', `what the ${kind.name} is called by`]] as const
  const commands: readonly DeskCommand[] = [
    listOf(kind),
    {
      name: 'add',
      description: `add one; what is not given is made, and secrets are shown this once`,
      takes: [ACCOUNT],
      fields: kind.fields,
      run: async ({ credentials }, [account = ''], given) =>
        told(await credentials.add(account, kind.name, given)),
    },
    {
      name: 'update',
      description: 'change what is given',
      takes: named,
      fields: kind.fields,
      run: async ({ credentials }, [account = '', id = ''], entry) =>
        told(await credentials.update({ account, kind: kind.name, id }, { entry })),
    },
    ...(hasFreshSecrets(kind) ? [rotationOf(kind, named)] : []),
    ...(
      [
        ['disable', true],
        ['enable', false],
      ] as const
    ).map(
      ([name, isDisabled]): DeskCommand => ({
        ...{ name, description: `${name} one`, takes: named, fields: {} },
        run: async ({ credentials }, [account = '', id = '']) =>
          told(await credentials.update({ account, kind: kind.name, id }, { isDisabled })),
      }),
    ),
    {
      name: 'delete',
      description: 'delete one: it is refused from now on',
      takes: named,
      fields: {},
      run: async ({ credentials }, [account = '', id = '']) => {
        await credentials.delete({ account, kind: kind.name, id })
        return { json: { deleted: id }, lines: [`${id}  deleted`] }
      },
    },
  ]
  return deskCommands(kind.name, `make, list, change and delete: ${kind.help}`, commands, dialects)
}

const listOf = (kind: CredentialDeclaration<object>): DeskCommand => ({
  ...{ name: 'list', description: "show the account's, without secrets", takes: [ACCOUNT], fields: {} },
  run: async (desks, [account = '']) => {
    const { credentials } = await desks.accounts.show(account)
    const own = credentials.filter((each) => each.kind === kind.name)
    return { json: own, lines: own.map(credentialLine) }
  },
})

const rotationOf = (kind: CredentialDeclaration<object>, takes: DeskCommand['takes']): DeskCommand => ({
  ...{ name: 'rotate', description: 'make its secrets anew, and show them this once', takes, fields: {} },
  run: async ({ credentials }, [account = '', id = '']) =>
    told(await credentials.update({ account, kind: kind.name, id }, { renewsSecrets: true })),
})

const hasFreshSecrets = ({ fields }: CredentialDeclaration<object>): boolean =>
  Object.values(fields).some(({ secrecy, fresh }) => secrecy !== 'public' && fresh !== null)

const told = ({ credential, secrets }: NewCredential): Told => ({
  json: { ...credential, ...(Object.keys(secrets).length === 0 ? {} : { secrets }) },
  lines: [credentialLine(credential), ...secretLines(secrets)],
})
