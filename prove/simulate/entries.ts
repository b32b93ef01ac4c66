/** Something that a client asked for and was answered with, or may have happened. */
export type Did =
  | { readonly do: 'begin'; readonly upload: number; readonly id: string; readonly expiresAt: number }
  | { readonly do: 'attach'; readonly id: string; readonly part: number; readonly sender: number }
  | { readonly do: 'renew'; readonly id: string; readonly expiresAt: number }
  | { readonly do: 'seal'; readonly id: string; readonly parts: number | null }
  | {
      readonly do: 'commit'
      readonly id: string
      readonly key: number
      /** The id of the object, if it makes one. */
      readonly offered: string
      /** The object that the answer names; null where none does. */
      readonly made: string | null
      /** The parts that were looked at before, as `1:4 2:7`. */
      readonly seen: string | null
      readonly once: {
        readonly token: number
        readonly sender: number
        readonly answer: number | null
      } | null
    }
  | { readonly do: 'abort'; readonly id: string }
  | { readonly do: 'parts'; readonly id: string; readonly found: string }
  | { readonly do: 'put'; readonly key: number; readonly id: string; readonly sender: number }
  | { readonly do: 'delete'; readonly key: number }
  /** The bytes' senders, as `1+4`; null where there is no object. */
  | { readonly do: 'read'; readonly key: number; readonly found: string | null }
  | { readonly do: 'expire' }

/** An interval in which something happened at one moment. */
export interface Entry {
  readonly op: number
  readonly did: Did
  /** The core's code where it was refused; null where it was done. */
  readonly refused: string | null
  /** It may have happened, from its beginning on, or not. */
  readonly isUnsure: boolean
  /** Places in the order of all beginnings and ends. */
  readonly begins: number
  readonly ends: number
  /** In ms. */
  readonly from: number
  readonly until: number
}
