import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import {
  addGroup,
  changeGroup,
  listGroups,
  removeGroup,
  type TemplateGroup,
} from '../model/template-groups.ts'
import { Fields } from '../wire/fields.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

const NAME = { bytesMax: 128 }
const ID = { bytesMax: 64 }
const DESCRIPTION = { bytesMax: 1024 }
const LIST_MAX = 64
/** Of all settings of a group, bytes of JSON. */
const SETTINGS_SIZE_MAX = 64 * 1024
const PAGE = { default: 10, max: 100 } as const
const TYPE = 'custom_template_group'

/** createTemplateGroup (SDK model TransTemplateGroup): kept, so that it can be named. Nothing is transcoded by it. */
export async function create(call: Call): Promise<Reply> {
  const { name, settings } = readGroup(call)
  return reply(call, 200, { group_id: await addGroup(call, name, settings) })
}

/** updateTemplateGroup (SDK model ModifyTransTemplateGroup). Throws VOD.10062, VOD.10082. */
export async function update(call: Call): Promise<Reply> {
  const id = new Fields(call.body).requiredText('group_id', ID)
  await changeGroup(call, { id, ...readGroup(call) })
  return reply(call, 200, { group_id: id })
}

/** deleteTemplateGroup. Throws VOD.10062. */
export async function remove(call: Call): Promise<Reply> {
  await removeGroup(call, new Query(call.exchange).requiredText('group_id'))
  return reply(call, 204)
}

/** listTemplateGroup (SDK model TemplateGroup): one by its id, those of a status, or all, page by page. */
export async function list(call: Call): Promise<Reply> {
  const query = new Query(call.exchange)
  const id = query.text('group_id')
  const status = query.oneOf('status', ['0', '1'])
  const page = query.integer('page', 0, Number.MAX_SAFE_INTEGER) ?? 0
  const size = query.integer('size', 1, PAGE.max) ?? PAGE.default
  const all = (await listGroups(call)).map(groupRecord)
  const found = all
    .filter((group) => id === null || group.group_id === id)
    .filter((group) => status === null || group.status === status)
  const template_group_list = found.slice(page * size, (page + 1) * size)
  return reply(call, 200, { template_group_list, total: found.length })
}

const groupRecord = ({ id, name, settings }: TemplateGroup): JsonObject => ({
  ...{ group_id: id, name, ...settings },
})

/** Checked for their shapes alone, and kept as they are. */
function readGroup({ body }: Call): Omit<TemplateGroup, 'id'> {
  const fields = new Fields(body)
  const name = fields.requiredText('name', NAME)
  const qualities = fields.objects('quality_info_list', LIST_MAX)
  const common = fields.object('common')
  const settings: JsonObject = {
    status: fields.oneOf('status', ['0', '1']) ?? '0',
    type: fields.oneOf('type', [TYPE]) ?? TYPE,
    auto_encrypt: fields.integer('auto_encrypt', 0, 1) ?? 0,
    quality_info_list: qualities === null ? [] : (body.quality_info_list ?? []),
    watermark_template_ids: fields.texts('watermark_template_ids', { ...ID, countMax: LIST_MAX }) ?? [],
    description: fields.text('description', DESCRIPTION),
    common: common === null ? null : (body.common ?? null),
  }
  if (JSON.stringify(settings).length > SETTINGS_SIZE_MAX) throw fields.illegal('quality_info_list')
  return { name, settings }
}
