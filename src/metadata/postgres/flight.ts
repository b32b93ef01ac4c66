import { hash } from 'node:crypto'
import type { ClientBase, Connection, FieldDef, Submittable } from 'pg'
import pg from 'pg'
import { getTypeParser } from './connections.ts'
import { FlightFailure, type Question, type Reply, type Row, wireValue } from './wire.ts'

/** Statements that one connection's server keeps parsed. */
const KEPT_MAX = 1_000

interface Field {
  readonly name: string
  readonly parse: (text: string) => unknown
}

/** What the server keeps of a connection: by name, the columns of each statement's answer. */
type Kept = Map<string, readonly Field[]>
const kept = new WeakMap<ClientBase, Kept>()

/**
 * Sends statements in one round trip: after one that fails the server does none of the rest. Statements are kept by names made of their texts: whoever
 * meets a name of another node's means the same text. `keeps` false: none is kept by the server.
 */
export function fly(
  client: ClientBase,
  questions: readonly Question[],
  keeps: boolean,
): Promise<readonly Reply[]> {
  const known = kept.get(client) ?? new Map<string, readonly Field[]>()
  kept.set(client, known)
  return new Promise((resolve, reject) => {
    const flight = new Flight(questions, keeps ? known : null, (error, replies) =>
      error === null ? resolve(replies) : reject(error),
    )
    client.query(flight)
  })
}

interface Sent {
  readonly question: Question
  /** Empty for a statement that is not kept. */
  readonly name: string
  /** Known before the answer where the server keeps the statement. */
  readonly fields: readonly Field[] | undefined
}

type Callback = (error: unknown, replies: readonly Reply[]) => void

/** The client library calls its methods as messages come. */
class Flight implements Submittable {
  /** The library puts its own, with a time limit, in place of it. */
  callback: Callback
  readonly #sent: readonly Sent[]
  readonly #kept: Kept | null
  readonly #replies: Reply[] = []
  #fields: readonly Field[] = []
  #rows: Row[] = []
  /** What went wrong while an answer was read. */
  #unreadable: unknown = null

  constructor(questions: readonly Question[], known: Kept | null, callback: Callback) {
    this.#kept = known
    this.#sent = questions.map((question) => this.#sending(question))
    this.callback = callback
  }

  #sending(question: Question): Sent {
    const isKept = this.#kept !== null && question.isKept === true
    const name = isKept ? nameOf(question.text) : ''
    const fields = this.#kept?.get(name)
    const isNew = name !== '' && fields === undefined && (this.#kept?.size ?? 0) >= KEPT_MAX
    return { question, name: isNew ? '' : name, fields }
  }

  submit(connection: Connection): void {
    connection.stream.cork()
    try {
      const parsed = new Set<string>()
      for (const sent of this.#sent) ask(connection, sent, parsed)
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
    this.#begin()
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#fields = fields.map(({ name, dataTypeID }) => ({ name, parse: getTypeParser(dataTypeID, 'text') }))
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      this.#rows.push(rowOf(this.#fields, fields))
    } catch (error) {
      this.#unreadable ??= error
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const name = this.#sent[this.#replies.length]?.name ?? ''
    if (name !== '') this.#kept?.set(name, this.#fields)
    const [command = '', ...counts] = text.split(' ')
    this.#replies.push({ command, changes: Number(counts.at(-1) ?? 0), rows: this.#rows })
    this.#begin()
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' })
  }

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    const isServers = error instanceof pg.DatabaseError
    this.callback(isServers ? new FlightFailure(this.#replies.length, error) : error, [])
  }

  handleReadyForQuery(): void {
    this.callback(this.#unreadable, this.#replies)
  }

  /** What comes now is the next statement's. */
  #begin(): void {
    this.#rows = []
    this.#fields = this.#sent[this.#replies.length]?.fields ?? []
  }
}

function rowOf(fields: readonly Field[], texts: readonly (string | null)[]): Row {
  const row: Record<string, unknown> = {}
  for (const [at, { name, parse }] of fields.entries()) {
    const text = texts[at] ?? null
    row[name] = text === null ? null : parse(text)
  }
  return row
}

/** A statement that is kept is parsed once. Its name is closed first: a failure may have left it. */
function ask(connection: Connection, { question, name, fields }: Sent, parsed: Set<string>): void {
  const isThere = name !== '' && (fields !== undefined || parsed.has(name))
  if (!isThere) {
    if (name !== '') connection.close({ type: 'S', name }, true)
    connection.parse({ name, text: question.text, types: [] }, true)
    parsed.add(name)
  }
  connection.bind({ statement: name, values: question.values.map(wireValue) }, true)
  if (fields === undefined) connection.describe({ type: 'P' }, true)
  connection.execute(null, true)
}

const names = new Map<string, string>()

function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = `stowage_${hash('sha256', text, 'hex').slice(0, 40)}`
    if (names.size >= KEPT_MAX) names.clear()
    names.set(text, name)
  }
  return name
}
