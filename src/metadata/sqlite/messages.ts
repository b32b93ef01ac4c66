import type { CommandName } from '../commands/command.ts'
import type { Failure } from './errors.ts'

/** What a thread is asked: those calls that it knows. `close` comes last. */
export type Request<Name extends string = CommandName> =
  | { readonly type: 'call'; readonly id: number; readonly name: Name; readonly command: unknown }
  | { readonly type: 'close' }

export type Call<Name extends string = CommandName> = Extract<Request<Name>, { type: 'call' }>

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: Failure }

/** What a thread says: first whether it started, then its answers, several at a time. */
export type Message =
  | { readonly type: 'started' }
  | { readonly type: 'not-started'; readonly failure: Failure }
  | { readonly type: 'replies'; readonly replies: readonly Reply[] }
