import { area } from './rows.ts'
import type { CoverageRow } from './types.ts'

const calls = area(
  'call',
  `
POST /v1.0/{project_id}/asset | createAssetByFileUpload: an asset that awaits its bytes, and the URLs for them | document | a created asset is answered with the fields of the document in their order
GET /v1.1/{project_id}/asset/authority | showAssetTempAuthority: a whole signed URL for one step of an upload in parts | document | v1.1 gives a whole signed URL, its parameters in the order of the document
GET /v1.0/{project_id}/asset/authority | the call of before: the signature’s parameters alone | document | v1.0 gives the signature’s parameters alone
POST /v1.0/{project_id}/asset/status/uploaded | confirmAssetUpload: what became of an upload | document | a confirm of \${outcome} by token is answered as the document has it
PUT /v1.0/{project_id}/asset | updateAsset: URLs for files that are sent anew | document | the video of an asset whose upload failed or was cancelled is sent anew and confirmed
GET /v1.0/{project_id}/asset/details | showAssetDetail: all of one asset | document | the details of an asset have the fields of the document, with all that was said of it
GET /v1.0/{project_id}/asset/list | listAssetList: assets in short, by many conditions | document | an asset in the list has the fields of the document
GET /v1.0/{project_id}/asset/info | showAssetMeta: assets by ids or conditions | document | an asset in the meta query has the fields of the document
PUT /v1.0/{project_id}/asset/info | updateAssetMeta: title, description, category, tags | document | an update of the meta data is answered 204 without a body
DELETE /v1.0/{project_id}/asset | deleteAssets: one to ten assets | document | a delete is answered with the result of each asset
POST /v1.0/{project_id}/asset/status/publish | publishAssets | document | publishing is answered with the assets as the meta query tells them
POST /v1.0/{project_id}/asset/status/unpublish | unpublishAssets | document | publishing is answered with the assets as the meta query tells them
PUT /v1.0/{project_id}/asset/cover | updateCoverByThumbnail: without snapshots only the cover that is there already | document | the only cover that can be set is the one an asset has
PUT asset/cover with a snapshot | becomes the cover, in place of any | document | a snapshot is set as the cover, in place of any
PUT video_upload_url | takes the video whole; the last bytes win | document | the bytes that came last are the ones that are confirmed
PUT cover_upload_url, subtitle_upload_urls | take covers and subtitles, without a confirm | document | announced covers and subtitles have URLs in the order of the request
HEAD {bucket} | OBS: whether it is there | document | that are not there, or of others, are told apart
HEAD {bucket}?apiversion | OBS: unsigned, as clients ask | SDK source | are asked for the version of their service without a signature
{bucket}.obs.{region}.myhuaweicloud.com | OBS: the bucket in the host's name, also below virtual_hosts | document | stand in the host’s name, below the vendor’s domain and the operator’s
OBS calls with sign_str | initiate, part, list, complete, abort | document | a video goes up in parts with an authority for each step
GET video_url, cover_url, subtitle url | what the CDN is to the vendor: published videos; covers and subtitles from the confirm on | inferred | a published video is played by its URL, an unpublished one is not
GET sign_url | a confirmed video for an hour, published or not | document | nothing is readable before the confirm, and every byte after
POST /v3/auth/tokens | a token for a password, in X-Subject-Token | document | come in a header, with a record of whom and what they are for
GET /v3/auth/tokens | validates a token of the own account | document | are validated for their own account
GET /v3/projects | the account's projects, or the one of a name | SDK source | has those of the account, or the one of a name
GET /v3 | which version this is, for anybody | SDK source | the version is told to anybody
GET /v3/auth/projects, /v3/auth/domains | what a token is good for | document | projects and domains that a token is good for
POST /v3.0/OS-CREDENTIAL/securitytokens | temporary access keys with a security token | document | are issued for a token and for a signature, with the fields and times of the document
POST /v1.0/{project_id}/asset/category | createAssetCategory | document | a category is created with its level and the project
PUT /v1.0/{project_id}/asset/category | updateAssetCategory: another name | document | a category gets another name
DELETE /v1.0/{project_id}/asset/category | deleteAssetCategory: a category with all below it | document | a deleted category leaves its assets to its parent, or to the built-in one
GET /v1.0/{project_id}/asset/category | listAssetCategory: a bare array, ids as texts, nested | document | a category is listed with all below it, ids as texts
GET /v2/{project_id}/asset/categories | listCategoryInfo: up to ten, each with the level below it | document | version 2 lists up to ten categories, each with the level below it
POST /v1.0/{project_id}/asset/upload_by_url | uploadMetaDataByUrl: assets whose videos are pulled in the background | document | upload_by_url makes an asset of what a URL gives
GET /v1/{project_id}/asset/tasks | listAssetTasks: pulls from URLs | SDK source | tasks are listed newest first, page by page, and by what is asked of them
GET /v1.0/{project_id}/asset/duplication | checkMd5Duplication | document | a file that is there is found by its size and the MD5 of its first 1024 or 1025 bytes
POST /v1.0/{project_id}/asset/process | createAssetProcessTask: over at once, 202 | document | asset/process is over at once, with the original as its output
POST /v1.0/{project_id}/asset/reproduction | publishAssetFromObs: a copy of a stored object | document | a copy is an asset of its own, made without the bytes going out
PUT /v1.0/{project_id}/asset/authority | updateBucketAuthorized: checked and answered, 200 without a body | document | goes from a bucket by authority, reproduction, read, update and publish to its delete
GET /v1.0/{project_id}/asset/ciphers | showAssetCipher: no asset has a key | document | no asset is encrypted, so that there is no key
POST, GET, PUT, DELETE /v1.0/{project_id}/asset/template_group/transcodings | template groups: kept and told | SDK source | is created, read, changed and deleted as it was sent
transcodeComplete notification | posted to event_url when a transcoding that was asked for is over | document | a transcoding that is asked for, by a creation or later, is told by transcodeComplete
thumbnailComplete, coverComplete notifications | posted to event_url when snapshots, or the first frame as the cover, are made or cannot be | document | snapshots and the first frame as the cover are told, made or not
createComplete notification | posted to event_url when an asset was made | document | a confirmed asset is told by createComplete, with its facts and its URL
PUT {object} | OBS: a whole object | document | are put and answered with their MD5, and no body
GET, HEAD {object} | OBS: reads, in ranges too | document | are read in ranges, by HEAD, and with headers replaced
POST ?uploads, PUT ?partNumber&uploadId, GET, POST, DELETE ?uploadId | OBS: initiate, part, list, complete, abort | document | go their whole way, with the fields of each answer in the vendor’s order
OBS: list | what can be read of assets: videos, covers, subtitles | SDK source | keys of OBS are listed by esdk-obs-nodejs once they can be read
OBS: list of buckets | one for each region of the account's projects | SDK source | keys of OBS are in a bucket of their region, which a list of buckets names
OBS: a bound domain | is_cname of the SDKs: no bucket in the path, the host in its place in the signature | SDK source | keys of OBS are reached without a bucket where the host is a domain bound to it
OBS: copy | to a video that an asset awaits; x-obs-copy-source-if-* | SDK source | keys of OBS are copied to a video that an asset awaits, and refused anywhere else
OBS: copy, not by a URL for a PUT | 403, whichever of the two headers | inferred | keys of OBS are copied by no URL that was signed without the header of a copy
OBS: copy of parts | whole or by x-obs-copy-source-range | SDK source | keys of OBS are copied to parts of an upload, whole or in ranges
OBS: delete, one or many | 204; DeleteResult; a video as delete_type=origin | SDK source | keys of OBS are deleted one by one and many at once: a video as delete_type=origin does it
others of the vendor’s SDKs | 403 VOD.10136: not offered | inferred | the SDK is told of calls that are not offered
`,
)

