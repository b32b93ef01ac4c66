import { area } from './rows.ts'
import type { CoverageRow } from './types.ts'

const calls = area(
  'call',
  `
GET /directory/{L}/{S}/{Path} | lists a directory by markers or pages | document | lists are in the order asked for, by markers and by pages of any size
GET /directory/…?info | the item of a directory with its whole path | document | info of a directory is its item with its whole path
GET /directory/…?info of a file | the item of a file, a link or a virtual file | document | info below directory/ is of files as well
GET /directory/…?stats | bytes, files and directories below | SDK source | stats sum up a directory whatever its depth
GET /directory/…?stats stats_type=recycle | sums of the bin, or of an item by recycled_id | SDK source | stats of recycle sum up the bin, and an item of it
GET /directory/…?stats stats_type=history | nothing, as no history is kept | SDK source | stats of history count nothing, for no history is kept
HEAD /directory/… | tells whether a directory is there | document | HEAD of a directory tells whether it is there
PUT /directory/… | makes a directory and what is missing above it | document | a directory is made with all that is missing above it
PUT /directory/… {from} | moves or renames a directory | document | a directory is moved with all in it, and what is missing above its new place is made
PUT /directory/… {copyFrom} | copies a directory | document | a directory is copied with all in it
PUT /directory/… {copyFrom}, large | 202 with a task | document | the copy of a large directory is a task
PUT /cross-space/directory/{L}/{S}/copy/{Path} | copies a directory of another space | SDK source | a directory of another space is copied by the call for that
POST /directory/…?update | changes labels, category, local times and metadata of a directory or file | SDK source | update changes what it names and leaves the rest
DELETE /directory/… | deletes a directory, into the bin or for good | document | a deleted directory goes to the bin where there is one, and is gone for good with permanent
GET /file/{L}/{S}/{Path} | redirects to the bytes | document | a download is a redirect to the bytes, with what is known of the file in headers
HEAD /file/… | the same headers | document | a download is a redirect to the bytes, with what is known of the file in headers
GET /file/…?info | facts of a file and its link | document | the info of a file has its facts and a link, but no name and no path
DELETE /file/… | deletes a file, into the bin or for good | document | a deleted file goes to the bin where there is one, and is gone for good with permanent
PUT /file/… {from} | moves or renames a file | document | a file is moved with its id, its facts and its bytes
PUT /file/… {copyFrom} | copies a file by linking its bytes | document | a copy has the bytes of its source, whatever becomes of that
PUT /file/… {linkTo} | makes a symlink | document | a link leads to its target wherever that is moved
PUT /file/…?virtual_file | makes a file of facts alone | SDK source | a virtual file has facts and no bytes
GET /inode/{L}/{S}/{inode} | where an entry is | SDK source | an inode tells where its entry is now
GET /file-deletion-check/{L}/{S}/{inode} | why a file is gone: always Unknown | SDK source | the deletion check knows of no file that a quota removed
GET signed URL | the bytes of one file, whole or in ranges | document | a link leads to the bytes, whole or in ranges, at the host of public_url
GET /token | makes an access token | document | GET and POST make an access token with its period
POST /token | the same, with a body of what is shared | document | making a token by POST takes a body of what is shared, an empty one and none
POST /token/{L}/{Token} | renews a token for its own period | document | a token is renewed by its own call, with its own period
DELETE /token/{L}/{Token} | ends a token; who has it may | document | a token is deleted by who has it, and deleting it again is fine
DELETE /token/{L} | ends the tokens of users | document | tokens are deleted by their users
DELETE /token/{L} client_id, session_id | ends those of a client or a session | document | tokens are deleted by their client and session, of any user or of those that are named
DELETE /token/{L} without any | ends tokens without a user | inferred | deleting tokens of nobody in particular ends those without a user
POST /space/{L} | makes a space | document | a space is made with an id of the server’s own
GET /space/{L}/list | lists spaces, page by page | document | spaces are listed in the order of their ids, page by page
GET /space/{L} | the older list, a bare array | document | the older list of spaces is a bare array
GET /space/{L}/count | how many spaces | document | spaces are counted
GET /space/{L}/{S}/extension | a space's properties | SDK source | a space that says nothing has the vendor’s defaults
POST /space/{L}/{S}/extension | changes them, isMultiAlbum not | SDK source | a space’s properties are kept as they were made, and changed but for isMultiAlbum
GET /space/{L}/{S}/size | bytes of a space | SDK source | a space’s size and counts tell of files, directories and what is in the bin
GET /space/{L}/{S}/file-count | numbers of files and directories | SDK source | a space’s size and counts tell of files, directories and what is in the bin
GET /space/{L}/{S}/contents-view | all files of a space, flat | SDK source | all files of a space are listed flat, in every order, page by page
POST /space/{L}/{S}/traffic-limit | limits each download of a space | SDK source | a space’s traffic limit is set within its range, and cleared by -1
DELETE /space/{L}/{S} | deletes a space | document | an empty space is deleted, and one that is not only by force
GET /stats/{L}/space-size | bytes of spaces by their tags | SDK source | sizes of spaces are told by their tags, for who may see all spaces
GET /usage/{L} | bytes of a library | SDK source | usage is told of the library, and of the spaces that are named
GET /usage/{L}/{S1,S2} | quota, room and bytes of spaces | SDK source | usage is told of the library, and of the spaces that are named
GET /recycled/{L}/{S} | lists the bin by markers | document | the bin is listed in every order, page by page with markers
GET /recycled/{L}/{S} page | lists the bin by pages | document | the bin is listed by pages with the number of all items
GET /recycled/{L}/{S}/{id}?info | an item of the bin, with a link | document | the info of an item in the bin has a link that really leads to its bytes
POST /recycled/{L}/{S}/{id}?restore | restores an item | document | an item is restored to where it was
POST /recycled/{L}/{S}?restore | restores several | document | several items are restored, each with its own result
DELETE /recycled/{L}/{S}/{id} | deletes an item for good | document | an item is deleted for good, and what is not there cannot be
POST /recycled/{L}/{S}?delete | deletes several for good | document | several items are deleted for good, all or none
DELETE /recycled/{L}/{S} | empties the bin | document | emptying the bin leaves nothing in it, and frees the room
POST /recycled/{L}/{S}?lifecycle | sets how long bins keep things | document | the bin’s lifecycle is set by admins, once in ten minutes, and enforced
POST /batch/{L}/{S}?delete | deletes several | document | a batch deletes files and directories into the bin
POST /batch/{L}/{S}?copy | copies several | document | a batch copies, telling the path where a name may have changed
POST /batch/{L}/{S}?move | moves several | document | a batch moves, telling the path where a name may have changed
GET /task/{L}/{S}/{ids} | how tasks stand | document | tasks are told by their space, by their library and in the newer form
GET /task/{L}/{ids} | the same, of any space | SDK source | tasks are told by their space, by their library and in the newer form
GET /task-result/{L}/{id} | the newer form, of any space | SDK source | tasks are told by their space, by their library and in the newer form
GET /task-result/{L}/{S}/{id} | the newer form, with results by kind | SDK source | the newer form of a task names the results by their kind
POST /quota/{L} | makes a quota | SDK source | a quota is made for a space, and told by the space and by its own id
GET /quota/{L}/{S}, /quota/{L}/{QuotaId} | tells a quota | SDK source | a quota is made for a space, and told by the space and by its own id
PUT /quota/{L}/{S}, /quota/{L}/{QuotaId} | changes a quota | SDK source | a quota is changed by the space and by its own id
GET /space-quota/{L}/{S} | a space's quota and what is left | inferred | a space’s quota is told with what is left of it
POST /search/{L}/{S}/space-contents | finds by names, types, sizes, times and labels | document | a search goes by scope, extensions, sizes, times, labels, categories and creators
GET /search/{L}/{S}/{SearchId} | the next page of a search | document | a search goes on by its id, 20 items a page, until nothing more follows
DELETE /search/{L}/{S}/{SearchId} | ends a search | document | a deleted search is gone, and so is one that nobody goes on with
POST /search/{L}/{S}/search-fs | finds in one call | SDK source | search-fs finds by keywords, scope, extensions, types, sizes, labels and categories, in both spellings
POST /search/{L}/{S}/search-fs-stats | counts, groups and sums | SDK source | search-fs-stats counts, groups and sums up what a search finds
POST /search/{L}/{S}/search-ai | not offered | inferred | a search of contents and by meaning is not offered
what is left out | history, favourites, recent, delta, shares, HLS, office | document | parts of the vendor’s API that are left out say so
PUT /file/{L}/{S}/{FilePath} | starts a simple upload | document | the start of a simple upload answers 201 with the fields of the document in their order
POST /file/{L}/{S}/{FilePath} | starts a form upload | document | the start of a form upload answers 201 with the fields of the document in their order
POST /file/{L}/{S}/{FilePath}?multipart | starts an upload in parts, one set of headers for all | document | the start of a multipart upload answers 201 with one set of headers for every part
POST /file/…?multipart with partNumberRange | headers for each part | SDK source | partNumberRange as text gives headers for each part asked for and for no other
POST /file/{L}/{S}/{ConfirmKey}?renew | new credentials for an upload in parts | document | a renewal answers 200 with the fields of the document in their order
POST /file/…?renew with partNumberRange | headers for the parts asked for alone | SDK source | a renewal with partNumberRange gives headers for just the parts asked for
GET /file/{L}/{S}/{ConfirmKey}?upload | status of an upload | document | the status of a multipart upload tells of its parts with quoted MD5 ETags
POST /file/{L}/{S}/{ConfirmKey}?confirm | makes the bytes a file | document | a confirm answers with the record of the document
DELETE /file/{L}/{S}/{ConfirmKey}?upload | aborts an upload | document | an abort answers 204, also a second time, and gives up the bytes
PUT {domain}{path} | takes the bytes of a simple upload | document | a simple upload is invisible until its confirm and then holds every byte
PUT {domain}{path}?uploadId&partNumber | takes a part, any order, again | document | a multipart upload takes its parts in any order and each one again
POST {domain}/ | takes the form of a form upload | document | a form with its fields first and the file last is answered 204 and confirmed
GET /album/…/cover with pictures | a picture of the image or video that came first; size | document | the cover of an album is a picture of the image or video that came first
GET /file/…?preview | with media.ffmpeg: 200 with a picture; 302 to the file of what is no picture, and of an image in its size | document | previews are pictures of images and videos; all else leads to the file
GET /album/{L}/{S}/cover, …/cover/{AlbumName} | none without media.ffmpeg | document | CoverNotSupportedInFileLibrary and CoverNotSupportedInRootDirectory: albums of media libraries have covers
`,
)

