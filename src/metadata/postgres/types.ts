import type { Coordination, Metadata } from '../../core/ports.ts'

type Commands = Metadata & Coordination
export type CommandName = Exclude<keyof Commands, 'close'>
export type CommandOf<Name extends CommandName> = Parameters<Commands[Name]>[0]
export type ResultOf<Name extends CommandName> = Awaited<ReturnType<Commands[Name]>>