const parameters = area(
  'parameter',
  `
create: title, video_name, video_type | required | document | title, video_name and video_type are required
create: video_type | every type of the document, with its Content-Type in the signature | document | every video_type of the document is taken, with its Content-Type and no other
create: category_id | number or text; absent and -1 are the built-in category | document | category_id is a number or a text, and has to be one of the project
create: video_md5, cover_md5, subtitles.md5 | base64 (hex is taken too); Content-MD5 has to be sent | document | a digest that was announced has to come with the bytes, and to be theirs
create: cover_type | JPG or PNG; gives a cover_upload_url | document | covers are JPG or PNG
create: subtitles | id, type SRT, language CN or EN, name, md5, description | document | subtitles have an id from 1 to 8, a type and a language
create: description, tags | kept and told | document | a created asset keeps what was said of it and awaits its bytes
create: auto_publish | 1 publishes with the confirm | document | auto_publish publishes with the confirm
create: no auto_publish | 0, as in the document of 2021; the option huawei_vod.auto_publish | document | the option auto_publish is for requests that do not say it
create: auto_publish, auto_encrypt, auto_preheat | 0 or 1, also as text | document | switches are 0 or 1
create: thumbnail | each field of it is checked | document | what is asked for of thumbnails is checked
create: thumbnail of type time | with ffmpeg: a picture every so many seconds, JPEG, THUMBNAILING until then | document | snapshots are told once they are made: at intervals, at given seconds, or so many
process: thumbnail of type dots | with ffmpeg: pictures of these seconds, each once, those behind the end left out | document | snapshots are told once they are made: at intervals, at given seconds, or so many
thumbnail: quantity, max_length, aspect_ratio | so many, evenly; the longer side; 1 cuts to 16:9 | inferred | snapshots are told once they are made: at intervals, at given seconds, or so many
thumbnail: cover_position | that snapshot is the cover, where none was sent | document | the snapshot of cover_position becomes the cover, but not in place of one that was sent
create: review | template_id; old fields of it are ignored | document | what is asked for of reviews is checked, and old fields of it do not count
create: fields that the document does not name | ignored | inferred | fields that the document does not name do not count
create: template_group_name | kept, told as the group of its output | document | the template_group_name of a creation is kept, and its transcoding is over with the confirm
create: workflow_name, auto_encrypt, auto_preheat, thumbnail, review | taken, not told as done; thumbnail without ffmpeg | document | what was asked to be done with a video is not told as done
process: asset_id, template_group_name, auto_encrypt, thumbnail, subtitle_id | checked by name | document | asset/process checks its fields, and is for assets that have a video
process: no template_group_name | nothing is transcoded | document | asset/process without a template group transcodes nothing
reproduction: input, video_type, title and the fields of a creation | checked by name | document | fields of a copy and of an authority are checked by name
bucket authority: bucket, operation | required; operation 0 or 1 | document | fields of a copy and of an authority are checked by name
template groups: name, status, common, quality_info_list | unique name; pages, status | SDK source | has a name of its own, and is listed in pages and by its status
list: status; info: status, transcodeStatus, TRANSCODE_SUCCEED | what passes for transcoded | document | assets that pass for transcoded are found by that state
huawei_vod.event_format | smn: the event as a text in the envelope of SMN | document | with event_format smn an event is a text in the envelope of SMN, the same for repeats
Accept-Language | English where it is preferred, else Chinese, for every code | inferred | every message is Chinese, as the vendor’s pages have them, and English for who asks for it
authority: http_verb, bucket, object_key, upload_id, part_number | which step of which upload | document | what is missing or wrong of an authority is told by its name
authority: content_type | has to be sent when an upload begins; parts and their list may go with the types of the samples | document | a part may be asked for with any type that the document names, and be sent as bytes
authority: content_md5 | has to be sent with the part | document | content_md5 of a part has to be sent with it
confirm: asset_id, status | required; CREATED, FAILED, CANCELLED | document | asset_id and status are required, and checked
confirm: project_id | required; the project of the asset and of the caller | document | ids that no asset of the project has are unknown, whatever the outcome
confirm: X-Auth-Token | what X-Subject-Token was | document | a confirm of \${outcome} by token is answered as the document has it
confirm: CREATED | the creation went well: the bytes are the video | document | nothing is readable before the confirm, and every byte after
confirm: FAILED, CANCELLED | it failed, it was cancelled: nothing stays | document | FAILED and CANCELLED free all that was uploaded, and nothing more is taken
confirm: body of the document’s example | blanks and line ends as there | document | a confirm of \${outcome} by token is answered as the document has it
updateAsset: video_name, video_type, video_md5 | a new video, to a new key | document | URLs of before write nothing into the new upload
updateAsset: video in parts | bucket and key out of video_upload_url | inferred | a new video may come in parts, to the bucket and key of its URL
updateAsset: video_md5 | has to be sent with the new video | document | a digest of the new video has to come with its bytes
updateAsset: cover_type, cover_id, cover_md5 | a new cover, at any time | document | a cover is sent anew at any time, without a confirm
updateAsset: subtitles | by their ids; others stay | inferred | subtitles are sent anew by their ids, others stay
updateAsset: several at once | video, cover and subtitles | document | video, cover and subtitles can be sent anew together
updateAsset: none, or half of one | VOD.10053 | document | something has to be sent anew, with all that belongs to it
details: categories | repeated or with commas | document | categories name the parts of the details, repeated or with commas
list: status | repeated or with commas; states of transcoding, thumbnails and reviews too | document | the list is asked for states, several at a time
list: states of snapshots | THUMBNAILING, THUMBNAIL_SUCCEED, THUMBNAIL_FAILED, several at a time | document | assets are found by the states of their snapshots
list: asset_id | at most ten | document | the list is asked for ids, at most ten
list: start_time, end_time | yyyyMMddHHmmss of UTC, both included | document | the list is asked for times of creation, both ends included
list: tags | any of them | inferred | the list is asked for tags, any of them
list: query_string | part of title, description or category name, in any letter case | document | the list is asked for words in titles, descriptions and names of categories
list: category_id | -1 is the built-in one alone | document | assets are in their category, or in the built-in one
list: category_id | of no category: nothing; other values are VOD.10053 | document | the list is asked for a category
list: media_type | at most 20 | document | the list is asked for types of files, at most 20
list: order | asc or desc by creation | SDK source | the list is newest first, without deleted assets
info: asset_id | times and pages are ignored then | document | with ids, times and pages do not count, and other conditions do
info: status, assetStatus, transcodeStatus | names of /info | document | the meta query is asked for states
info: start_time, end_time, tags, query_string, category_id | as in the list | document | the meta query is asked for times, tags, words and a category
updateAssetMeta: what is not named | stays | inferred | what an update does not name stays
delete: asset_id | comma-joined or repeated | document | ids are joined by commas, repeated, or both
delete: delete_type=origin | frees the video alone | SDK source | delete_type origin frees the video alone
category: name | 1 to 64 bytes | document | names of categories have 1 to 64 bytes
category: id=0 | all of the first level; deletes all | document | id 0 deletes all categories
category_id -1 | the built-in 其他 | document | assets are in their category, or in the built-in one
upload_metadatas | 1 to 16 videos, checked by name | document | fields of a pull are checked by name
upload_metadatas.auto_publish | publishes at once | document | a pulled asset is published at once with auto_publish
duplication: size, md5 | required; md5 as hex or base64 | document | size and md5 are asked for
tasks: status, times, marker | checked by name | SDK source | parameters of the list of tasks are checked by name
tokens: scope.project | by id or name | document | are scoped to a project by its id or its name
tokens: scope.domain, or none | opens no project | document | of a domain, or of no scope, open no project
category: name, parent_id | parent 0 or none is the root; numbers may be texts | document | a category is created with its level and the project
category: id of DELETE, missing | VOD.10053 | inferred | a category to be deleted has to be named, and the built-in one stays
tasks: type, asset_id, status, times, marker, limit | all of the newer SDK | SDK source | tasks are listed newest first, page by page, and by what is asked of them
OBS: prefix, delimiter, marker and the like | of lists: prefix, delimiter, marker, max-keys | SDK source | keys of OBS are listed in pages, by prefix, delimiter and marker
OBS: max-parts, part-number-marker | pages of parts | document | are listed in pages
OBS: encoding-type | keys percent-encoded | document | tell keys percent-encoded where that is asked for
OBS: response-* | headers replaced, as they are signed | document | are read in ranges, by HEAD, and with headers replaced
OBS: Content-MD5 | has to be that of the bytes, and to be sent where it was signed | document | are refused with a wrong or broken MD5, with none where one is signed, and when they are too large
`,
)

