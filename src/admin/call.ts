import type { z } from 'zod'
import type { Desks } from '../accounts/index.ts'
import type { Accounts } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import type { AccountId } from '../core/ids.ts'
import type { Rights } from '../core/model/accounts.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Exchange, ReadinessReport } from '../http/types.ts'

/** What calls work with. */
export interface Context {
  readonly core: Core
  readonly desks: Desks
  /** Those that may call now. */
  readonly accounts: Accounts
  /** Base of the URLs that are handed out, and of the listeners that some dialects have for themselves, by name. */
  readonly publicUrl: string
  readonly ownUrls: ReadonlyMap<string, string>
  /** Names of all dialects. */
  readonly dialects: readonly string[]
  readonly readiness: () => ReadinessReport | null
  /** Requests that were refused. */
  readonly refusals: {
    find(id: string): Promise<JsonObject | null>
    latest(limit: number): readonly JsonObject[]
  }
  /** All that is counted, as Prometheus reads it. */
  readonly metrics: () => Promise<string>
}

/** Who calls: the operator, or one of an account's key pairs, for what is the account's. */
export type Caller =
  | { readonly kind: 'operator' }
  | { readonly kind: 'account'; readonly account: AccountId; readonly rights: Rights }

/** Whom a call is for: `account` is for the operator and for the account that its path names. */
export type Audience = 'operator' | 'account' | 'all'

/** What a call was asked, after its schemas let it through. */
export interface Asked<Query, Body> {
  /** The braced parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  readonly exchange: Exchange
}

/** What a call answers with: JSON, or a text of the type that the call declares. */
export type Answer<Value> =
  | { readonly value: Value; readonly headers?: Readonly<Record<string, string>> }
  | { readonly text: string }

/** One call of the API: the route, what OpenAPI tells of it, what checks it, and what it does. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As OpenAPI writes it: `/v1/accounts/{account}`. */
  readonly path: string
  /** `accounts.list`: in the log and in OpenAPI. */
  readonly name: string
  /** What it does, in a few words. */
  readonly does: string
  readonly audience: Audience
  readonly query: z.ZodObject
  /** Null: it has none. */
  readonly body: z.ZodType | null
  /** What is answered with success. Without a schema it is a text of `type`, or nothing. */
  readonly answer: { readonly status: number; readonly schema: z.ZodType | null; readonly type?: string }
  handle(context: Context, asked: Asked<unknown, unknown>): Promise<Answer<unknown>>
}

interface Declared<Query extends z.ZodObject, Body extends z.ZodType | null, Value extends z.ZodType | null>
  extends Omit<Call, 'query' | 'body' | 'answer' | 'handle'> {
  readonly query: Query
  readonly body: Body
  readonly answer: { readonly status: number; readonly schema: Value; readonly type?: string }
  handle(
    context: Context,
    asked: Asked<z.output<Query>, Body extends z.ZodType ? z.output<Body> : null>,
  ): Promise<Answer<Value extends z.ZodType ? z.input<Value> : null>>
}

/** Declares a call. Its handler gets what the schemas read. */
export const call = <
  Query extends z.ZodObject,
  Body extends z.ZodType | null,
  Value extends z.ZodType | null,
>(
  declared: Declared<Query, Body, Value>,
): Call =>
  // The table reads query and body by the same schemas before it hands them over.
  declared as unknown as Call
