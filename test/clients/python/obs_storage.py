"""The package esdk-obs-python: bytes of VOD's assets."""

from obs import (
    CompleteMultipartUploadRequest,
    CompletePart,
    DeleteObjectsRequest,
    GetObjectHeader,
    Object,
    ObsClient,
)
from steps import KEYS, READER, RUN, SETTING, fetch, file, same, service, step

BODY, LARGE = file("video"), file("large")
TASK = service("obs/begin", name=f"{RUN} 视频")
PARTS = service("obs/begin", name=f"{RUN} parts")
AT = (TASK["bucket"], TASK["key"])
PARTS_AT = (PARTS["bucket"], PARTS["key"])
COPY = service("obs/begin", name=f"{RUN} copy")
COPY_AT = (COPY["bucket"], COPY["key"])
NONE = (TASK["bucket"], f"{TASK['key']}none")
told = {}


def client(keys=KEYS, secret=None):
    server = f"{SETTING['scheme']}://obs.cn-north-4.myhuaweicloud.com" if SETTING["names"] else SETTING["url"]
    return ObsClient(access_key_id=keys["access"], secret_access_key=secret or keys["secret"], server=server)


OBS = client()


def ok(answer, status=200):
    assert answer.status == status, (answer.status, answer.errorCode, answer.errorMessage)
    return answer.body


def fails(status, code, answer):
    same((answer.status, answer.errorCode), (status, code))
    assert answer.requestId


def read(at, status=200, **headers):
    options = {"headers": GetObjectHeader(**headers)} if headers else {}
    return ok(OBS.getObject(*at, loadStreamInMemory=True, **options), status).buffer


@step("HEAD of the bucket")
def _():
    ok(OBS.headBucket(AT[0]))


@step("put an object")
def _():
    assert ok(OBS.putContent(*AT, content=BODY)).etag
    service("obs/commit", **TASK)


@step("get the object")
def _():
    same(read(AT), BODY)


@step("get ranges")
def _():
    same(read(AT, 206, range="10-29"), BODY[10:30])
    same(read(AT, 206, range="-7"), BODY[-7:])


@step("HEAD of the object")
def _():
    same(ok(OBS.getObjectMetadata(*AT)).contentLength, len(BODY))


@step("signed URL")
def _():
    same(fetch(OBS.createSignedUrl("GET", *AT, expires=600).signedUrl)[2], BODY)


@step("begin parts")
def _():
    told["upload"] = ok(OBS.initiateMultipartUpload(*PARTS_AT)).uploadId


@step("upload parts")
def _():
    pieces = [LARGE[: 1 << 20], LARGE[1 << 20 :]]
    told["etags"] = [
        ok(OBS.uploadPart(*PARTS_AT, number, told["upload"], content=piece)).etag
        for number, piece in enumerate(pieces, 1)
    ]


@step("list parts")
def _():
    listed = ok(OBS.listParts(*PARTS_AT, told["upload"])).parts
    same([(part.partNumber, part.etag) for part in listed], list(enumerate(told["etags"], 1)))


@step("complete parts")
def _():
    parts = [CompletePart(number, etag) for number, etag in enumerate(told["etags"], 1)]
    ok(OBS.completeMultipartUpload(*PARTS_AT, told["upload"], CompleteMultipartUploadRequest(parts)))
    service("obs/commit", **PARTS)


@step("read the parts back")
def _():
    same(read(PARTS_AT), LARGE)
    service("obs/remove", **PARTS)


@step("abort parts")
def _():
    task = service("obs/begin", name=f"{RUN} abort")
    at = (task["bucket"], task["key"])
    upload = ok(OBS.initiateMultipartUpload(*at)).uploadId
    ok(OBS.uploadPart(*at, 1, upload, content=BODY))
    ok(OBS.abortMultipartUpload(*at, upload), 204)
    fails(404, "NoSuchUpload", OBS.listParts(*at, upload))


@step("error: wrong secret")
def _():
    fails(403, "SignatureDoesNotMatch", client(secret="wrong").getObject(*AT, loadStreamInMemory=True))


@step("error: unknown access key")
def _():
    unknown = client({"access": "AKNOBODY", "secret": "x"})
    fails(403, "InvalidAccessKeyId", unknown.getObject(*AT, loadStreamInMemory=True))


@step("error: missing object")
def _():
    fails(404, "NoSuchKey", OBS.getObject(*NONE, loadStreamInMemory=True))
    same(OBS.getObjectMetadata(*NONE).status, 404)


@step("error: unknown upload")
def _():
    fails(404, "NoSuchUpload", OBS.uploadPart(*AT, 1, "0" * 32, content=b"x"))


@step("error: key that may only read")
def _():
    ok(client(READER).getObjectMetadata(*AT))
    fails(403, "AccessDenied", client(READER).putContent(*AT, content=BODY))


@step("error: range past the end")
def _():
    answer = OBS.getObject(*AT, loadStreamInMemory=True, headers=GetObjectHeader(range="99999999-"))
    fails(416, "InvalidRange", answer)


@step("error: ACL of the bucket, which is not offered")
def _():
    fails(501, "NotImplemented", OBS.getBucketAcl(AT[0]))


@step("list the bucket")
def _():
    asset = AT[1].rsplit("/", 1)[0] + "/"
    listed = ok(OBS.listObjects(AT[0], prefix=asset))
    same([(each.key, each.size) for each in listed.contents], [(AT[1], len(BODY))])
    prefixes = ok(OBS.listObjects(AT[0], delimiter="/")).commonPrefixs
    assert f"{AT[1].split('/')[0]}/" in [each.prefix for each in prefixes]
    assert AT[0] in [each.name for each in ok(OBS.listBuckets()).buckets]


@step("copy an object")
def _():
    assert ok(OBS.copyObject(*AT, *COPY_AT)).etag
    service("obs/commit", **COPY)
    same(read(COPY_AT), BODY)


@step("delete objects")
def _():
    ok(OBS.deleteObject(*COPY_AT), 204)
    fails(404, "NoSuchKey", OBS.getObject(*COPY_AT, loadStreamInMemory=True))
    told = ok(OBS.deleteObjects(AT[0], DeleteObjectsRequest(quiet=False, objects=[Object(key=COPY_AT[1])])))
    same([each.key for each in told.deleted], [COPY_AT[1]])


@step("gone after the delete")
def _():
    service("obs/remove", **TASK)
    fails(404, "NoSuchKey", OBS.getObject(*AT, loadStreamInMemory=True))