const answers = area(
  'answer',
  `
create | five fields in order; null and [] without cover and subtitles; target | document | a created asset is answered with the fields of the document in their order
object keys | {project}/{asset}/{32 hex}.suffix, cover/Cover0.png, subtitle/1.srt | document | announced covers and subtitles have URLs in the order of the request
sign_str | parameters in the order that old clients count on | document | v1.1 gives a whole signed URL, its parameters in the order of the document
sign_str of v1.0 | good for URLs that scripts write themselves | document | scripts write the URLs themselves with the signature of v1.0
authority v1.0 | may be asked for by scripts of any origin; no other call | document | scripts of other origins may ask by v1.0, and by no other call
confirm after parts | what a client calls when they are complete | document | a video goes up in parts with an authority for each step
confirm | {"asset_id"}, 200 | document | a confirm of \${outcome} by token is answered as the document has it
confirm again | as the first time; nothing changes | inferred | a repeated confirm is answered as the first and changes nothing
confirm again of a published asset | as the first time | inferred | a repeated confirm of a published asset leaves it published
confirm FAILED, CANCELLED | frees all bytes and parts; nothing more is taken | document | FAILED and CANCELLED free all that was uploaded, and nothing more is taken
confirm FAILED, CANCELLED without bytes | 200 | inferred | FAILED and CANCELLED need no bytes
confirm and searches | found by the new state at once | inferred | a confirm holds nothing back from searches: its asset is found by its new state at once
meta_data | container, codec, length, size, picture, rates and channels out of the file’s own headers | document | a confirmed video is told with the facts of its own headers
description of a lying file | says what the file is, or that it cannot be read | inferred | a file that is not what its type says is told so
meta_data of files that are not measured | null | inferred | a file of a type that cannot be measured is taken without facts
meta_data of files that take too long | null, told in the description | inferred | huawei-vod: a file that takes too long to measure is taken without facts
cover: the first frame | with ffmpeg, of a video for which no cover was announced | document | a video without a cover gets its first frame as one; sound and what has a cover do not
thumbnail_info after a second request | the pictures of its kind are replaced, the others stay | inferred | a later request replaces the snapshots of its kind, and their files go
THUMBNAIL_FAILED | told in the list, with the reason in exec_desc; no thumbnail_info | document | what no picture can be made of is told as failed
DELETE asset: its pictures | go with it | inferred | pictures go with their asset, and nobody writes over snapshots
details, info, list: thumbnails, reviews; transcoding that nobody asked for | left out of the details and of info; UN_TRANSCODE, UN_THUMBNAIL, UN_REVIEW in the list | document | what was asked to be done with a video is not told as done
play_info_array | the original, with URL, play type, encryption and facts; its URL plays it | SDK source | publishing names the original as what can be played, and its URL plays it
transcode_info.output | the original, with quality and facts | SDK source | details name the original as the only output, with its play type, quality and facts
play_info_array, transcode_info of an asset without bytes | none | document | what has no bytes has nothing to play
base_info.source_path | bucket, location and object of a copy | document | goes from a bucket by authority, reproduction, read, update and publish to its delete
publish of an asset without its source file | refused; its description says why | inferred | an asset whose source file was deleted is not published, and has nothing to play
reproduction of a source that goes | fails the asset | inferred | a source that goes before it is copied fails the asset
events of version 0.1 | sent as they were | inferred | an event that version 0.1 wrote is sent as it was
covers and subtitles | told when they have come and the asset is confirmed | inferred | the details of an asset have the fields of the document, with all that was said of it
covers and subtitles that did not come | not told of | inferred | covers and subtitles that did not come are not told of
list: asset_status | CREATING, FAILED, CREATED, PUBLISHED | document | the list names states as the document does
list and info without ids | no deleted assets | document | the list is newest first, without deleted assets
info: status, description | names of /info, the state in words | document | the meta query tells states and what they mean
info of an unknown id | UNCREATED, no asset | document | assets are told by their ids in the order of the request, deleted and unknown ones too
info of a deleted asset | DELETED, by its id alone, without bytes | document | a deleted asset is told without its bytes
info: is_truncated, total | whether there is more, how many there are | document | the meta query has pages of 1 to 100 assets, and reaches 20000
updateAsset | only the URLs that were asked for | document | video, cover and subtitles can be sent anew together
updateAssetMeta: last_modified | moves; create_time stays | document | an update moves last_modified and not create_time
updateAssetMeta and searches | found by what was updated | inferred | searches go by what was updated
delete | every byte is freed, and nothing is read or written any more | document | a delete frees every byte of an asset, and nothing of it is read or written after
delete again | as the first time | inferred | a repeated delete is answered as the first
delete of an asset being uploaded | ends its uploads | inferred | a delete ends uploads that are under way
publish of assets that are not confirmed | told by their state | document | what cannot be published is told by its state
publish again | changes nothing | inferred | publishing again changes nothing
two confirms at once | one confirm, both told so; 1,000 rounds in test:long | inferred | two confirms at once are one confirm, and both are told so
confirm and cancel at once | one wins, nothing left behind; 1,000 rounds in test:long | inferred | of a confirm and a cancel at once one wins, and the other is told so
part and cancel at once | nothing left behind; 1,000 rounds in test:long | inferred | a part and a cancel at once leave nothing behind
complete and cancel at once | nothing left behind | inferred | a complete and a cancel at once leave nothing behind
PUT and confirm at once | the bytes are the video or are refused | inferred | bytes that come with a confirm are its video or are refused
delete and confirm at once | a deleted asset without bytes | inferred | a delete at once with a confirm leaves a deleted asset without bytes
cover and delete at once | nothing left behind | inferred | a cover at once with a delete leaves nothing behind
new bytes while a confirm measures | are measured and confirmed | inferred | bytes that come \${at} a confirm looks at those before are the video
cancel while a confirm measures | wins | inferred | a cancel that comes \${at} a confirm looks at the bytes wins
updates side by side | all kept | inferred | updates side by side are all kept
upload_assets | asset_id, or error_code and error_msg, for each URL | document | each URL has its own asset, and what is wrong with one is told with it
meta_data | the example's numbers: kbit/s, whole seconds, whole frames | document | meta_data are those of the example on page vod_04_0022
meta_data.codec | the vendor's names | document | codecs have the vendor’s names
meta_data.codec HEAAC | AAC with SBR or parametric stereo, told in front or behind | document | AAC with SBR is HEAAC, whichever way it is told
meta_data of a file that is cut | what its head says; the description tells that it is cut | inferred | a file that is cut is told by its head, and that it is cut
meta_data.duration | floored, at least 1 | document | durations are whole seconds, floored, of at least 1
meta_data.quality | by the shorter side | inferred | qualities go by the shorter side of the picture
meta_data.pack_type | the announced type, or what the file is | inferred | pack_type is what the file is, where that is not what was announced
meta_data of 24 kinds of files | by the file's own headers | inferred | the facts of \${file} as \${type} are those of its own headers
a file that lies about its type | told in the description | inferred | \${file} that is announced as \${type} is told to be another type
a file that cannot be read | told in the description | inferred | \${name} that is announced as MP4 is told to be unreadable
types that are not measured | taken without facts | inferred | files of types that are not measured are taken as they are
create_info of a failed upload | status FAILED and why | inferred | an upload that failed or was cancelled is told as FAILED
create_info of a failed pull | VOD.10121 | inferred | a pull that fails is told by an event with VOD.10121, one that goes well as any other asset
X-Stowage-Signature | HMAC-SHA256 over time and body | inferred | an event is signed with the secret over its time and body
events that do not arrive | are sent again, the same | inferred | an event that does not arrive is sent again, the same, until it does
X-Request-Id | in every answer and in the log | observed | gives every answer an X-Request-Id of its own
envelopes | VOD's, and the gateway's with request_id | document | answers of VOD have a code and a message, those of the gateway the request id too
tokens | 201, X-Subject-Token, the token's record | document | come in a header, with a record of whom and what they are for
a pull that is done | confirmed as by its owner | inferred | upload_by_url makes an asset of what a URL gives
a pull that breaks off | goes on where whole parts end | inferred | a pull that breaks off goes on where whole parts end
a pull of a file that changes | begins anew | inferred | a file that is another one when the pull goes on is pulled anew
a pull when the server stops | goes on after it | inferred | a pull goes on after the server was stopped
a pull of an asset that is cancelled or deleted | stays so | inferred | an asset that is cancelled or deleted while it is pulled stays so, without bytes
a pull that fails | UPLOAD_FAILED; tried again where that may help | inferred | a host that stays in trouble fails the asset in the end
category delete | assets go to the parent or the built-in category | document | a deleted category leaves its assets to its parent, or to the built-in one
category delete of many assets | at once; they are moved in the background | inferred | a category of many assets is deleted at once, and they are moved in the background
category twice at the same time | one is made | inferred | of the same name at the same time one is made
duplication | is_duplicated and asset_ids, until they are deleted | document | all duplicates are named, newest first, until they are deleted
duplication: not confirmed | no duplicate | inferred | a file that is not confirmed, or not any more, is no duplicate
createComplete of a repeat | none | inferred | a repeated confirm and one that is refused send no event
OBS complete | lists count, other parts are dropped | document | take the parts that are listed, and drop the others
OBS complete again | as the first time | inferred | are complete once, however often that is asked for
OBS ETag of parts | md5 of the parts' md5s and their number, also of one part | document | keep the etag of parts also where there is one
OBS: several uploads of one video | the one that is complete last | inferred | take the upload that is complete last
OBS: CORS | open to any origin | document | are open to scripts of any origin
`,
)

