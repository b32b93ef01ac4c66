import { credentialsOf } from '../../../src/core/accounts.ts'
import type { Stage } from '../../../src/dialects/demo.ts'
import { boxCredential } from './credentials.ts'

export const title = 'fifth-dialect: files in boxes'

/** Puts a file into the box and gets it back. */
export async function show({ baseUrl, account, step, tone }: Stage): Promise<void> {
  const [box] = credentialsOf(account, boxCredential)
  if (box === undefined) throw new Error('the account has no box')
  const url = `${baseUrl}/fifth-dialect/${box.id}/tone.wav`
  const headers = { 'x-box-secret': box.secret, 'content-type': 'audio/wav' }
  const file = tone(1)
  const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(file) })
  step('PUT a file', await put.json())
  const got = await fetch(url, { headers })
  if (!Buffer.from(await got.arrayBuffer()).equals(file)) throw new Error('the bytes differ')
  step('GET brings it back')
}
