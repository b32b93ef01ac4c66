import { ACCOUNT, APP, LIBRARIES, PROJECTS } from '../../test/support/harness.ts'
import { iflytekHeaders } from '../../test/support/iflytek.ts'
import { type Attack, atMost, none, type Target } from '../attack.ts'
import { mostReadMb } from '../hostile/log.ts'
import { Tenant } from '../hostile/signed.ts'
import { chunked, everybody, headOf, type Outcome, sendRaw, zeros } from '../hostile/sockets.ts'

const GIB = 1024 ** 3
/** At most 1 MiB is skipped; chunks that were on their way come on top. */
const SKIPPED_MAX_MB = 1.5
/** In a form: 1 MiB of parts that nobody asked for, and then what is skipped. */
const FORM_MAX_MB = 2.6
const BOUNDARY = 'attack'

const opening = (name: string): Buffer =>
  Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n`)

const sizeOf = (target: Target): number => (target.isShort ? GIB / 4 : GIB)
/** What is sent is large: a few clients do. */
const few = (target: Target): { readonly clients: number } => ({ clients: target.isShort ? 2 : 8 })

const tell = async (target: Target, outcomes: readonly Outcome[], readMaxMb = SKIPPED_MAX_MB) => [
  atMost('read of one body', await mostReadMb(target), readMaxMb, 'MB'),
  none('requests that were let in', outcomes.filter(isLetIn).length),
]

/** iFlytek says in JSON behind a status of 200 that it refuses. */
const isLetIn = ({ status, head }: Outcome): boolean =>
  status >= 200 && status < 400 && (!/application\/json/i.test(head) || /"code":0/.test(head))

const otherParts: Attack = {
  name: 'form-parts-under-another-name',
  group: 'budgets',
  shows: 'signed forms whose file has a name that nobody asked for, of a GiB',
  limit: 'at most 2.6 MB are read or skipped',
  beside: true,
  run: async (target) =>
    tell(
      target,
      await everybody(few(target), (index) => {
        const path = index % 2 === 0 ? '/file/upload' : '/file/mpupload/upload'
        const head = headOf('POST', path, {
          ...{ Host: `127.0.0.1:${target.port}`, ...iflytekHeaders(APP, path) },
          ...{
            'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
            'Content-Length': sizeOf(target) + 200,
          },
        })
        return sendRaw(target, index, { head, body: formOf('other', sizeOf(target)) })
      }),
      FORM_MAX_MB,
    ),
}

function* formOf(name: string, size: number): Generator<Uint8Array> {
  yield opening(name)
  yield* zeros(size)
}

const otherPartsOfStorage: Attack = {
  name: 'storage-forms-under-another-name',
  group: 'budgets',
  shows: 'form uploads to the object plane whose file has another name, of a GiB',
  limit: 'at most 2.6 MB are read or skipped',
  run: async (target) => {
    const begun = await new Tenant(target).smh('file', 'POST', `file/${LIBRARIES.file.id}/-/a.bin`)
    const { path, form } = JSON.parse(begun.text) as {
      readonly path: string
      readonly form: Readonly<Record<string, string>>
    }
    const fields = Object.entries(form)
      .map(
        ([name, value]) =>
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      .join('')
    const outcomes = await everybody(few(target), (index) => {
      const head = headOf('POST', path, {
        ...{ Host: `127.0.0.1:${target.port}`, 'Content-Length': sizeOf(target) + 10_000 },
        ...{ 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
      })
      return sendRaw(target, index, { head, body: withFields(fields, formOf('other', sizeOf(target))) })
    })
    return tell(target, outcomes, FORM_MAX_MB)
  },
}

function* withFields(fields: string, rest: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield Buffer.from(fields)
  yield* rest
}

const refusedBodies: Attack = {
  name: 'refused-bodies',
  group: 'budgets',
  shows: 'bodies of a GiB behind requests that are refused at once',
  limit: 'at most 1.5 MB are read or skipped, then the connection ends',
  beside: true,
  run: async (target) => {
    const paths = [
      '/nothing',
      `/${ACCOUNT.id}/a.wav`,
      `/cos/${LIBRARIES.file.id}/-/a`,
      `/obs/${PROJECTS.main.id}/a/b.mp4`,
    ]
    const outcomes = await everybody(few(target), (index) => {
      const path = paths[index % paths.length] ?? '/'
      const head = headOf('PUT', path, { Host: `127.0.0.1:${target.port}`, 'Content-Length': sizeOf(target) })
      return sendRaw(target, index, { head, body: zeros(sizeOf(target)) })
    })
    return tell(target, outcomes)
  },
}

const endlessForm: Attack = {
  name: 'bodies-without-a-length',
  group: 'budgets',
  shows: 'signed slices and JSON without a length that do not end',
  limit: 'JSON: at most 1.5 MB are read or skipped; it is counted as it comes',
  run: async (target) => {
    const outcomes = await everybody(few(target), (index) => {
      const path = '/file/mpupload/init'
      const head = headOf('POST', path, {
        ...{ Host: `127.0.0.1:${target.port}`, ...iflytekHeaders(APP, path) },
        ...{ 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
      })
      return sendRaw(target, index, { head, body: chunked(zeros(sizeOf(target))) })
    })
    return tell(target, outcomes)
  },
}

export const SKIPPED: readonly Attack[] = [otherParts, otherPartsOfStorage, refusedBodies, endlessForm]