const limits = area(
  'limit',
  `
title, video_name 128 bytes; description 1024 bytes | of UTF-8 | document | texts of an asset are limited by their bytes in UTF-8
template_group_name, workflow_name, subtitles.name 128 bytes | of UTF-8 | inferred | texts of an asset are limited by their bytes in UTF-8
tags | 16 of 24 bytes | document | tags are at most 16 of at most 24 bytes each
subtitles | 8, ids 1 to 8, each once | document | subtitles have an id from 1 to 8, a type and a language
thumbnail | time 0 to 100, quantity 1 to 10, format 1 | document | what is asked for of thumbnails is checked
part_number | 1 to 10000 | document | what is missing or wrong of an authority is told by its name
cover_id | 0 to 7 | document | something has to be sent anew, with all that belongs to it
details: asset_id | exactly one | document | details are asked for by the id of an asset of the project that is there
list: page, size | size 1 to 100, (page+1)*size at most 20000 | document | the list has pages of 1 to 100 assets, and reaches 20000
list: size | 10 where none is said | document | a page of the list has ten assets where none is said
info: page, size | as in the list | document | the meta query has pages of 1 to 100 assets, and reaches 20000
info: asset_id | 10 | document | at most ten ids are asked for at a time
updateAssetMeta | those of a creation | document | the limits of an update are those of a creation
delete: asset_id | 1 to 10 | document | one to ten assets are deleted at a time
publish: asset_id | 100 | inferred | publishing takes a list of ids, at most a hundred
life of upload URLs | 3600 s | inferred | an upload URL lives for an hour
huawei_vod.url_ttl_s | life of signed URLs | inferred | url_ttl_s is the life of signed URLs
life of sign_url | 3600 s | inferred | a signed URL of a video lives for an hour
huawei_vod.upload_ttl_s | bytes wait so long for their confirm, and can be sent again after it | inferred | bytes that waited too long are not confirmed, and can be sent again
categories: levels | three | document | categories have three levels
categories: children | 128 of one parent, also in a race | document | a parent takes 128 children, also when they come all at once
categories: all | 10,000 of a project | inferred | a category has at most 128 children, and a project so many categories
category with many assets | moved in the background, shown as moved at once | inferred | a category of many assets is deleted at once, and they are moved in the background
upload_by_url: hosts | off unless configured | inferred | upload_by_url is off until hosts are listed
upload_by_url: addresses | inner ones only where their host is listed by its exact name | inferred | inner addresses are not pulled from unless their host is listed by its exact name
upload_by_url: redirects | to listed hosts only | inferred | a redirect to a host that is not listed is not followed
upload_by_url: size | fetch_size_max_bytes | document | empty and oversized files fail their assets, and nothing of them is kept
upload_by_url: broken off | goes on by Range from the last whole part | inferred | a pull that breaks off goes on where whole parts end
upload_by_url: restarts | goes on after a stop of the server | inferred | a pull goes on after the server was stopped
upload_by_url: cancelled or deleted meanwhile | stays so | inferred | an asset that is cancelled or deleted while it is pulled stays so, without bytes
upload_by_url: host in trouble | eight attempts with growing pauses | inferred | a host that stays in trouble fails the asset in the end
request body | 256 KiB; the vendor takes 12 MB | inferred | takes bodies of up to 256 KiB
category: name | 1 to 64 bytes | document | names of categories have 1 to 64 bytes
categories v2: id | 10 | SDK source | version 2 lists up to ten categories, each with the level below it
upload_by_url: upload_metadatas | 16 | document | fields of a pull are checked by name
template groups | 100 of a project, 64 KiB each | inferred | a project has at most a hundred
tasks: limit | 1 to 100 | SDK source | parameters of the list of tasks are checked by name
token | 24 hours | document | live 24 hours
X-Sdk-Date | 15 minutes to both sides | document | are good for 15 minutes around the server’s time
OBS date header | 15 minutes to both sides | document | is accepted in both forms, within 15 minutes to both sides
OBS Expires | over from its second on | inferred | is over from its very second on
OBS part | 100 KiB at least, but the last | document | the limits of OBS hold for the parts of a video
OBS: open uploads of parts of one asset | 100 | inferred | end the oldest of too many uploads of parts
create, upload_by_url, updateAssetMeta: title | 128 bytes | document | every limit of a field holds on both its sides
create, upload_by_url, updateAssetMeta: description | 1024 bytes | document | every limit of a field holds on both its sides
create, upload_by_url, updateAssetMeta: tags | 16 of 24 bytes | document | every limit of a field holds on both its sides
create, upload_by_url, updateAssetMeta: category_id | -1 and up | document | every limit of a field holds on both its sides
create: video_name | 128 bytes | document | every limit of a field holds on both its sides
create, updateAsset: subtitles | 8; id 1 to 8; name 128 bytes, description 1024 | document | every limit of a field holds on both its sides
create, upload_by_url: auto_publish, auto_encrypt, auto_preheat | 0 or 1 | document | every limit of a field holds on both its sides
create, upload_by_url: template_group_name, workflow_name, review.template_id | 128 bytes | inferred | every limit of a field holds on both its sides
create, upload_by_url: thumbnail.time, quantity, format, aspect_ratio | 0 to 100, 1 to 10, 1, 0 or 1 | document | every limit of a field holds on both its sides
create, upload_by_url: thumbnail.dots, quantity_time, cover_position, max_length | 100 of a day's seconds, a day, a day, 1 to 16384 | inferred | every limit of a field holds on both its sides
updateAsset: cover_id | 0 to 7 | document | every limit of a field holds on both its sides
category: name, parent_id, id | 64 bytes, 0 and up, 1 and up | document | every limit of a field holds on both its sides
list, info: asset_id, tags, size, page, category_id | 10, 16, 1 to 100, up to 20000 assets, -1 and up | document | every limit of a field holds on both its sides
list, info: query_string | 4096 bytes | inferred | every limit of a field holds on both its sides
list, info: start_time, end_time | 14 digits that are a time | document | every limit of a field holds on both its sides
list: media_type | 20 | document | every limit of a field holds on both its sides
delete: asset_id; categories v2: id; tasks: limit; duplication: size | 10; 10; 1 to 100; 0 and up | document | every limit of a field holds on both its sides
OBS PUT, part | 5 GiB, refused before a byte is sent | document | more than 5 GiB are refused before a byte is sent
`,
)

