import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { EntryId, Volume, VolumeAddress } from '../../../core/model/trees.ts'
import { hexOf, parseJson } from '../../values.ts'
import { guessed, type LockMode, lock, type Script } from '../script.ts'

/** A volume with the numbers of its row and its realm's. */
export interface VolumeRecord {
  readonly id: number
  readonly realm: number
  /** Things in the bin that have this number are there. All others are gone. */
  readonly binGeneration: number
  /** The number of its quota; null for none. */
  readonly quota: number | null
  readonly address: VolumeAddress
  readonly volume: Volume
}

export interface VolumeRow {
  readonly id: number
  readonly realm: number
  readonly name: string
  readonly root: Uint8Array
  readonly owner: string
  readonly attributes: string
  readonly bin_generation: number
  readonly created_at: TimeMs
  readonly quota: number | null
}

/** The columns of a `VolumeRow`, of volumes `v`. */
export const VOLUME_COLUMNS = `v.id, v.realm, v.name, v.root, v.owner, v.attributes, v.bin_generation, v.created_at,
  (SELECT quota FROM quota_volumes WHERE volume = v.id) AS quota`

const SELECT_VOLUME = `SELECT ${VOLUME_COLUMNS} FROM volumes v
  WHERE v.realm = (SELECT id FROM realms WHERE account = ? AND name = ?) AND v.name = ?`

export function* lookUpVolume(
  address: VolumeAddress,
  guess: 'same' | 'hint' = 'same',
): Script<VolumeRecord | null> {
  const { account, realm, volume } = address
  const row = yield* guessed<VolumeRow>(guess, SELECT_VOLUME, account, realm, volume)
  return row === undefined ? null : volumeRecordOf(row, { account, realm, volume })
}

/** Errors: `volume-not-found`. */
export function* requireVolume(
  address: VolumeAddress,
  guess: 'same' | 'hint' = 'same',
): Script<VolumeRecord> {
  const record = yield* lookUpVolume(address, guess)
  if (record === null) throw new CoreError('volume-not-found', 'no such volume')
  return record
}

/** The number of a volume's quota; null for none. */
export function* quotaOf(volume: number): Script<number | null> {
  const row = yield* guessed<{ quota: number }>(
    'same',
    'SELECT quota FROM quota_volumes WHERE volume = ?',
    volume,
  )
  return row?.quota ?? null
}

/** The volume, locked until the end of the command, as it is while locked. Errors: `volume-not-found`. */
export function* lockVolume(address: VolumeAddress, mode: LockMode): Script<VolumeRecord> {
  const found = yield* requireVolume(address, 'hint')
  yield* lock(found.id, mode)
  const locked = yield* requireVolume(address)
  return locked
}

export function volumeRecordOf(row: VolumeRow, address: VolumeAddress): VolumeRecord {
  return {
    id: row.id,
    realm: row.realm,
    binGeneration: row.bin_generation,
    quota: row.quota,
    address,
    volume: {
      ...address,
      root: hexOf<EntryId>(row.root),
      owner: row.owner,
      attributes: parseJson(row.attributes),
      createdAt: row.created_at,
    },
  }
}
