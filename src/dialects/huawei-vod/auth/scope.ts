import { type Account, credentialsOf } from '../../../core/accounts.ts'
import { type Project, projectCredential } from '../credentials.ts'
import { BUCKET_PREFIX, keyPrefix, obsBucket } from '../storage/object-keys.ts'
import type { PolicyTarget } from './policy.ts'

/** The projects of the account that what proves a caller is good for. A token of the whole account is good for none. */
export type Scope =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  | { readonly type: 'one'; readonly project: Project }

/** That of a token. */
export const scopeOf = (project: Project | null): Scope =>
  project === null ? { type: 'none' } : { type: 'one', project }

/** Whether calls for the project are let in. */
export const hasProject = (scope: Scope, { id }: Pick<Project, 'id'>): boolean =>
  scope.type === 'all' || (scope.type === 'one' && scope.project.id === id)

/** Whether an object of OBS is in a project of the scope. Buckets other than VOD's own are no project's: one project is enough for them. */
export function hasObject(scope: Scope, { bucket, key }: PolicyTarget): boolean {
  if (scope.type !== 'one') return scope.type === 'all'
  const { project } = scope
  return (
    !bucket.startsWith(BUCKET_PREFIX) || (bucket === obsBucket(project) && key.startsWith(keyPrefix(project)))
  )
}

const ALL = '*'
const NONE = ''

/** As tokens of temporary keys keep it. No project has one of the other two as its id. */
export function scopeText(scope: Scope): string {
  switch (scope.type) {
    case 'all':
      return ALL
    case 'none':
      return NONE
    case 'one':
      return scope.project.id
  }
}

/** What `scopeText` made. A project that the account has not any more leaves none. */
export function readScope(account: Account, text: string): Scope {
  if (text === ALL) return { type: 'all' }
  return scopeOf(credentialsOf(account, projectCredential).find(({ id }) => id === text) ?? null)
}