const parameters = area(
  'parameter',
  `
GET recycled/…?preview with pictures | as a file's | inferred | a file in the bin has a preview as well
?preview: size, scale, width_size, height_size | 1 to 4096 pixels, 1 to 100 percent; the first that is there counts | document | of size, scale, width and height the first that is there counts
order_by, order_by_type | name, modificationTime, creationTime, in both directions | document | lists are in the order asked for, by markers and by pages of any size
order_by size, localCreationTime | the other orders | document | lists by size and by local time go by these, in both directions
orderBy, orderByType | the Android client's spelling | SDK source | order_by and order_by_type may be spelled as orderBy and orderByType
sort_type=union | directories and files mixed | SDK source | sort_type=union mixes directories and files
filter | onlyDir, onlyFile | document | filter shows directories alone or files alone
prefix | names that begin so | SDK source | prefix shows the names that begin so, in every order
start_name | names beyond it, by name alone | SDK source | start_name begins a list by name after that name, which is left out itself
start_name, other orders | without effect | SDK source | start_name is without effect in another order than by name
by-page, page, page_size | lists by pages | document | a list by pages counts, and one by markers does not
page × page_size | at most 10,000 | document | a page beyond 10,000 entries is refused
limit | 20 where nothing is said, at most 1000 | document | a list has 20 items where nothing is said, and at most 1000
marker, nextMarker | goes on after the last item shown | document | a list goes on after its marker though entries came, went and changed meanwhile
with_path, with_favorite_status | more fields of items | document | items of a list have what the reference names
with_inode | inodes with 1, none with 0 or without it | document | an answer has inodes with with_inode=1, and has none with 0 or without it
If-None-Match | 304 for the same list | SDK source | If-None-Match with the eTag of a list that is the same is answered with 304
conflict_resolution_strategy of directories | ask (default) or rename | document | making a directory that exists is refused with ask, and numbered at its last level with rename
conflict_resolution_strategy of moved directories | the same | document | a move to a taken name is refused with ask, and numbered with rename
conflict_resolution_strategy of moved and copied files | rename (default), ask, overwrite | document | a file that is moved or copied to a taken name follows the strategy, rename where none is given
conflict_resolution_strategy of symlinks | the same | inferred | a link of a taken name follows the strategy, rename where none is given
labels, category, localCreationTime, localModificationTime, metaData | facts of a new directory | SDK source | a directory is made with labels, category, local times and metadata
period, pre_check | life of an info's link; none at all | SDK source | the link of an info lives for its period, and pre_check gives none
content_disposition, purpose | how the bytes are shown | SDK source | content_disposition stands in the answer with the name in UTF-8
content_disposition=inline of what can run | saved, not shown, unless inline_active_types names its type | inferred | what can run is saved, not shown, unless the link and the operator say so
traffic_limit | bytes a second of the link | document | traffic_limit stands signed in the link
downloadTrafficLimit of a space | caps every link of the space | SDK source | the lower of the call's limit and the space's download limit stands in the link
permanent | around the bin | document | a deleted file goes to the bin where there is one, and is gone for good with permanent
path of calls | a slash at its end counts for nothing | SDK source | every path may end with a slash
query | unknown names are read past | inferred | names of a query that are no flags are read past, with a value or without
path | raw or encoded slashes, leading slash | inferred | slashes of a path are raw or encoded, and one at the front or the end counts for nothing
path of directories | names in every script | inferred | names in every script are kept as they are
path of files | names in every script, any encoding | inferred | files of names in every script are read by any encoding of their path
token.period | seconds; default 86400, at least 1200 | document | a period that is no positive integer is a day, and one below 1200 is 1200
token.space_id | several spaces | document | a token is for the spaces it names
token.space_id, many spaces | required but for admins and to make spaces | document | a token of a library with many spaces has to name them, but for admins and to make spaces
token.space_id, one space | none, or - | inferred | a token of a library with one space names none, or that one
token.grant | a list of known grants | document | a grant that there is not is refused, and nothing is made
user_id | takes effect with an admin's token of no user alone | document | an admin’s token of no user may act as any, and with other tokens user_id is read past
space.create.space_id | the caller's own id | SDK source | a space is made with the id that is asked for
space.create.space_id, taken | gives way: clients send their default space | inferred | a space id that is taken gives way to one of the server’s own, as clients with a default space need it
space.list.start_name | where a list begins | SDK source | an ordered list of spaces begins after the name that is asked for
space.list.prefix, start_name without ordered=1 | without effect | SDK source | prefix and start_name of spaces count with ordered=1 alone
space.contents-view.category | files of a category | SDK source | the flat list of a space finds a category, and refuses what is no order, filter or marker
space.isMultiAlbum | albums in a media space | SDK source | spaces of media say themselves whether they have albums
space.isPublicRead | reading without a token | SDK source | a public space is read without a token, and written by none
recycled.restore_path_strategy | into the root where the directory is gone | document | an item whose directory is gone is restored to the root, if that is asked for
recycled.restore.conflict_resolution_strategy | ask by default, rename, overwrite | document | restoring follows the strategy where the name is taken
batch.delete.permanent | a boolean or 0 and 1 | SDK source | a batch deletes for good where that is asked for, as a boolean or a number
batch.copyFromSpaceId, batch.fromSpaceId | from another space of the library | SDK source | a batch copies and moves from another space that the token is for
quota.spaces | one limit for several spaces | SDK source | several spaces share a quota
quota.spaces, one space | not needed | inferred | a quota of a library with one space needs no spaces
quota.capacity | bytes as digits or a number | SDK source | a quota takes a capacity, and spaces that there are
quota.removeWhenExceed | not offered | inferred | removing files that exceed a quota is not offered
search.keyword | words anywhere in names, of any script | document | a search finds names that have its keyword anywhere, in Chinese and Latin scripts
search.keyword, several | alternatives, more of them first | document | keywords between spaces are alternatives, and what has more of them comes first
search.type | a type or several, with ! none of it | document | a search finds types, and with an exclamation mark what is of no such type
search.orderBy, orderByType | six orders | document | a search is in the order that is asked for
search.with_inode, with_favorite_status | more fields of items | SDK source | a search has an answer with all that the vendor names
search-fs: marker, limit | marker of query or body; limit of the query, 1 to 100 | SDK source | search-fs goes on by its marker, of the query or the body, until there is none
search-fs: with_inode | inodes with 1 alone | SDK source | items of search-fs have the fields that the SDK names, inodes only where they are asked for
search-fs: type | filename alone | SDK source | a search of contents and by meaning is not offered
search-fs-stats: aggregations | 1 to 5, three of their own each | SDK source | search-fs-stats refuses what its fields do not have
search-fs-stats: field | values as records have them | SDK source | search-fs-stats groups by the values that records have, and leaves out who has none
renew: LibraryId, SpaceId | the library and space of the upload | document | a renewal in a wrong library or space is refused
renew: SpaceId of many | an upload is of one space | document | an upload of one space cannot be renewed in another, nor with a token of another
renew: ConfirmKey | the key that the start gave | document | a confirmKey that there is not cannot be renewed
renew: access_token | in the query alone | observed | the token is looked for in the query alone
renew: user_id | for an admin's token without a user | document | an admin renews for the user named in user_id, or for nobody any upload
renew: user_id of others | read past | document | user_id of a renewal is read past with tokens that are no admin or have a user of their own
renew: traffic_limit | bytes a second of the new credentials | document | traffic_limit of a renewal is for the credentials it gives and the others keep theirs
renew: no traffic_limit | the start's | inferred | a renewal without traffic_limit has the limit of the start
renew: body | none, an empty object | document | a renewal takes no body, an empty object and the flag in every spelling
partNumberRange as an array | numbers | observed | partNumberRange as an array of numbers gives headers for each of them
start: flags and paths | flags by presence, slashes raw or encoded | SDK source | flags count whatever their value and slashes of paths may be encoded
start: conflict_resolution_strategy=ask | refuses a taken name at start and confirm | document | ask refuses a taken name at the start and again at the confirm
start: conflict_resolution_strategy=rename | the default | document | rename is what a start does without a strategy
start: conflict_resolution_strategy=overwrite | replaces a file | document | overwrite replaces a file and keeps its inode and creation time
start: filesize, size | whole bytes | document | filesize and size have to be whole numbers of bytes
start: filesize with a quota | checked at start and confirm | document | a quota is kept at the start, and again at the confirm
start: x-smh-meta-*, labels, category, local times | kept with the file | document | metadata, labels, category and local times of the start are those of the file
start: category | at most 16 bytes | document | a category of more than 16 bytes and times that are none are refused at the start
start: traffic_limit | the header has that very number | document | a start with traffic_limit has the header with that very number
start: unknown and optional parameters | read past | SDK source | a start without a body, with an empty object and with unknown fields is the same
start: beginningHash | first round of a quick upload | SDK source | a beginning that a file of the library has is answered 202 without a body
start: fullHash | second round of a quick upload | SDK source | the hash of the whole makes the file at once and answers its record
status: no_upload_part_info | leaves out the credentials | SDK source | no_upload_part_info leaves out the credentials and nothing else
confirm: conflict_resolution_strategy | goes over that of the start | document | the strategy of a confirm goes over that of the start
confirm: with_inode | adds the inode | SDK source | with_inode adds the inode to the record
confirm: crc64 | compared with that of all bytes | document | a crc64 is compared with that of all bytes
with_content_cas | contentCas of files | SDK source | with_content_cas adds contentCas to every answer about a file, and without it none has one
contentCas | names the bytes of one file | SDK source | a CAS stays while the bytes stay, and is another for other bytes and other files
content_cas of a start | counts at its confirm | inferred | the content_cas of a start counts at its confirm, whatever came meanwhile
content_cas where no file is | refused by what changes something | inferred | a content_cas where no file is begins an upload, which its confirm refuses
content_cas that fits | lets a call do what it does | SDK source | the right content_cas lets every call do what it does
content_cas of a confirm that is repeated | the same record | inferred | a confirm that is repeated answers as before, though its content_cas is that of the bytes it replaced
content_cas, many at once | one wins | inferred | of many writers that have seen the same bytes one wins, by whatever call
content_cas, the first of many | wins, whatever call it is | inferred | of many writers that have seen the same bytes the first one wins, whichever it is
confirm: labels, category, local times | go over those of the start | SDK source | fields of a confirm go over those of the start
`,
)

