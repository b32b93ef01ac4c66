import { newObjectId } from '../../../core/ids.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { parseJsonObject } from '../../../http/body.ts'
import { RequestFault } from '../../../http/faults.ts'
import { reviewDeliveries } from '../background/review-sender.ts'
import { invalid } from '../errors.ts'
import { BUCKET, KIND } from '../model/resource.ts'
import { firstState } from '../model/review.ts'
import { readName } from '../wire/names.ts'
import { type Call, checkQuota, endDryRun } from './call.ts'

/** Characters. */
const REMARK_MAX = 255

/** OpenCreateTts (documents 6358/173281, 6358/1722081): a text template, reviewed and listed like a file. */
export async function openCreateTts(call: Call): Promise<JsonObject> {
  const { core, account, options, parameters } = call
  const name = readName(parameters, 'Name')
  parameters.integer('Type', { min: 1, max: 1 })
  const attributes = {
    suffix: '',
    remark: readRemark(call),
    ttsTemplateContent: readContent(call),
    ttsOption: readOption(call),
  }
  await checkQuota(call)
  endDryRun(call)
  const id = newObjectId(core.random, core.clock.now())
  const status = firstState(options)
  const result = { ResourceKey: id, Name: name }
  await call.changing(result).objects.put({
    id,
    account: account.id,
    bucket: BUCKET,
    key: `tts/${id}`,
    staged: null,
    traits: { name, kind: KIND.tts, status, contentType: null, media: null, attributes },
    conflict: 'fail',
    objectsMax: options.resourcesMax,
    deliveries: reviewDeliveries(core, account, { id, name, status }),
  })
  return result
}

/** Not blank, no `${…}`, and every `#name#` closed, its name of letters and digits. */
function readContent({ parameters }: Call): string {
  const content = parameters.requiredText('TtsTemplateContent')
  const pieces = content.split('#')
  const variables = pieces.filter((_, index) => index % 2 === 1)
  const isClosed = pieces.length % 2 === 1
  const areNamed = variables.every((name) => /^[A-Za-z0-9]+$/.test(name))
  if (content.trim() === '' || content.includes('${') || !isClosed || !areNamed) {
    throw invalid('TtsTemplateContent', 'RequestParametersError')
  }
  return content
}

/** JSON in a text, kept as it is: the documents and the SDKs disagree about its keys. */
function readOption({ parameters }: Call): string {
  const option = parameters.text('TtsOption') ?? ''
  try {
    if (option !== '') parseJsonObject(Buffer.from(option))
  } catch (error) {
    if (error instanceof RequestFault) throw invalid('TtsOption', 'RequestParametersError')
    throw error
  }
  return option
}

function readRemark({ parameters }: Call): string {
  const remark = parameters.text('Remark') ?? ''
  if ([...remark].length > REMARK_MAX) throw invalid('Remark', 'RequestParametersError')
  return remark
}