const errors = area(
  'error',
  `
confirm: error_code, error_msg | the two texts of a failure | document | a confirm of an unknown asset is answered as the document has it
VOD.10062 of a confirm | 400, in the words of the document | document | a confirm of an unknown asset is answered as the document has it
VOD.10062 of a confirm | ids that no asset has; assets of others | document | ids that no asset of the project has are unknown, whatever the outcome
VOD.10062 of a confirm | deleted assets | inferred | a deleted asset is not confirmed
VOD.10126 | CREATED without bytes | inferred | CREATED is refused until the bytes are there
VOD.10126 | CREATED of an empty file | inferred | an empty video is not confirmed as CREATED, whole or in parts, and can be sent again
VOD.10126 | an asset that was confirmed another way | document | an asset that was confirmed one way is not confirmed another way
VOD.10053 | names the field; 400 | document | asset_id and status are required, and checked
VOD.10053 of the authority | 403 | document | what is missing or wrong of an authority is told by its name
VOD.10061 | a video is not sent anew where none is missing; 403 | document | a video is not sent anew where none is missing
VOD.10061 | a video is not sent anew twice | inferred | a video is not sent anew twice
VOD.10062 of updateAsset | 403 | document | files are sent anew of assets of the project that are there
VOD.10062 of the authority | keys that no video has | inferred | there is no authority for assets that are not there
VOD.10062 of details | 400; 404 for a deleted asset | document | details are asked for by the id of an asset of the project that is there
VOD.10062 of the details of a deleted asset | 404 | SDK source | goes from a bucket by authority, reproduction, read, update and publish to its delete
VOD.10003 | 400, the object to be copied is not there | document | a copy is of an object that is there and that the caller may read
VOD.10062, VOD.10083 of process | 400; no asset, no video | document | asset/process checks its fields, and is for assets that have a video
VOD.10082 | 400, the name of a template group is taken | document | has a name of its own, and is listed in pages and by its status
VOD.10101 | 404, nothing is encrypted | document | no asset is encrypted, so that there is no key
VOD.10136 | 403, calls that are not offered | inferred | the SDK is told of calls that are not offered
VOD.10062 of updateAssetMeta | 400 | document | updates are of assets of the project that are there
VOD.10062 of delete | 403, where none of the assets is there | document | assets that are not there fail, and only where none is there the call
VOD.10062 of publish | 403, where none of the assets is there | inferred | where none of the assets is there publishing fails
VOD.10064 | no such category; 403 of a creation, 400 of an update | document | the limits of an update are those of a creation
VOD.10081 | no JSON object; 400 | document | a body that is no JSON object is refused
VOD.10135 | no authority once an asset is not being uploaded; 403 | document | there is no authority once an asset is not being uploaded any more
VOD.10137 | more ids than publishing takes; 403 | document | publishing takes a list of ids, at most a hundred
500 of the store | is no fault of the file | inferred | huawei-vod: a store that fails while a file is measured is no fault of the file
APIGW.0101 | 404, unknown path or method | document | has no other paths or methods
APIGW.0201 | 413, too large | document | takes bodies of up to 256 KiB
APIGW.0301 | 401, with its reason | document | that are wrong, of unknown keys, or missing are told apart
VOD.10051 | 500 | document | a bug is VOD.10051 and tells nothing of itself
VOD.10053 | names the field | document | an illegal field is named
VOD.10057 | 403 | document | give access to the own account’s projects alone
VOD.10063 | playlists are not pulled | inferred | each URL has its own asset, and what is wrong with one is told with it
VOD.10064 | no such category | document | categories that are not there are told by VOD.10064
VOD.10065 | the name is taken | document | a name is taken once below one parent
VOD.10066 | a fourth level | document | a category is created with its level and the project
VOD.10067 | too many categories | document | a parent takes 128 children, also when they come all at once
VOD.10081 | no JSON object | document | lets bodies that are no JSON object through to VOD.10081
VOD.10121 | the URL may not be pulled | document | each URL has its own asset, and what is wrong with one is told with it
VOD.10136 | upload_by_url is off | inferred | upload_by_url is off until hosts are listed
IAM 400, 401, 413 | in IAM's envelope | document | are not given to requests of another form
every code | its status by the call's page | document | the status of most codes is that of the call’s own page
every core error | its code | inferred | every core error has its status and code
every fault of a request | its code | document | every fault of a request has its status and code
VOD.10121 | URLs of inner addresses and hosts that are not listed | inferred | inner addresses are not pulled from unless their host is listed by its exact name
VOD.10121 | redirects to other hosts | inferred | a redirect to a host that is not listed is not followed
APIGW.0301 | tokens that are none or changed | document | that are none, or changed, are refused
gateway's envelope | error_msg, error_code, request_id | document | answers of VOD have a code and a message, those of the gateway the request id too
IAM 401 | wrong password, user or account, not told apart | document | are not given for a wrong password, user or account, which are not told apart
OBS BadDigest, EntityTooLarge | 400 | document | are refused with a wrong or broken MD5, with none where one is signed, and when they are too large
OBS MissingContentLength | 411 | document | need a length
OBS SignatureDoesNotMatch, AccessDenied | 403; wrong, late, of another type | document | are only for who signed in time, with the type that was signed
OBS ETags of a complete | any quotes and letter case | SDK source | has ETags with any quotes or none, escaped or not, in any letter case
IAM, OBS, VOD: unknown paths | the envelope of whose path it is | inferred | is of the vendor whose paths begin so
IAM, OBS, VOD: unknown paths | the envelope of whose host it is | inferred | is of the vendor whose host it came by
OBS InvalidPart, InvalidPartOrder, EntityTooSmall, MalformedXML | 400; the upload stays open | document | refuse lists that are not of their parts, and stay open
OBS NoSuchUpload | 404; also those of other keys | document | are of their own key alone
OBS MethodNotAllowed, NotImplemented | what objects here cannot do | inferred | are not deleted, copied or asked for more than their bytes
`,
)