const answers = area(
  'answer',
  `
x-smh-* headers | of downloads and HEAD | document | a download is a redirect to the bytes, with what is known of the file in headers
contents[] | the items' fields | document | items of a list have what the reference names
fileCount, subDirCount, totalNum | in page mode alone | document | a list by pages counts, and one by markers does not
cosUrl, cosUrlExpiration, availableCosUrls | two hours by default | document | the info of a file has its facts and a link, but no name and no path
searchId, searchFinished, hasMore, nextMarker | a number of items, if more follow | document | a search goes on by its id, 20 items a page, until nothing more follows
search contents[] | items with their whole path | document | a search has an answer with all that the vendor names
search and the bin | nothing in it is found | inferred | a search finds nothing in the bin, and what is restored again
search after changes | at once | inferred | a search follows renames, labels and overwrites at once
linkTo | the target's inode | SDK source | a link leads to its target wherever that is moved
type image, video | of media libraries | document | files of a media library are images and videos
recycled item | all fields of an item | document | what is deleted lies in the bin with all that the vendor tells of it
recycled directory | one item | document | a directory lies in the bin as one item
recycled directory info | no link | inferred | the info of a directory in the bin has no link, and a preview is left out
recycled retention | configured where the library says nothing | inferred | the configuration says how long bins keep things where the library does not
recycled, no retention | kept for ever | inferred | a bin keeps things for ever where nobody says otherwise
batch 207 | each item's own result | document | a batch that fails in part tells of each item, and does the others
batch failure of an item | status and code of the item | document | what a batch cannot move or copy stands in the item’s result, and nothing else changes
batch copy into itself | as it was before | inferred | a batch may copy a directory into itself as it was before
batch 202 | many items become a task | document | a batch of more than a hundred items becomes a task, for each kind
copy 202 | a large directory becomes a task | document | a large directory is copied by a task, in steps, and shown when it is whole
batch 202, large directory | the rest becomes a task | document | a batch that meets a large directory goes on as a task with what was done
task 202 | runs | document | a task that runs is told as such, and nothing of it is lost
task 207 | failed in part | document | a task of which items fail ends with 207 and each item’s result
task 500 | a copy failed | document | a large copy whose name is taken meanwhile fails, and nothing of it is seen
task, cut off | goes on from what was saved | inferred | work that is cut off goes on from what was saved
task, server's trouble | is tried again | inferred | trouble of the server’s own fails no item: the task is tried again
task, server's end | stops between two items | inferred | work that the server’s end cuts off stops between two items
task, server's start | goes on | inferred | a task that was begun goes on after the server starts again
task, space gone | fails in every item | inferred | a task of a space that is gone fails in every item
quota, number as a space id | the space goes first | inferred | a space whose id is a number is taken before a quota of that number
renew: domain, path, uploadId, confirmKey, availableDomainNum | those of the start | document | a renewal answers 200 with the fields of the document in their order
renew: headers, expiration | new ones, with a later end | document | a renewal gives new credentials with a later end for the same upload
renew: earlier credentials | good to their own end | inferred | credentials of before a renewal stay good to their own end and no longer
renew after expiration | as long as the upload lives | inferred | an upload can be renewed after all its credentials expired as long as it lives
renew, many at once | all valid | inferred | concurrent renewals are all valid and parts may be sent with any of them
renew: the upload's life | is prolonged | inferred | renewals keep an upload alive beyond the time it was begun with
status: uploadPartInfo | credentials and the confirmKey | SDK source | uploadPartInfo has credentials that send parts and the confirmKey to renew by
status: simple and form uploads | nothing of parts | document | the status of simple and form uploads has nothing of parts
status: confirmed | where the file is | document | the status of a confirmed upload says so and where its file is
status: path | follows the directory; null when it is gone | document | the path of an upload follows its directory and is null when that is removed
confirm: path null | the directory is in the bin | document | a directory that is removed before the confirm makes the path null
confirm repeated | the same record | inferred | a repeated confirm answers with the same record
confirm: isOverwritten | also of a repeat | document | a repeated confirm of an overwrite still says that it overwrote
confirm after the credentials expired | works | inferred | a confirm works after the credentials expired
rename pattern | name (n).ext, n from 1 | document | confirms of many uploads to one name give each a name of its own
PUT and parts | ETag, x-cos-hash-crc64ecma | document | a simple upload is invisible until its confirm and then holds every byte
quick upload hashes | the vector | SDK source | tencent-smh: hashes of a quick upload are those of the vector: \${title}
quick upload candidates | of the same library alone | inferred | files of other libraries and accounts are not candidates
quick upload candidates, spaces | those that the caller may read | inferred | a token is told of the files of its own spaces alone, by neither hash
domain and path behind a proxy | those of public_url | inferred | tencent-smh: behind a proxy uploads are told its name and path, and signed for the name
`,
)

