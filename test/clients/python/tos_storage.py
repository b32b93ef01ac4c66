"""The package tos: bytes of voice resources."""

import tos
from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, same, service, step
from tos.exceptions import TosServerError

BODY = file("voice")
TASK = service("tos/begin", name=f"{RUN} tos+中.wav")
BUCKET, KEY = TASK["bucket"], TASK["key"]
COPY = service("tos/begin", name=f"{RUN} copy.wav")


def client(keys=KEYS, secret=None):
    """By address, TOS's own names of buckets as hosts cannot be had: the endpoint is a custom domain."""
    where = (
        {"endpoint": f"{SETTING['scheme']}://tos-cn-beijing.volces.com"}
        if SETTING["names"]
        else {"endpoint": SETTING["url"], "is_custom_domain": True}
    )
    return tos.TosClientV2(keys["access"], secret or keys["secret"], region="cn-beijing", **where)


TOS = client()


def fails(status, code, call):
    error = raises(TosServerError, call)
    same((error.status_code, error.code), (status, code))
    assert error.request_id


@step("HEAD of the bucket")
def _():
    TOS.head_bucket(BUCKET)


@step("put an object")
def _():
    answer = TOS.put_object(BUCKET, KEY, content=BODY)
    assert answer.etag and answer.hash_crc64_ecma


@step("nothing to read before the commit")
def _():
    fails(404, "NoSuchKey", lambda: TOS.get_object(BUCKET, KEY))
    service("tos/commit", **TASK)


@step("get the object")
def _():
    same(TOS.get_object(BUCKET, KEY).read(), BODY)


@step("get ranges")
def _():
    same(TOS.get_object(BUCKET, KEY, range_start=10, range_end=29).read(), BODY[10:30])
    same(TOS.get_object(BUCKET, KEY, range="bytes=-7").read(), BODY[-7:])


@step("HEAD of the object")
def _():
    same(TOS.head_object(BUCKET, KEY).content_length, len(BODY))


@step("signed URL")
def _():
    link = TOS.pre_signed_url(tos.HttpMethodType.Http_Method_Get, BUCKET, KEY, expires=600)
    same(fetch(link.signed_url)[2], BODY)


@step("error: wrong secret")
def _():
    fails(403, "SignatureDoesNotMatch", lambda: client(secret="wrong").get_object(BUCKET, KEY))


@step("error: unknown access key")
def _():
    unknown = client({"access": "AKLTNOBODY", "secret": "x"})
    fails(403, "InvalidAccessKeyId", lambda: unknown.get_object(BUCKET, KEY))


@step("error: missing object")
def _():
    fails(404, "NoSuchKey", lambda: TOS.get_object(BUCKET, f"{KEY}.none"))
    same(raises(TosServerError, lambda: TOS.head_object(BUCKET, f"{KEY}.none")).status_code, 404)


@step("error: key that may only read")
def _():
    same(client(READER).get_object(BUCKET, KEY).read(), BODY)
    fails(403, "AccessDenied", lambda: client(READER).put_object(BUCKET, f"{KEY}.none", content=BODY))


@step("error: range past the end")
def _():
    fails(416, "Requested Range Not Satisfiable", lambda: TOS.get_object(BUCKET, KEY, range="bytes=99999999-"))


@step("error: ACL of the bucket, which is not offered")
def _():
    fails(501, "UnImplemented", lambda: TOS.get_object_acl(BUCKET, KEY))


@step("list the bucket")
def _():
    account = KEY.split("/")[0]
    listed = TOS.list_objects_type2(BUCKET, prefix=f"{account}/{RUN}", max_keys=1000)
    same(next(each.size for each in listed.contents if each.key == KEY), len(BODY))
    first = TOS.list_objects(BUCKET, prefix=KEY)
    same([each.key for each in first.contents], [KEY])
    same([each.prefix for each in TOS.list_objects_type2(BUCKET, delimiter="/").common_prefixes], [f"{account}/"])


@step("copy an object")
def _():
    assert TOS.copy_object(BUCKET, COPY["key"], src_bucket=BUCKET, src_key=KEY).etag
    service("tos/commit", **COPY)
    same(TOS.get_object(BUCKET, COPY["key"]).read(), BODY)


@step("delete objects")
def _():
    TOS.delete_object(BUCKET, COPY["key"])
    fails(404, "NoSuchKey", lambda: TOS.get_object(BUCKET, COPY["key"]))
    listed = [tos.models2.ObjectTobeDeleted(COPY["key"])]
    same([each.key for each in TOS.delete_multi_objects(BUCKET, listed).deleted], [COPY["key"]])


@step("gone after the delete")
def _():
    service("tos/remove", **TASK)
    fails(404, "NoSuchKey", lambda: TOS.get_object(BUCKET, KEY))
