"""The package cos-python-sdk-v5: bytes of SMH's files, with the account's own keys."""

from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_exception import CosServiceError
from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, same, service, step

BODY, LARGE = file("video"), file("large")
NAME = f"{RUN}.mp4"
TASK = service("cos/begin", name=NAME)
AT = {"Bucket": TASK["bucket"], "Key": TASK["key"]}
NONE = {**AT, "Key": f"{TASK['key']}none"}


def client(keys=KEYS, secret=None):
    where = {"Region": "ap-beijing"} if SETTING["names"] else {"Domain": SETTING["host"]}
    pair = {"SecretId": keys["access"], "SecretKey": secret or keys["secret"]}
    return CosS3Client(CosConfig(**where, **pair, Scheme=SETTING["scheme"]))


COS = client()


def fails(status, code, call):
    error = raises(CosServiceError, call)
    same((error.get_status_code(), error.get_error_code()), (status, code))
    assert error.get_request_id()


def read(at, **options):
    return COS.get_object(**at, **options)["Body"].get_raw_stream().read()


@step("HEAD of the bucket")
def _():
    COS.head_bucket(Bucket=AT["Bucket"])


@step("put an object")
def _():
    assert COS.put_object(**AT, Body=BODY, ContentType="video/mp4")["ETag"]


@step("nothing to read before the confirm")
def _():
    fails(404, "NoSuchKey", lambda: COS.get_object(**AT))
    AT["Key"] = service("cos/commit", name=NAME, **TASK)["key"]


@step("get the object")
def _():
    same(read(AT), BODY)


@step("get ranges")
def _():
    same(read(AT, Range="bytes=10-29"), BODY[10:30])
    same(read(AT, Range="bytes=-7"), BODY[-7:])


@step("HEAD of the object")
def _():
    same(int(COS.head_object(**AT)["Content-Length"]), len(BODY))


@step("signed URL")
def _():
    url = COS.get_presigned_url(Method="GET", **AT, Expired=600)
    same(fetch(url)[2], BODY)


@step("upload parts, renew between them")
def _():
    name = f"{RUN} parts.mp4"
    task = service("cos/begin-parts", name=name)
    at = {"Bucket": task["bucket"], "Key": task["key"]}
    pieces = [LARGE[: 1 << 20], LARGE[1 << 20 :]]
    for number, piece in enumerate(pieces, 1):
        assert COS.upload_part(**at, Body=piece, PartNumber=number, UploadId=task["uploadId"])["ETag"]
        service("cos/renew", **task)
    at["Key"] = service("cos/commit", name=name, **task)["key"]
    same(read(at), LARGE)
    service("cos/remove", name=name)


@step("error: wrong secret")
def _():
    fails(403, "SignatureDoesNotMatch", lambda: client(secret="wrong").get_object(**AT))


@step("error: unknown access key")
def _():
    fails(403, "InvalidAccessKeyId", lambda: client({"access": "AKIDNOBODY", "secret": "x"}).get_object(**AT))


@step("error: missing object")
def _():
    fails(404, "NoSuchKey", lambda: COS.get_object(**NONE))
    same(raises(CosServiceError, lambda: COS.head_object(**NONE)).get_status_code(), 404)


@step("error: unknown upload")
def _():
    fails(404, "NoSuchUpload", lambda: COS.upload_part(**NONE, Body=b"x", PartNumber=1, UploadId="none"))


@step("error: key that may only read")
def _():
    client(READER).head_object(**AT)
    fails(403, "AccessDenied", lambda: client(READER).put_object(**AT, Body=BODY))


@step("error: range past the end")
def _():
    fails(416, "InvalidRange", lambda: COS.get_object(**AT, Range="bytes=99999999-"))


@step("error: ACL of the bucket, which is not offered")
def _():
    fails(501, "NotImplemented", lambda: COS.get_bucket_acl(Bucket=AT["Bucket"]))


def files():
    """What the keys of the library's files begin with."""
    return "/".join(AT["Key"].split("/")[:3]) + "/"


@step("list the bucket")
def _():
    listed = COS.list_objects(Bucket=AT["Bucket"], Prefix=files(), MaxKeys=1000)
    same([each["Size"] for each in listed["Contents"] if each["Key"] == files() + NAME], [str(len(BODY))])
    prefixes = COS.list_objects(Bucket=AT["Bucket"], Delimiter="/")["CommonPrefixes"]
    same([each["Prefix"] for each in prefixes], ["cos/"])


@step("copy an object")
def _():
    source = {"Bucket": AT["Bucket"], "Key": files() + NAME, "Region": "ap-beijing"}
    assert COS.copy_object(Bucket=AT["Bucket"], Key=f"{files()}copy-{NAME}", CopySource=source)["ETag"]
    same(read({**AT, "Key": f"{files()}copy-{NAME}"}), BODY)


@step("delete objects")
def _():
    copy = {**AT, "Key": f"{files()}copy-{NAME}"}
    COS.delete_object(**copy)
    fails(404, "NoSuchKey", lambda: COS.get_object(**copy))
    told = COS.delete_objects(Bucket=AT["Bucket"], Delete={"Object": [{"Key": copy["Key"]}], "Quiet": "false"})
    same([each["Key"] for each in told["Deleted"]], [copy["Key"]])


@step("gone after the delete")
def _():
    service("cos/remove", name=NAME)
    fails(404, "NoSuchKey", lambda: COS.get_object(**AT))