const limits = area(
  'limit',
  `
search.keyword | 10 words, 255 characters each | inferred | a search with wrong conditions is refused
search-fs.keywords | 100 | SDK source | a search of contents and by meaning is not offered
search-fs.limit | 1 to 100 | SDK source | search-fs goes on by its marker, of the query or the body, until there is none
255 characters of a directory's name | each level | document | DirectoryNameLengthExceed: a level has at most 255 characters
255 characters of a file's name | with its extension | document | FileNameLengthExceed: a file name has at most 255 characters with its extension
category | at most 16 bytes | SDK source | ParamInvalid: a category over 16 bytes, labels and metadata of other shapes
life of a link | ends with its time | document | a link ends with its time
a link and its signature | good for one file, as it was signed | inferred | a link is good for reading one file as it was signed
a link ends with its file | also of a deleted directory's files | inferred | the link of a file in a directory that is deleted for good ends with it
a link and the bin | goes on in the bin, ends after | inferred | a link goes on leading to its file when that is moved or in the bin, and ends when it is deleted for good
a link and overwriting | never other bytes | inferred | a link never leads to other bytes than those it was made for
space_id | 2 to 32 of a-z, 0-9 and dashes within | SDK source | a space id has 2 to 32 of a-z, 0-9 and dashes within
space.list.limit | 1 to 1000 | SDK source | a list of spaces refuses bad limits, markers and names
batch items | 1 to 1000 | document | a batch has 1 to 1000 items, of the shape of its kind
recycled ids | 1 to 1000 | inferred | lists of ids have 1 to 1000 numbers
task ids | 100 | inferred | ids of tasks are numbers, up to a hundred
user_id, client_id, session_id | 255 characters | inferred | a user, client or session id that is too long is refused
traffic_limit | 102400 to 104857600 | document | a traffic_limit out of its range is refused at every start
traffic_limit of a renewal | 102400 to 104857600 | document | a traffic_limit that is no number from 102400 to 104857600 is refused at the renewal
speed | bytes sent with a limit | document | bytes sent with a limit take their time and those without do not
speed after a renewal | changes | document | a renewal with another traffic_limit changes the speed from then on
partNumberRange | 100 numbers from 1 to 10000 | SDK source | partNumberRange takes 100 numbers and refuses everything that is none
part numbers | 1 to 10000 | document | part numbers are 1 to 10000
parts but the last | 1 MiB | document | a part other than the last below 1 MiB is MultipartUploadPartTooSmall
quick uploads | from 1 MiB | SDK source | files below 1 MiB are not quick and those of exactly 1 MiB are
life of credentials | 2 h | inferred | credentials end after their life and tasks live on without them
life of an upload | 7 days | inferred | an upload whose time is over cannot be renewed
`,
)