const authentication = area(
  'authentication',
  `
APIGW.0308 | 429 with Retry-After | document | APIGW.0308: more than an account may use
APIGW.0302 | 403; a key without the right that the call needs | document | every call is for keys with the right that it needs, and for no others
APIGW.0302 of IAM | 403 in IAM's envelope | inferred | every call of IAM is for keys with the right that it needs, and for no others
GET /v3/projects, limited keys | the projects that the key may look into | inferred | IAM tells a key of the projects that it may look into
keys with buckets | vod-{project} | inferred | a list of buckets names projects as vod-{project}
keys with a prefix | of object keys: a project, and nothing of others | inferred | a key with a project as its prefix reaches all of it, and nothing of others
keys with a prefix | of object keys: one asset and no list | inferred | a key with an asset as its prefix reaches that asset alone, and no list
sign_str | gives no more than the key that asked for it may | inferred | an authority gives no more than its key may
VOD.10057 | projects of others, other projects of a token, tokens of the whole account | document | assets are created in projects of the caller alone
confirm | by token of the project, or by AK/SK; 401 without | document | a confirm is for those who prove who they are
authority | for assets of the own project | document | an authority is for assets of the caller’s own project
list | of the own project | document | the list is of the caller’s own project
info | of the own project | document | the meta query is of the caller’s own project
delete | of the own project | document | assets are deleted of the caller’s own project alone
publish | of the own project | document | assets are published of the caller’s own project alone
play URLs | cannot be guessed: one character off leads nowhere | inferred | a URL that differs from a published video’s by one character leads nowhere
SDK-HMAC-SHA256 | the guide's example and five captured requests | observed | every vector has its canonical request and is accepted
SDK-HMAC-SHA256, changed | no part of a signed request can be changed | observed | no vector is accepted with any part of it changed
captured requests over HTTP | reach the calls they are for | observed | are let in to the calls they are for
CanonicalURI | ends in a slash, which the wire has not | document | the signed path ends in a slash, which the path on the wire has not
CanonicalQuery | decoded, strictly encoded, sorted | document | the query is signed sorted by name, then value, with = after names without a value
! ' ( ) * | signed escaped, sent as they are | observed | ! ' ( ) * are signed escaped, also where the query has them as they are
GET with a body | the body is hashed | observed | the body of a GET is hashed like any other
X-Sdk-Content-Sha256 | UNSIGNED-PAYLOAD, or the body's own hash | document | X-Sdk-Content-Sha256 stands for the hash of the body where it is that, or leaves the body open
X-Sdk-Date | 15 minutes before and after | document | a signature is good for 15 minutes before and after its time
SignedHeaders | must have x-sdk-date | document | X-Sdk-Date has to be among the signed headers
Authorization | other forms are refused | document | Authorization headers of another form are refused
X-Project-Id | optional; must be the path's project | document | need no X-Project-Id, but one that is sent has to be the path’s project
X-Security-Token | signed like any header (V5) | observed | every vector has its canonical request and is accepted
X-Security-Token | has to be ours, of that access key, and signed | document | are nothing without their token, or with another one
temporary keys in VOD | the whole way of an asset | document | are let in to VOD with their token, the whole way of an asset
temporary keys in OBS | x-obs-security-token, x-amz-security-token, header or parameter | document | are let in to OBS with their token, in the headers and in the query, in both schemes
temporary keys, duration_seconds | 900 to 86400, 900 where none is said | document | live from 15 minutes to 24 hours, and end at their time, and their URLs with them
temporary keys of a token | end with it at the latest | inferred | live no longer than the token that asked for them
temporary keys of a key or a user | end with it | inferred | temporary keys end with the key or the user that asked for them
temporary keys, rights | those of their maker | inferred | may do what their maker may
temporary keys of a token of a project | good for its project alone | inferred | are good for the project of the token that asked for them alone, in VOD and in OBS
temporary keys of a token of the whole account | good for no project | inferred | of a token of the whole account are good for no project, as the token is
reproduction by a token | of objects of its own project | inferred | copy objects of their own project alone, as tokens do
temporary keys, policy | kept to in OBS and VOD | document | with a policy may do what it allows, in OBS and in VOD
temporary keys, policy | refused where it cannot be kept to; 400 | inferred | are not issued with a policy that cannot be kept to
policy: Action | operations of OBS, calls of VOD | document | each action of OBS allows its own operations, and calls of its sort
policy: actions upon buckets | ListBucket, HeadBucket, ListAllMyBuckets, ListBucketMultipartUploads | document | actions upon buckets are allowed for the buckets that are named
policy: Condition | operators upon texts, of obs:prefix | document | keys of OBS are for temporary keys as far as their policy goes, conditions too
OBS: rights | of keys that may do less than all | inferred | keys of OBS are for keys with the rights to it, where those reach
policy: Resource | a key, or all that begin with one | document | a resource is a key, or all that begin with one
policy: Effect Deny | counts against every Allow | document | a denial counts against every statement that allows
policy: Effect Deny | refused with 400 where nothing here can keep to it | inferred | are not issued with a denial that nothing here can keep to
policy: size | 6144 bytes, 8 statements, 50 actions and 50 resources in each | inferred | a policy has at most 8 statements, 50 actions and resources in each, and 6144 bytes
policy: letter case | of services, types and actions: any | inferred | with a policy in another letter case are denied what it denies, and no other keys
assume_role | the own account’s agency alone | inferred | are issued for the agency of the own account alone
securitytokens, refused | 401, 403, 400 in IAM’s envelope | document | are not for strangers, nor for other temporary keys, nor for bodies of another form
tokens of accounts whose keys are all limited | as any | inferred | have users with tokens, and URLs and temporary keys by them
URLs by token | end with the user and the password | inferred | have URLs that end where the user goes, or gets another password
projects of others | VOD.10057 | inferred | give access to the own account’s projects alone
X-Auth-Token | scoped by id or name; other projects are VOD.10057 | document | are scoped to a project by its id or its name
X-Auth-Token of a domain | VOD.10057 | document | of a domain, or of no scope, open no project
X-Auth-Token, life | 24 hours | document | live 24 hours
X-Auth-Token, forged | decrypt token fail | document | that are none, or changed, are refused
token and signature at once | the token counts | inferred | come before a signature that is sent with them
wrong password, user or account | 401, not told apart | document | are not given for a wrong password, user or account, which are not told apart
IAM request of another form | 400 The request body is invalid | document | are not given to requests of another form
X-Sdk-Content-Sha256 | UNSIGNED-PAYLOAD or the body's hash | document | with UNSIGNED-PAYLOAD leave the body open, and with another hash let nothing in
X-Auth-Token | sealed by a secret of the installation, ends with its account | inferred | a token ends with its account, and is none of another installation
tokens and secrets | in no log | inferred | keeps secrets out of the log
OBS version 2, query | every vector, refused with any one thing changed | document | \${name}: is accepted, and refused with any one thing changed
OBS version 4, headers | UNSIGNED-PAYLOAD, or the body's sha256 | SDK source | is accepted, as the vendor’s clients sign it
OBS version 4, URL | the vendor's client's own, until it ends | SDK source | is accepted as the vendor’s client makes it
OBS version 4, changed | refused with any one thing changed | document | is refused with any one thing changed
OBS version 4, chunks | signed ones, each checked; x-amz-decoded-content-length | SDK source | are kept without what is around them
OBS version 4, chunks refused | changed, cut or unframed bytes; trailers | inferred | are refused where a chunk is not what was signed, or not framed so, and leave nothing
OBS path | as received, encoded or decoded, never another one | SDK source | a key with slashes may be signed as it is sent
SDK-HMAC-SHA256, spellings | the host without its port, the proxy's; the path as sent | inferred | the host may be signed without its port or as the proxy’s, and the path as it is sent
OBS Content-Type | has to be the one that was signed | document | has to be the one that was signed
OBS Content-Type of a part | application/octet-stream is always right | document | is right for a part when it is that of bytes, whatever was named
OBS Content-Type of a complete | application/xml is always right | document | is right for a complete when it is that of XML, whatever was named
OBS parameters | not widened in other letters | inferred | cannot be widened by a parameter in other letters
OBS keys | of the account's projects and their assets alone | inferred | are nobody else’s: uploads are of their key, keys of their project, projects of their account
`,
)

