import { isCoreError } from '../../../core/errors.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import { getResource } from '../model/resource.ts'
import { fileKey, reachOf } from '../storage/voice-files.ts'
import { readFileName } from '../wire/names.ts'
import { type Call, readResourceKey } from './call.ts'

/** What an action touches. Errors: those that the action has for the names in it. */
export type About = (call: Call) => Reach | Promise<Reach>

/** Actions that name no file: all resources, or one that is made without a FileName. */
export const allResources: About = () => reachOf('')

/** Actions that name a FileName. */
export const namedFile: About = ({ parameters }) => reachOf(fileKey(readFileName(parameters)))

/** Actions that name a ResourceKey. One that is not there is nowhere in particular. */
export const namedResource: About = async (call) => {
  try {
    const { key } = await getResource(call.core, call.account.id, readResourceKey(call))
    return reachOf(key)
  } catch (error) {
    if (isCoreError(error, 'object-not-found')) return allResources(call)
    throw error
  }
}
