import type { Facts } from '../../core/ports/facts.ts'

export type CommandName = Exclude<keyof Facts, 'close'>
export type CommandOf<Name extends CommandName> = Parameters<Facts[Name]>[0]
export type ResultOf<Name extends CommandName> = Awaited<ReturnType<Facts[Name]>>
