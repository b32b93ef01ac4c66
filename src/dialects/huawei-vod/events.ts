import type { NewDelivery } from '../../core/ports.ts'
import type { Asset } from './asset.ts'
import type { Call } from './call.ts'

/** The message that goes out with the end of an asset's creation, whether it came about or not; none without a URL. */
export function createCompleteDeliveries(_call: Call, _asset: Asset): readonly NewDelivery[] {
  return []
}
