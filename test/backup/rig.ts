import assert from 'node:assert/strict'
import type { PendingUpload } from '../contracts/dialect.ts'
import { drivers } from '../dialects/drivers.ts'
import { command } from '../support/command.ts'
import { ACCOUNT, OTHER_ACCOUNT, type TestServer } from '../support/harness.ts'
import { newBucket } from '../support/s3.ts'

/** An upload of some dialect whose completion was answered. */
export interface Acknowledged {
  readonly what: string
  readonly handle: string
  readonly bytes: Buffer
  read(url: string): Promise<Buffer | null>
}

/** Uploads a file by every dialect, side by side. */
export const uploadByAll = (url: string, name: string, seed: number): Promise<readonly Acknowledged[]> =>
  Promise.all(
    drivers.map(async (driver) => {
      const bytes = driver.sample(seed)
      const upload = await driver.upload(url, name, bytes)
      const handle = await upload.complete(url)
      return { what: `${driver.name} ${name}`, handle, bytes, read: (at) => upload.read(at, handle) }
    }),
  )

interface Begun {
  readonly what: string
  readonly bytes: Buffer
  readonly upload: PendingUpload
}

/** An upload by every dialect that has its bytes and waits for its completion. */
export const beginByAll = (url: string, seed: number): Promise<readonly Begun[]> =>
  Promise.all(
    drivers.map(async (driver) => {
      const bytes = driver.sample(seed)
      return { what: driver.name, bytes, upload: await driver.upload(url, 'pending.wav', bytes) }
    }),
  )

/** Does `work` while uploads by every dialect and the server's jobs go on. */
export async function underLoad<Result>(
  { url, jobs }: TestServer,
  work: () => Promise<Result>,
): Promise<Result> {
  let isOver = false
  const load = (async () => {
    for (let round = 0; !isOver; round += 1) {
      await uploadByAll(url, `during-${round}.wav`, 3)
      await jobs.runAll()
    }
  })()
  const result = await work()
  isOver = true
  await load
  return result
}

/** Each reads as it was sent. */
export async function requireIdentical(url: string, files: readonly Acknowledged[]): Promise<void> {
  for (const { what, bytes, read } of files) assert.ok((await read(url))?.equals(bytes), what)
}

export interface Taken {
  readonly backup: {
    readonly name: string
    readonly copied: { readonly count: number }
    readonly segments: { readonly count: number }
    readonly bad: readonly { readonly segment: string }[]
  }
  readonly removed: readonly string[]
}

const ACCOUNTS = { STOWAGE_ACCOUNTS: JSON.stringify([ACCOUNT, OTHER_ACCOUNT]) }

/** The commands on the stores of these settings. */
export function commandsOn(settings: Readonly<Record<string, string>>) {
  const stowage = (...args: readonly string[]) => command({ ...ACCOUNTS, ...settings }, ...args)
  return {
    stowage,
    /** All facts and all bytes are as they should be. */
    requireWhole: async (): Promise<void> => {
      const { code, stdout, stderr } = await stowage('fsck')
      assert.equal(code, 0, `${stdout}${stderr}`)
    },
    take: async (place: string, ...args: readonly string[]): Promise<Taken> => {
      const { code, stdout, stderr } = await stowage('backup', place, '--json', ...args)
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout) as Taken
    },
    restore: async (place: string, ...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await stowage('restore', place, ...args)
      assert.equal(code, 0, stderr)
    },
  }
}

/** A bucket whose keys are in this process's environment. */
export async function freshBucket(): Promise<string> {
  const { url, keys } = await newBucket()
  if (keys !== undefined) {
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey
  }
  return url
}
