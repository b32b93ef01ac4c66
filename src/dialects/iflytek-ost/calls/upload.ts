import type { Reply } from '../../../http/types.ts'
import { success } from '../wire/answers.ts'
import { readForm } from '../wire/forms.ts'
import { displayName, storedContentType } from '../wire/names.ts'
import { bucketOf, type Call, checkLabel, formOptions, storedTraits, urlOf } from './call.ts'

/** `/file/upload`: a file in one piece. */
export async function upload(call: Call): Promise<Reply> {
  const { core, exchange, caller } = call
  const { file } = await readForm(exchange, formOptions(call), (fields) => checkLabel(call, fields))
  const { staged, filename, contentType } = file
  const object = await core.objects.put({
    account: caller.account.id,
    bucket: bucketOf(call),
    key: `file/${exchange.requestId}`,
    staged,
    traits: storedTraits(displayName(filename), storedContentType(contentType)),
    conflict: 'rename',
  })
  return success(exchange.requestId, urlOf(call, object))
}
