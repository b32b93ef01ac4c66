import type { Did, Entry } from './entries.ts'

/** An upload as the model has it. */
interface ModelUpload {
  readonly ref: number
  readonly phase: 'open' | 'sealed' | 'committed' | 'aborted' | 'expired'
  /** The sender of each part. */
  readonly parts: Readonly<Record<number, number>>
  readonly expiresAt: number
  readonly object: string | null
}

/** All that clients can know, at one moment. */
export interface ModelState {
  readonly uploads: Readonly<Record<string, ModelUpload>>
  /** The newest upload of each ref. */
  readonly newest: Readonly<Record<number, string>>
  /** The object of each key: its id, and whose bytes it has. */
  readonly objects: Readonly<Record<number, { readonly id: string; readonly senders: string } | undefined>>
  /** What each token was answered with. */
  readonly answers: Readonly<Record<number, number>>
}

export const EMPTY: ModelState = { uploads: {}, newest: {}, objects: {}, answers: {} }

type Of<Name extends Did['do']> = Extract<Did, { readonly do: Name }>
type States = readonly ModelState[]
const NONE: States = []

/** What there can be after this entry; none where it cannot happen now. */
export function after(state: ModelState, entry: Entry): States {
  const { did } = entry
  switch (did.do) {
    case 'begin':
      return afterBegin(state, did, entry)
    case 'put':
      return entry.refused === null ? [withObject(state, did.key, did.id, String(did.sender))] : NONE
    case 'delete':
      return afterDelete(state, did, entry)
    case 'read':
      return (state.objects[did.key]?.senders ?? null) === did.found ? [state] : NONE
    case 'expire':
      return afterExpiry(state, entry)
    default:
      return afterOnUpload(state, did, entry)
  }
}

function afterOnUpload(
  state: ModelState,
  did: Exclude<Did, { readonly do: 'begin' | 'put' | 'delete' | 'read' | 'expire' }>,
  entry: Entry,
): States {
  const upload = state.uploads[did.id]
  if (upload === undefined) return NONE
  if (did.do === 'parts') return partsText(upload) === did.found ? [state] : NONE
  if (did.do === 'commit') return afterCommit(state, did, entry, upload)
  if (entry.refused !== null) return isRefused(upload, did.do, entry) ? [state] : NONE
  const change = changeBy(upload, did, upload.expiresAt > entry.from)
  return change === null ? NONE : [withUpload(state, did.id, { ...upload, ...change })]
}

/** What becomes of an upload; null where that cannot be. */
function changeBy(
  upload: ModelUpload,
  did: Of<'attach' | 'renew' | 'seal' | 'abort'>,
  isInTime: boolean,
): Partial<ModelUpload> | null {
  const { phase, parts } = upload
  const canGoOn = isUnfinished(upload) && isInTime
  switch (did.do) {
    case 'attach':
      return canGoOn && phase === 'open' ? { parts: { ...parts, [did.part]: did.sender } } : null
    case 'renew':
      return canGoOn ? { expiresAt: did.expiresAt } : null
    case 'seal':
      return sealed(upload, did.parts, canGoOn)
    case 'abort':
      if (phase === 'aborted') return {}
      return canGoOn ? { phase: 'aborted', parts: {} } : null
  }
}

/** `told`: how many parts the answer speaks of. */
function sealed(upload: ModelUpload, told: number | null, canGoOn: boolean): Partial<ModelUpload> | null {
  const { phase, parts } = upload
  if (phase === 'committed') return {}
  if (told !== null && told !== Object.keys(parts).length) return null
  if (phase === 'sealed') return {}
  return canGoOn && hasParts(upload) ? { phase: 'sealed' } : null
}

/** An upload of its ref that goes on is found, and kept longer; else a new one is made. */
function afterBegin(state: ModelState, did: Of<'begin'>, { from, until, refused }: Entry): States {
  if (refused !== null) return NONE
  const id = state.newest[did.upload]
  const found = id === undefined ? undefined : state.uploads[id]
  const states: ModelState[] = []
  if (id !== undefined && found !== undefined && isUnfinished(found) && found.expiresAt > from) {
    const expiresAt = Math.max(found.expiresAt, did.expiresAt)
    states.push(withUpload(state, id, { ...found, expiresAt }))
  }
  const isOver = found === undefined || !isUnfinished(found) || found.expiresAt <= until
  if (isOver && state.uploads[did.id] === undefined) {
    const ended = id === undefined ? state : expired(state, id)
    const made = {
      ref: did.upload,
      phase: 'open',
      parts: {},
      expiresAt: did.expiresAt,
      object: null,
    } as const
    states.push({ ...withUpload(ended, did.id, made), newest: { ...state.newest, [did.upload]: did.id } })
  }
  return states
}

