import { SmhError } from '../errors.ts'
import type { Actor } from '../model/context.ts'

/** Grants of tokens: reference §1.1. A token without any can read. */
export const GRANTS = [
  'admin',
  'create_space',
  'delete_space',
  'space_admin',
  'create_directory',
  'delete_directory',
  'delete_directory_permanent',
  'move_directory',
  'copy_directory',
  'upload_file',
  'upload_file_force',
  'begin_upload',
  'begin_upload_force',
  'confirm_upload',
  'create_symlink',
  'create_symlink_force',
  'delete_file',
  'delete_file_permanent',
  'move_file',
  'move_file_force',
  'copy_file',
  'copy_file_force',
  'delete_recycled',
  'restore_recycled',
  'acl',
  'create_virtual',
  'set_history_latest',
  'read_only',
] as const

export type Grant = (typeof GRANTS)[number]

/** Operations, each with the grants that permit it. `admin` permits all, `space_admin` those within a space. */
const OPERATIONS = {
  read: { of: 'space', any: [] },
  'space.create': { of: 'library', any: ['create_space'] },
  'space.delete': { of: 'library', any: ['delete_space'] },
  'space.list-all': { of: 'library', any: [] },
  'space.change': { of: 'library', any: [] },
  'quota.change': { of: 'library', any: [] },
  'directory.create': { of: 'space', any: ['create_directory'] },
  'directory.change': { of: 'space', any: ['create_directory'] },
  'directory.delete': { of: 'space', any: ['delete_directory'] },
  'directory.delete-permanent': { of: 'space', any: ['delete_directory_permanent'] },
  'directory.move': { of: 'space', any: ['move_directory'] },
  'directory.copy': { of: 'space', any: ['copy_directory'] },
  'upload.begin': {
    of: 'space',
    any: ['upload_file', 'upload_file_force', 'begin_upload', 'begin_upload_force'],
  },
  'upload.begin-force': { of: 'space', any: ['upload_file_force', 'begin_upload_force'] },
  'upload.confirm': { of: 'space', any: ['upload_file', 'upload_file_force', 'confirm_upload'] },
  /** A confirm that asks for overwriting when the start did not. */
  'upload.confirm-force': { of: 'space', any: ['upload_file_force'] },
  'file.change': { of: 'space', any: ['upload_file', 'upload_file_force'] },
  'file.create-virtual': { of: 'space', any: ['create_virtual', 'upload_file', 'upload_file_force'] },
  'file.delete': { of: 'space', any: ['delete_file'] },
  'file.delete-permanent': { of: 'space', any: ['delete_file_permanent'] },
  'file.move': { of: 'space', any: ['move_file', 'move_file_force'] },
  'file.move-force': { of: 'space', any: ['move_file_force'] },
  'file.copy': { of: 'space', any: ['copy_file', 'copy_file_force'] },
  'file.copy-force': { of: 'space', any: ['copy_file_force'] },
  'symlink.create': { of: 'space', any: ['create_symlink', 'create_symlink_force'] },
  'symlink.create-force': { of: 'space', any: ['create_symlink_force'] },
  'recycled.delete': { of: 'space', any: ['delete_recycled'] },
  'recycled.restore': { of: 'space', any: ['restore_recycled'] },
  'recycled.change': { of: 'library', any: [] },
} as const satisfies Readonly<
  Record<string, { readonly of: 'library' | 'space'; readonly any: readonly Grant[] }>
>

export type Operation = keyof typeof OPERATIONS

/** Whether grants permit an operation: reference §1.1. */
export function permits(grants: readonly string[], operation: Operation): boolean {
  if (operation === 'read' || grants.includes('admin')) return true
  const { of, any } = OPERATIONS[operation]
  if (of === 'space' && grants.includes('space_admin')) return true
  return any.some((grant) => grants.includes(grant))
}

/** The grants of a list with commas. Errors: `ParamInvalid` for one that does not exist. */
export function parseGrants(list: string | null): readonly Grant[] {
  if (list === null) return []
  const names = [
    ...new Set(
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ]
  return names.map((name) => {
    const grant = GRANTS.find((each) => each === name)
    if (grant === undefined) throw new SmhError('ParamInvalid', 'grant names something that there is not.')
    return grant
  })
}

/** Errors: `NoPermission`. */
export function requireGrant(
  { caller }: { readonly caller: Pick<Actor, 'grants'> },
  operation: Operation,
): void {
  if (!permits(caller.grants, operation)) throw new SmhError('NoPermission')
}