const authentication = area(
  'authentication',
  `
keys of the account with buckets | smh-{library}, or smh-{library}-{space} | inferred | a list of buckets names libraries as smh-{library}, and their spaces as smh-{library}-{space}
keys of the account, limited | AccessDenied of the data plane | inferred | the data plane is for keys with the right that it needs, and names no file that a prefix could fit
public_read of a library | reading without a token | document | files of a public library are read without a token, and written by none
access_token, use | each use renews it | document | each use of a token renews it for its period, and without use it ends
access_token, log | secrets stay out of it | inferred | tokens and secrets stay out of the log
access_token, header | not accepted | observed | a token in a header is not accepted
library_secret | stands for an admin's token | SDK source | the library’s secret stands for an admin’s token
HEAD /token | makes nothing | inferred | HEAD makes no token
admin | quotas | inferred | quotas are made, changed and told by their ids for admins only
list of spaces | who is no admin sees those of their user | document | who is no admin lists and counts the spaces of their own user
bins | of their own space | document | a bin is its own space’s
tasks | of their own space and library | inferred | tasks of other spaces and libraries are not told
quick upload | for those who may confirm | inferred | who may start uploads but not confirm them is given a task
form | key, policy, signature and token belong together | document | a form with another key, policy, signature or token is refused
`,
)

const grants = area(
  'grant',
  `
any token | searches | document | a search is for who may read the space
no token, public space | searches | document | a public space is searched without a token
create_directory, copy_directory, move_directory, delete_directory, delete_directory_permanent, space_admin | each permits its call | document | each change of directories needs its grant, and reading needs any token
move_file[_force], copy_file[_force], create_symlink[_force], create_virtual, delete_file, delete_file_permanent | each permits its call | document | each change of files needs its grant, overwriting that with force, and reading needs any token
create_space | makes spaces | document | only who may create spaces does
delete_space | deletes spaces | document | only who may delete spaces does
space_admin | changes no space's properties or limits | document | changing a space takes an admin
restore_recycled, delete_recycled | the bin | document | restoring and deleting in the bin take their own grants
delete_file, delete_file_permanent, delete_directory, delete_directory_permanent, copy_file, copy_file_force, copy_directory, move_file, move_file_force, move_directory | items of batches | document | each item of a batch takes the grant of its own kind
grants in tasks | those of the caller | inferred | a task does what its caller may, and no more
start: grants | admin, space_admin, upload_file[_force], begin_upload[_force] | document | every grant of uploads lets start them
start without grants | refused | document | reading files needs no upload grant and starting uploads does
start: overwrite | needs a grant of force | inferred | overwrite at the start needs a grant of force
renew: grants | admin, space_admin, upload_file[_force], begin_upload[_force] | document | each grant of the document lets renew an upload
status: grants and user | those of starts | document | the status needs a grant of uploads and one of the same user
confirm: grants | admin, space_admin, upload_file[_force], confirm_upload | document | grants let confirm and a start grant alone does not
confirm: overwrite where the start did not | needs a grant of force | inferred | a confirm that overwrites where the start did not needs a grant of force
abort: grants and user | those of starts | document | an abort of what is unknown, of another user or without a grant is refused
admin | alone: quotas, the bin's lifecycle | document | of all grants admin alone makes and changes quotas and says how long bins keep things
admin of a space | properties and limits of spaces | document | of all grants only those of spaces make and delete spaces, and admin alone changes them
create_space | makes spaces | document | of all grants only those of spaces make and delete spaces, and admin alone changes them
delete_space | deletes spaces | document | of all grants only those of spaces make and delete spaces, and admin alone changes them
space_admin | all of directories | document | of all grants only those of directories make, move, copy, change and delete directories
space_admin | all of files | document | of all grants only those of files move, copy, link, change and delete files
space_admin | nothing of spaces | document | of all grants only those of spaces make and delete spaces, and admin alone changes them
create_directory | makes and changes directories | document | of all grants only those of directories make, move, copy, change and delete directories
delete_directory | deletes directories, into the bin where there is one | document | of all grants only those of directories make, move, copy, change and delete directories
delete_directory_permanent | deletes them past the bin | document | of all grants only those of directories make, move, copy, change and delete directories
move_directory | moves directories | document | of all grants only those of directories make, move, copy, change and delete directories
copy_directory | copies directories | document | of all grants only those of directories make, move, copy, change and delete directories
copy_directory, other spaces | copies from another space | SDK source | of all grants copy_directory alone copies directories of other spaces
upload_file | starts, renews, looks at and aborts uploads | document | of all grants only those of uploads start, renew, look at and abort them
upload_file_force | also overwriting | document | of all grants only those of uploads start, renew, look at and abort them
upload_file, upload_file_force | confirm, the latter also overwriting | document | of all grants only those of whole uploads and confirm_upload confirm
begin_upload | starts, renews, looks at and aborts uploads | document | of all grants only those of uploads start, renew, look at and abort them
begin_upload_force | also overwriting | document | of all grants only those of uploads start, renew, look at and abort them
begin_upload, begin_upload_force | no confirm | document | of all grants only those of whole uploads and confirm_upload confirm
confirm_upload | confirms | document | of all grants only those of whole uploads and confirm_upload confirm
confirm_upload | no start | document | of all grants only those of uploads start, renew, look at and abort them
create_symlink, create_symlink_force | links; also overwriting | document | of all grants only those of files move, copy, link, change and delete files
delete_file | deletes files, into the bin where there is one | document | of all grants only those of files move, copy, link, change and delete files
delete_file_permanent | deletes them past the bin | document | of all grants only those of files move, copy, link, change and delete files
delete_file, delete_directory without a bin | delete for good | document | where there is no bin the plain grants delete for good
move_file, move_file_force | moves; also overwriting | document | of all grants only those of files move, copy, link, change and delete files
copy_file, copy_file_force | copies; also overwriting | document | of all grants only those of files move, copy, link, change and delete files
create_virtual | makes virtual files | SDK source | of all grants only those of files move, copy, link, change and delete files
delete_recycled | deletes in the bin, and empties it | document | of all grants only those of the bin restore and delete in it
restore_recycled | restores from the bin | document | of all grants only those of the bin restore and delete in it
acl, set_history_latest, read_only | permit nothing but reading | inferred | acl, set_history_latest and read_only permit nothing but reading
none | reading | document | every token reads, whatever it is granted
several | what each permits | document | several grants permit what each of them does
`,
)