const clients = area(
  'client',
  `
@huaweicloud/huaweicloud-sdk-vod | the whole way, with cover and subtitles | observed | the SDK goes the whole way of an asset with cover and subtitles
@huaweicloud/huaweicloud-sdk-vod | parts by temporary authorities | observed | the SDK uploads in parts by temporary authorities
@huaweicloud/huaweicloud-sdk-vod | confirms FAILED and CANCELLED, sends anew | observed | the SDK confirms that an upload failed or was cancelled, and sends the video anew
@huaweicloud/huaweicloud-sdk-vod | lists, queries | observed | the SDK lists and queries with repeated and sorted parameters
@huaweicloud/huaweicloud-sdk-vod | meta data, publishing, deletion | observed | the SDK updates, publishes and deletes
@huaweicloud/huaweicloud-sdk-vod | categories | observed | the SDK keeps categories
@huaweicloud/huaweicloud-sdk-vod | duplicates | observed | the SDK asks for duplicates by the head of a file
@huaweicloud/huaweicloud-sdk-vod | pulls | observed | the SDK has videos pulled from URLs
@huaweicloud/huaweicloud-sdk-vod | covers | observed | the SDK sets the cover that an asset has
@huaweicloud/huaweicloud-sdk-vod | failures | observed | the SDK hears of failures with code, message and request id
@huaweicloud/huaweicloud-sdk-vod | projects by the region's name | observed | the SDK finds its project by the name of the region where none is configured
sample of small files (vod_04_0195) | create, PUTs, confirm | document | the sample of small files puts each file by its URL alone, and confirms
sample of large files (vod_04_0216) | parts of 1 MiB, by the list of parts | document | the sample of large files sends parts of 1 MiB and completes with the list it is given
parts of 20 MiB | the most that is advised | document | parts of 20 MiB, the most that the vendor’s pages advise, are sent likewise
legacy PHP SDK | takes the signed URL apart | SDK source | the legacy PHP SDK takes the signed URL apart at & and =, parts of 5 MiB
sample for browsers (vod_04_0004) | URLs of its own with the signature of v1.0 | document | the sample for browsers makes its URLs itself, with the signature of v1.0, across origins
a TypeScript client | PUT with the upload's own type | SDK source | a TypeScript client puts with the type that the form said, and confirms by status 200
clients that give up | abort and confirm CANCELLED | document | a client that fails half-way aborts its parts and says so
esdk-obs-nodejs | puts and reads by the account's keys | observed | esdk-obs-nodejs puts the video of an asset, and reads it once it is confirmed
@huaweicloud/huaweicloud-sdk-vod | temporary keys with their token | observed | the SDK goes the whole way of an asset with temporary keys
esdk-obs-nodejs | temporary keys with their token | observed | esdk-obs-nodejs puts and reads a video with temporary keys
esdk-obs-nodejs | parts by the account's keys | observed | esdk-obs-nodejs sends the parts of a video, lists and completes them
Terraform provider | the requests of a media asset’s whole life | SDK source | goes from a bucket by authority, reproduction, read, update and publish to its delete
Terraform provider | the requests of a template group’s life | SDK source | is created, read, changed and deleted as it was sent
all dialects' promises | bytes whole: nothing before the completion, every byte after | inferred | \${driver.name}: shows nothing before it is completed, and every byte after
all dialects' promises | repeats alike | inferred | \${driver.name}: answers repeated and parallel completions alike
all dialects' promises | nothing lost to kill -9 | inferred | \${driver.name}: loses nothing that was acknowledged to kill -9
all dialects' promises | bytes freed | inferred | \${driver.name}: frees the bytes of uploads that are never completed
`,
)

export const rows: readonly CoverageRow[] = [
  ...calls,
  ...parameters,
  ...answers,
  ...limits,
  ...errors,
  ...authentication,
  ...clients,
]