function afterCommit(state: ModelState, did: Of<'commit'>, entry: Entry, upload: ModelUpload): States {
  const { once } = did
  const known = once === null ? undefined : state.answers[once.token]
  if (once !== null && known !== undefined) {
    return entry.refused === null && (once.answer === null || once.answer === known) ? [state] : NONE
  }
  if (entry.refused !== null) return isCommitRefused(state, upload, did, entry) ? [state] : NONE
  if (once !== null && once.answer !== null && once.answer !== once.sender) return NONE
  const next = committed(state, did, entry, upload)
  if (next === null) return NONE
  return [once === null ? next : { ...next, answers: { ...next.answers, [once.token]: once.sender } }]
}

function committed(
  state: ModelState,
  did: Of<'commit'>,
  { from }: Entry,
  upload: ModelUpload,
): ModelState | null {
  if (upload.phase === 'committed') {
    const isThere = upload.object !== null && state.objects[did.key]?.id === upload.object
    return isThere && (did.made === null || did.made === upload.object) ? state : null
  }
  if (!isUnfinished(upload) || upload.expiresAt <= from || !hasParts(upload)) return null
  if (did.seen !== null && did.seen !== partsText(upload)) return null
  if (did.made !== null && did.made !== did.offered) return null
  const done = withUpload(state, did.id, { ...upload, phase: 'committed', object: did.offered })
  return withObject(done, did.key, did.offered, Object.values(upload.parts).join('+'))
}

function isCommitRefused(state: ModelState, upload: ModelUpload, did: Of<'commit'>, entry: Entry): boolean {
  if (entry.refused === 'object-not-found') {
    return upload.phase === 'committed' && state.objects[did.key]?.id !== upload.object
  }
  // What was looked at may have changed in ways that the model does not have.
  if (entry.refused === 'upload-changed') return did.seen !== null
  return upload.phase !== 'committed' && isRefused(upload, 'commit', entry)
}

function isRefused(upload: ModelUpload, what: Did['do'], { refused, until }: Entry): boolean {
  switch (refused) {
    case 'upload-expired':
      return upload.phase === 'expired' || (isUnfinished(upload) && upload.expiresAt <= until)
    case 'upload-closed':
      return (upload.phase === 'aborted' && what !== 'abort') || upload.phase === 'committed'
    case 'upload-sealed':
      return what === 'attach' && upload.phase === 'sealed'
    case 'upload-empty':
      return (what === 'seal' || what === 'commit') && upload.phase === 'open' && !hasParts(upload)
    default:
      return false
  }
}

function afterDelete(state: ModelState, { key }: Of<'delete'>, { refused }: Entry): States {
  const isThere = state.objects[key] !== undefined
  if (refused === 'object-not-found') return isThere ? NONE : [state]
  return isThere && refused === null ? [withoutBytes(state, key)] : NONE
}

/** All whose time was over when it began. The job looks at the clock once. */
function afterExpiry(state: ModelState, { from, until, refused, isUnsure }: Entry): States {
  if (refused !== null) return NONE
  const over = (by: number) =>
    Object.keys(state.uploads).filter((id) => (state.uploads[id]?.expiresAt ?? 0) <= by)
  return [over(isUnsure ? until : from).reduce(expired, state)]
}

function expired(state: ModelState, id: string): ModelState {
  const upload = state.uploads[id]
  if (upload === undefined || !isUnfinished(upload)) return state
  return withUpload(state, id, { ...upload, phase: 'expired', parts: {} })
}

/** The parts of a blob go with its last reference. */
function withoutBytes(state: ModelState, key: number): ModelState {
  const gone = state.objects[key]?.id
  const uploads = Object.entries(state.uploads).map(([id, upload]) =>
    gone !== undefined && upload.object === gone
      ? ([id, { ...upload, parts: {} }] as const)
      : ([id, upload] as const),
  )
  return { ...state, uploads: Object.fromEntries(uploads), objects: { ...state.objects, [key]: undefined } }
}

const withObject = (state: ModelState, key: number, id: string, senders: string): ModelState => {
  const before = withoutBytes(state, key)
  return { ...before, objects: { ...before.objects, [key]: { id, senders } } }
}

const withUpload = (state: ModelState, id: string, upload: ModelUpload): ModelState => ({
  ...state,
  uploads: { ...state.uploads, [id]: upload },
})

const isUnfinished = ({ phase }: ModelUpload): boolean => phase === 'open' || phase === 'sealed'
const hasParts = ({ parts }: ModelUpload): boolean => Object.keys(parts).length > 0
const partsText = ({ parts }: ModelUpload): string =>
  Object.entries(parts)
    .map(([number, sender]) => `${number}:${sender}`)
    .join(' ')