const errors = area(
  'error',
  `
RootDirectoryNotAllowed | 400 | SDK source | RootDirectoryNotAllowed: the root is neither made nor deleted nor replaced
DirectoryNameLengthExceed | 400 | document | DirectoryNameLengthExceed: a level has at most 255 characters
FileNameLengthExceed | 400 | document | FileNameLengthExceed: a file name has at most 255 characters with its extension
IllegalFileName, EmptyFileName | 400 | document | IllegalFileName: forbidden and control characters, and names of dots
InvalidSpaceOrDirectoryPath | 400: over 128 levels | inferred | InvalidSpaceOrDirectoryPath: a path has at most 128 levels
EmptyPath | 400 | document | reads of a file that is not there, or is a directory, are FileNotFound
DirectoryNotAllowed | 400 | document | DirectoryNotAllowed: a library of one album has no directories
DirectoryLevelExceed | 400 | document | DirectoryLevelExceed: albums lie in the root alone
UploadToRootDirectoryNotAllowed | 400 | document | UploadToRootDirectoryNotAllowed: with albums no file lies in the root
ExtnameNotAllowed | 400 | document | ExtnameNotAllowed: media libraries take images and videos
ExtnameNotAllowed of a space's own lists | 400 | SDK source | a media space says itself whether it has albums and which extensions it takes
InvalidSourceDirectory, SourceDirectoryNotFound, SourceDirectoryIsParentOfDestination | 400, 404, 400 | document | moves of directories fail by what is wrong with their source
the same of copies | 400, 404 | document | copies of directories fail by what is wrong with their source
InvalidSourceFile, SourceFileNotFound, DirectoryNotFound | 400, 404, 404 | document | moves and copies of files fail by what is wrong with source or place
InvalidConflictResolutionStrategy | 400 | SDK source | InvalidConflictResolutionStrategy: directories know ask and rename
SameNameDirectoryOrFileExists | 409 | document | a file in the way of a directory or of one above it is a conflict
DirectoryNotFound | 404: of lists | document | a list of something else than a directory is DirectoryNotFound
DirectoryNotFound of DELETE | 404 | document | deleting a directory that is not there, or a file as one, is DirectoryNotFound
FileNotFound | 404 | document | reads of a file that is not there, or is a directory, are FileNotFound
CosObjectNonexistent | 404: a virtual file has no bytes | inferred | CosObjectNonexistent: a virtual file cannot be downloaded
FunctionNotEnabled | 400: previews without media.ffmpeg, templates, history | inferred | FunctionNotEnabled: previews, templates and history are not offered
FunctionNotEnabled of flags | 400: a flag that is not its path's | inferred | a flag that its path does not offer is FunctionNotEnabled, and nothing is done
FunctionNotEnabled of the JavaScript client's calls | calibrate, convert, uncompress, zip-preview, transcoding_template_id, preview, history_id | SDK source | the calls of the JavaScript client that are not offered are FunctionNotEnabled
FunctionNotEnabled of batches and bins | 400, share_access_token too | SDK source | flags of batches and of the bin are their paths’ own
InvalidDirectoryStatsType | 400 | SDK source | stats sum up a directory whatever its depth
OrderByNotAllowed, OrderByTypeNotAllowed | 400 | SDK source | OrderByNotAllowed and OrderByTypeNotAllowed: orders that there are not
MarkerInvalid | 400 | inferred | MarkerInvalid: a marker of another order, or that no list gave
ParamInvalid | 400: options of downloads | SDK source | ParamInvalid: options of downloads out of their range
InvalidTimeFormat | 400 | SDK source | InvalidTimeFormat: local times are ISO 8601
BadRequest | 400 | SDK source | BadRequest: a body that is no JSON object
SymlinkToDirectoryNotAllowed, SourceFileNotFound | 400, 404 | SDK source | links fail by what is wrong with their target or place
SymlinkDepthLimitExceeded | 400 | SDK source | SymlinkDepthLimitExceeded: ten links lead to each other, and no more
CircleSymlink, SymlinkOverwriteConflict | 409, 400 | SDK source | CircleSymlink and SymlinkOverwriteConflict: a link does not replace what it leads through
CircleSymlink on reading | 409 | SDK source | a circle of links that a copy closed is told to who reads
FileNotFound of a broken symlink | 404 | inferred | a link to what is gone or in the bin is FileNotFound, and what is deleted is the link alone
AccessTokenNotMatchLibrary, SpaceNotFound, LibraryNotFound | 403, 404, 404: directories | document | directories of one library or space are not those of another
AccessTokenNotMatchLibrary, FileNotFound | 403, 404: files | document | files of one library are not those of another
EmptyLibraryIdOrSecret | 400, neither id nor secret | document | a token without its library or secret is refused by what is missing
EmptyLibraryId | 400 | document | a token without its library or secret is refused by what is missing
EmptyLibrarySecret | 400 | document | a token without its library or secret is refused by what is missing
WrongLibraryIdOrSecret | 404 | document | a token without its library or secret is refused by what is missing
EmptyLibrarySecret, deletion of tokens | 400 | document | deleting many tokens takes the library’s secret
LibraryNotFound | 404 | document | a library that there is not is told
SpaceNotFound | 404 | document | a token of a library with many spaces has to name them, but for admins and to make spaces
EmptySpaceId | 400 | SDK source | a token of a library with many spaces has to name them, but for admins and to make spaces
EmptyAccessToken | 400 | document | without a token a call is refused, and so is one with a token that is unknown
InvalidAccessToken | 403 | document | without a token a call is refused, and so is one with a token that is unknown
AccessTokenNotMatchSpace | 403 | document | a token is for the spaces it names
AccessTokenNotMatchLibrary | 403 | SDK source | a token of another library is refused
UserIdLengthExceed, ClientIdLengthExceed | 400 | SDK source | a user, client or session id that is too long is refused
NotMultiSpaceLibrary | 400 | document | spaces of a library that has one only are no matter of calls
SpaceIdInvalid | 400 | SDK source | a space id has 2 to 32 of a-z, 0-9 and dashes within
SpaceNotEmpty | 409 | SDK source | an empty space is deleted, and one that is not only by force
ParamInvalid | 400, a property of a wrong type | SDK source | a property of a wrong type is refused, and nothing is made
RecycleBinNotEnabled | 400 | SDK source | a library without a bin has no calls for it
RecycledItemNotFound | 404 | SDK source | an item is deleted for good, and what is not there cannot be
SetRecycleLifecycleFrequencyLimit | 403 | document | the bin’s lifecycle is set by admins, once in ten minutes, and enforced
OrderByNotAllowed, OrderByTypeNotAllowed, MarkerInvalid | 400 | SDK source | a list of the bin refuses what is no order, marker or page
SearchTooComplex, InvalidTimeFormat, OrderByNotAllowed, FunctionNotEnabled, DirectoryNotFound of a search | 400, 404 | SDK source | a search with wrong conditions is refused
SearchTooComplex of a long search | 400: more than 16 KiB to keep | inferred | SearchTooComplex: a search that is too long to be kept
SearchIdNotFound, SearchIdInvalid | 404, 400 | SDK source | a deleted search is gone, and so is one that nobody goes on with
MarkerNotFound | 404 | SDK source | a search goes on by its id, 20 items a page, until nothing more follows
MarkerInvalid of search-fs | 400 | inferred | search-fs goes on by its marker, of the query or the body, until there is none
EmptyAccessToken, AccessTokenNotMatchSpace of a search | 400, 403 | document | a search is for who may read the space
InvalidConflictResolutionStrategy | 400 | SDK source | a directory is never restored over something
NoItemsProvided, TooManyItems | 400 | SDK source | a batch has 1 to 1000 items, of the shape of its kind
EmptyPath, IllegalFileName and others of items | 400, and nothing is done | SDK source | a batch with one bad item changes nothing
SourceDirectoryIsParentOfDestination | 400 | SDK source | what a batch cannot move or copy stands in the item’s result, and nothing else changes
TaskNotFound | 404, our own code | inferred | tasks of other spaces and libraries are not told
QuotaLimitReached | 400 | SDK source | a start that has no room under the quota is refused, and one that has is not
QuotaCapacityRequired, QuotaSpacesInvalid | 400 | SDK source | a quota takes a capacity, and spaces that there are
QuotaCapacityLessThanSize | 400 | SDK source | a capacity below what is stored is refused
DuplicateQuota | 409 | SDK source | a space that has a quota gets no second one
QuotaNotFound | 404 | SDK source | a quota that there is not is told, and so is a space
NoQuota | 404 | SDK source | a space’s quota is told with what is left of it
FunctionNotEnabled | 400 | SDK source | parts of the vendor’s API that are left out say so
RouteNotFound, MethodNotAllowed | 404, 405 | SDK source | a call that there is not is told, and so is a wrong method
UploadNotFound | unknown or aborted: confirm | document | a confirm of an unknown or aborted upload is UploadNotFound
UploadNotFound of confirm, later | over its time | document | a confirm after the time of the upload is UploadNotFound
UploadNotFound of status | unknown, aborted or over its time | document | the status of what is unknown, aborted or over its time is UploadNotFound
UploadNotFound of renew | aborted | inferred | an aborted upload cannot be renewed
NotMultipartUpload | renewal of a simple or form upload | SDK source | simple and form uploads cannot be renewed
UploadComplete | renewal of a confirmed upload | SDK source | a confirmed upload cannot be renewed
UploadComplete of abort | a confirmed upload | inferred | a confirmed upload cannot be aborted and its file stays
UploadComplete of confirm | the file of an earlier confirm is gone | inferred | a confirm of a file that was deleted since is UploadComplete
UploadNotBelongYou | upload of another user | document | an upload of another user cannot be renewed
UploadIncomplete | no bytes | document | a confirm without bytes is UploadIncomplete
MultipartUploadIncomplete | gaps between parts | SDK source | a confirm with missing parts is MultipartUploadIncomplete until they come
MultipartUploadPartTooSmall | a part below 1 MiB | SDK source | a part other than the last below 1 MiB is MultipartUploadPartTooSmall
BadCrc64 | another crc64 | document | a crc64 is compared with that of all bytes
QuotaLimitReached | no room | document | a quota is kept at the start, and again at the confirm
SameNameDirectoryOrFileExists | ask, or overwriting a directory | document | overwrite is refused where a directory stands
InvalidConflictResolutionStrategy | another strategy | SDK source | a strategy that there is not is refused at the start
DirectoryNotFound | no parent at the start | document | directories above an upload are not made
DirectoryNotFound of confirm | the parent is gone for good | inferred | a directory that is removed for good before the confirm is DirectoryNotFound
EmptyPath, IllegalFileName, FileNameLengthExceed, DirectoryNameLengthExceed | names | document | names that no file may have are refused at the start of an upload
UploadToRootDirectoryNotAllowed, DirectoryLevelExceed, ExtnameNotAllowed | media libraries | document | media libraries with albums take uploads in albums alone
InvalidTimeFormat | local times | SDK source | a category of more than 16 bytes and times that are none are refused at the start
BadRequest | a body that is no JSON object | SDK source | a start with a body that is no JSON object is refused
ParamInvalid | hashes | SDK source | hashes that are none are refused
EmptyAccessToken, InvalidAccessToken | renewal | document | a renewal without a token, with an unknown and with an expired one is refused
AccessTokenNotMatchLibrary, LibraryNotFound, SpaceNotFound | starts | document | starts are refused without a token, with a bad one and with one of another library
AccessTokenNotMatchSpace | renewal | document | an upload of one space cannot be renewed in another, nor with a token of another
NoPermission | renewal without a grant | document | a token without a grant of uploads cannot renew
COS NoSuchUpload | confirmed or aborted | document | a PUT of a task that is confirmed or aborted is refused as NoSuchUpload
COS AccessDenied, Request has expired | credentials over their time | document | a part with expired credentials is told so in the words that clients renew by
COS SignatureDoesNotMatch | credentials of another request | document | credentials of a simple upload send no part and those of parts no whole object
COS BadDigest | Content-MD5 | document | a part with a wrong Content-MD5 is refused and not kept
COS response-* | ignored where they are not signed | inferred | replaces headers as the signed query asks, and ignores what was added to it
RouteNotFound, NoSuchBucket | unknown paths, by host | inferred | is of the vendor whose host it came by
COS InvalidArgument | a limit that there is not | document | a limit that a client sends must be one that there is
fileType, contentType of sound and pictures | by the extension, of all kinds that have one | inferred | files of all kinds of sound and pictures have their type and their Content-Type
CoverNotSupportedInFileLibrary, CoverNotSupportedInRootDirectory | 400 | document | CoverNotSupportedInFileLibrary and CoverNotSupportedInRootDirectory: albums of media libraries have covers
FileTypeNotMatched | 400: an image named as a video | document | FileTypeNotMatched: an image of a media library stays an image
RenameTooManyTimes | 409 | SDK source | RenameTooManyTimes: no number is left for a name
PathConflict of content_cas | 409 | inferred | a content_cas of other bytes refuses every call that has it, and nothing is lost
PathConflict | 409 | SDK source | PathConflict: an entry that changes between being read and being written
RequestEntityTooLarge | 413: JSON over 256 KiB | SDK source | RequestEntityTooLarge: a JSON body over 256 KiB, announced or not
RequestEntityTooLarge of a search | 413: JSON over 256 KiB | inferred | RequestEntityTooLarge: a body of a search over 256 KiB, announced or not
IncompleteBody | 400 | SDK source | IncompleteBody: a body that ends before its announced length
ReadRequestTimeout | 408 | SDK source | ReadRequestTimeout: a body that falls silent
InternalServerError | 500 | document | InternalServerError: trouble of the server’s own tells nothing of itself and goes to the log
ServerOverloaded | 503 | SDK source | ServerOverloaded: the store cannot be reached, or the server is going down
RateLimitExceeded | 429 with Retry-After | SDK source | RateLimitExceeded: more than an account may use
UnsupportedFileType and all codes of the core | have no other cause here | SDK source | tencent-smh: every core error has its status and code
faults of requests | each with its code | SDK source | tencent-smh: every fault of a request has its status and code
414, 431 | before any call, without a code | inferred | a URL or headers that are too long are refused before any call, and the server stays up
HEAD | status and no body | document | a HEAD that fails has its status and no body
message | tells nothing of the inside | inferred | tencent-smh: errors of the core and unknown ones tell clients nothing of themselves
`,
)

