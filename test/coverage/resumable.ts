import { area } from './rows.ts'
import type { CoverageRow } from './types.ts'

const calls = area(
  'call',
  `
POST /uploads | begins an upload | document | an upload in pieces becomes an object with the last one
HEAD /uploads/{upload} | tells how far it is | document | an upload in pieces becomes an object with the last one
PATCH /uploads/{upload} | adds bytes; the last ones make the object | document | an upload in pieces becomes an object with the last one
DELETE /uploads/{upload} | gives an upload up | document | an upload that is given up is gone
OPTIONS /uploads | tells what is spoken | document | OPTIONS tells what is spoken, and scripts of any page may use it
`,
)

const parameters = area(
  'parameter',
  `
creation-with-upload | the first bytes come with the creation | document | the first bytes may come with the creation
Upload-Defer-Length | the size is told with a later piece | document | the size may be told later, and of nothing there is an object at once
Upload-Concat | partial uploads, and one that is put together of them without a copy | document | of whole ones, in the order that the last request names
concatenation-unfinished | it may be asked for before its bytes are there | document | by the last byte of the last one, where it was asked for before
Upload-Checksum | sha1, sha256 or md5 of a body: other bytes are 460, and nothing is kept | document | checksums of the bytes are checked, in the head and behind them
Trailer: Upload-Checksum | the same behind the body | document | checksums of the bytes are checked, in the head and behind them
Upload-Complete | whether a body is the last one; Upload-Incomplete in old drafts | document | a whole upload is one request
application/partial-upload | the type of a piece | document | an upload may come in pieces, of which the last one says so
Upload-Draft-Interop-Version | clients of older drafts are answered in their words | document | clients of older drafts are answered in their words
Content-Digest | sha-256 or sha-512 of a body: other bytes are 400, and nothing is kept | document | digests of a body and of the whole are checked
Repr-Digest | the same of the whole: other bytes end the upload | document | digests of a body and of the whole are checked
X-HTTP-Method-Override | the method, of clients that cannot send it | document | methods may stand in X-HTTP-Method-Override
`,
)

const answers = area(
  'answer',
  `
Upload-Expires | until when the next bytes are waited for; each piece gives time | document | an upload that waits too long is gone, and each piece gives it time
what came before a break | is kept, and the next request goes on there | document | a body that breaks off keeps what came
104 Upload Resumption Supported | names the upload and its limits before the body is read | document | an interim response names the upload before the body is read
Upload-Reference | what the calls of the bucket's dialect name the upload by | inferred | names an upload of that dialect, and leaves its end to it
two senders of one upload | the later takes over, and the earlier is told | inferred | whoever comes next takes over, and the one before is told
`,
)

const authentication = area(
  'authentication',
  `
Upload-Ticket | a ticket that a key of the account signed: a header, a bearer token or the query | inferred | only who has a ticket that a key made may begin
ticket: bucket, key, prefix, size_max, types, ends | what an upload may be | inferred | a ticket is for its bucket and keys, sizes and types, for its time
ticket: upload, confirm | an upload that a call of the bucket's dialect began, and who ends it | inferred | names an upload of that dialect, and leaves its end to it
ticket: fields | what the first call of the bucket's dialect could be told | inferred | leads to a file, with what the first call of that dialect could be told
ticket, its end | an upload that has begun goes on | inferred | an upload goes on after the end of its ticket
the key of the ticket | without it, or its right, nothing goes on, not even a body that is coming | inferred | as long as the key that made the ticket is there, also within one body
`,
)

const commands = area(
  'authentication',
  `
stowage ticket | makes a ticket by the first key of an account | inferred | makes a ticket that uploads may begin with
`,
)

const errors = area(
  'error',
  `
400 | what is no request of the protocol | document | what is no request of the protocol is refused
404 | no such upload, or another account's | document | another account has no part in it
409 | bytes anywhere else than at the end, with the end in Upload-Offset | document | bytes anywhere else than at the end are refused
mismatching-upload-offset, completed-upload, inconsistent-upload-length | the problem types of the draft | document | bytes at another offset, and behind the end, are refused by problem types
what a target refuses | in its own code, by a status after which no client asks again; nothing can be read | inferred | whose bytes are refused at the end leaves nothing that can be read
412 | another version of the protocol | document | another version of the protocol is refused
413 | more bytes than are allowed, or than were named | document | what is no request of the protocol is refused
`,
)

const clients = area(
  'client',
  `
tus-js-client | whole files, chunks, streams, and going on | observed | uploads a file whole, and in chunks
`,
)

/** What is served, how it is known, and the test that shows it. */
export const rows: readonly CoverageRow[] = [
  ...calls,
  ...parameters,
  ...answers,
  ...authentication,
  ...commands,
  ...errors,
  ...clients,
]