const clients = area(
  'client',
  `
1 GiB (5 GiB by STOWAGE_TEST_RENEWED_MIB=5120) in parts, renewed every second | byte for byte | inferred | a large file goes up in parts that are sent again while it is renewed, and comes back byte for byte
Android: hash round | 202, then 200 or a task | SDK source | the Android client uses the task of its hash round for a file below 2 MiB, and sends none that is known
Android: short files | all headers of the task, and Host | SDK source | the Android client sends a short file with the headers of its task, and Host
Android: long files | 1 MiB parts side by side | SDK source | the Android client sends a long file in parts of 1 MiB beside each other
Android: renewal ahead | below 300 s | SDK source | the Android client renews when less than 300 s of its credentials are left, and not before
Android: Request has expired | renews and sends again | SDK source | the Android client renews and sends a part again that was told Request has expired
Android: resume | by quoted MD5s | SDK source | the Android client resumes after the parts whose quoted MD5 is that of its file, and sends the others
Android: resume of a confirmed upload | confirms again | SDK source | the Android client confirms again what it finds confirmed, and gets the same record
Android, private: partNumberRange | a hundred at a time, one beyond the last | SDK source | the Android client asks a private deployment for the headers of a hundred parts at a time, one beyond the last
Android, private: resume | no_upload_part_info, then renew | SDK source | the Android client resumes at a private deployment without credentials of the status, and renews the range it lacks
Android: one-shot streams | confirm without crc64 | SDK source | the Android client confirms a stream that is read once without a crc64
Android: failures | BadCrc64, 400 QuotaLimitReached | SDK source | the Android client is told a wrong crc64 by its confirm, and that a quota is full by its start
Android: conflicts | ask and overwrite | SDK source | the Android client follows conflict strategies: a taken name with ask is a conflict, with overwrite it is replaced
Android: cancel | DELETE ?upload | SDK source | the Android client cancels, and what it goes on with is gone
Android: download | Location, or cosUrl of info | SDK source | the Android client downloads by Location, which it does not follow, and by the link of info
Android: lists | orderBy, orderByType, If-None-Match | SDK source | the Android client lists with orderBy and orderByType, and asks again with If-None-Match
Android: batches and tasks | permanent as 0 and 1, taskId | SDK source | the Android client deletes by batches with permanent as 0 and 1, and reads tasks by taskId
Android: failures | request ids and Date | SDK source | the Android client reads the request id of a failure from header and body, and the time of the server from Date
JavaScript: paths | encoded as a whole | SDK source | the JavaScript client encodes whole paths, slashes and all, and sends an empty object
JavaScript: over 32 MiB | 5 MiB parts by two, ranges with crc64 | SDK source | the JavaScript client sends 5 MiB parts by two, and reads ranges whose crc64 it compares
JavaScript: renew timer | five minutes before the end | SDK source | the JavaScript client renews five minutes before its credentials end
JavaScript: 403 of a part | renews | SDK source | the JavaScript client renews on any 403 of a part, with another token where its own has ended too
JavaScript: 403 InvalidAccessToken | gets another token | SDK source | the JavaScript client gets another token on 403 InvalidAccessToken, and on no other failure
JavaScript: flags | by-marker=1, by-page=1, restore=1 | SDK source | the JavaScript client spells flags with 1, and lists by-marker and by-page
JavaScript: CORS | what pages may read | SDK source | a page of any origin may read what the JavaScript client needs of answers
smh-js-sdk: directory | 11 calls, by HTTP and HTTPS | SDK source | the JavaScript SDK makes, lists, describes and labels directories
smh-js-sdk: directory, trees | copies, moves, deletes | SDK source | the JavaScript SDK copies, moves and deletes directories
smh-js-sdk: file, uploads | in one piece, by form, in parts | SDK source | the JavaScript SDK uploads in one piece, by form and in parts, and aborts
smh-js-sdk: file, autoCreateDir | DirectoryNotFound, then the directory is made | SDK source | the JavaScript SDK is told of a missing directory, which it then makes
smh-js-sdk: file, reading | info, download, HEAD, by inode | SDK source | the JavaScript SDK reads and finds files
smh-js-sdk: file, changing | copies, moves, links, deletes | SDK source | the JavaScript SDK copies, moves, links and deletes files
smh-js-sdk: file, virtual | with every strategy | SDK source | the JavaScript SDK makes virtual files, with facts and without
smh-js-sdk: token | makes, renews, deletes | SDK source | the JavaScript SDK makes, renews and deletes tokens
smh-js-sdk: batch, task | batches and both forms of tasks | SDK source | the JavaScript SDK copies, moves and deletes in batches, and asks for tasks
smh-js-sdk: recycled | 9 calls | SDK source | the JavaScript SDK lists, restores and empties the bin
smh-js-sdk: space | 10 calls, with a default space | SDK source | the JavaScript SDK makes, reads, changes and deletes spaces
smh-js-sdk: quota, usage | by space and by id | SDK source | the JavaScript SDK makes, reads and changes quotas, and reads usage
smh-js-sdk: what is not offered | 400 FunctionNotEnabled | SDK source | the calls of the JavaScript SDK that are not offered say so
smh-js-sdk: the list of calls | in the dialect's README | SDK source | the README of the dialect lists every call of the JavaScript SDK, offered or not
Java: parts | chunked, no bodies of calls | SDK source | the Java client sends parts without their length, and calls without a body
Java: whole files | chunked | SDK source | the Java client sends a whole file without its length
Java: downloads | follows the 302; JSON and XML failures | SDK source | the Java client reads JSON and XML failures, and follows the redirect of a download itself
Java: ids | 32 bits | SDK source | the Java client reads ids of bins, quotas and tasks as numbers of 32 bits
Go (jdisk) | raw slashes, multipart= | observed | the Go client keeps slashes, a leading one too, and ends flags with an equals sign
cos-nodejs-sdk-v5: putObject | buffers and streams | SDK source | putObject of the COS SDK sends a simple upload, as a buffer and as a stream
cos-go-sdk-v5, cos-python-sdk-v5 | encoded slashes, the host without its port, the bucket's host | observed | the requests of the COS SDKs in Go and Python: encoded slashes, the host without its port, the host of a bucket
cos-nodejs-sdk-v5: headBucket, getBucketAcl | 200; NotImplemented | SDK source | the COS SDK is told whether a bucket is there, and what of it is not offered
COS: list | files by their paths, read by them too, for keys of the account | inferred | keys of COS are listed by cos-nodejs-sdk-v5, and read by their paths
COS: prefix, delimiter, marker and the like | prefix, delimiter, marker, max-keys, encoding-type | SDK source | keys of COS are listed in pages, by prefix, delimiter and marker
COS: copy | as SMH copies a file, over what is there; x-cos-copy-source-If-* | SDK source | keys of COS are copied as SMH copies them, over what is there, in directories that are made
COS: copy to an upload | to a confirmKey, whole or a part of a range | SDK source | keys of COS are copied to an upload that waits for its confirm
COS: delete, one or many | 204; DeleteResult, into the bin | SDK source | keys of COS are deleted one by one and many at once, into the bin where their library has one
COS: rights | of keys that may do less than all | inferred | keys of COS are for keys with the rights to it, where those reach
COS: what credentials of an upload are for | no list, copy or delete | inferred | keys of COS are not for the credentials of an upload, nor for a URL that names no copy
cos-nodejs-sdk-v5: multipartUpload | parts, with the account's keys | SDK source | multipartUpload of the COS SDK sends the parts of a multipart upload beside its own credentials
cos-nodejs-sdk-v5: getObject, headObject | what the API shows | SDK source | getObject and headObject of the COS SDK read what the API shows, whole and in ranges
cos-nodejs-sdk-v5: getObjectUrl | for GET and PUT | SDK source | getObjectUrl of the COS SDK makes links that need no client
cos-nodejs-sdk-v5: getAuthorization | an independent signer | SDK source | getAuthorization of the COS SDK signs parts as the server verifies them
cos-nodejs-sdk-v5: refusals | keys and targets | SDK source | the COS SDK with keys of another account, wrong ones or for what is not there is refused
`,
)

export const rows: readonly CoverageRow[] = [
  ...calls,
  ...parameters,
  ...answers,
  ...limits,
  ...authentication,
  ...grants,
  ...errors,
  ...clients,
]
