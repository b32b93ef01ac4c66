"""volcengine-python-sdk: voice resources."""

import json

import volcenginesdkvms as vms
from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, reads_back, same, service, step
from volcenginesdkcore import ApiClient, Configuration
from volcenginesdkcore.rest import ApiException

BODY = file("voice")
NAME = f"{RUN}.wav"
told = {}


def client(keys=KEYS, secret=None):
    configuration = Configuration()
    configuration.ak, configuration.sk = keys["access"], secret or keys["secret"]
    configuration.region = "cn-north-1"
    configuration.scheme = SETTING["scheme"]
    configuration.ssl_ca_cert = SETTING["ca"]
    if not SETTING["names"]:
        configuration.host = SETTING["host"]
    return vms.VMSApi(ApiClient(configuration))


VMS = client()


def fails(status, code, call):
    error = raises(ApiException, call)
    metadata = json.loads(error.body)["ResponseMetadata"]
    same((error.status, metadata["Error"]["Code"]), (status, code))
    assert metadata["RequestId"]


@step("GetResourceUploadUrl")
def _():
    request = vms.GetResourceUploadUrlRequest(file_name=NAME)
    told["url"] = VMS.get_resource_upload_url(request).upload_url


@step("PUT by the upload URL")
def _():
    same(fetch(told["url"], "PUT", BODY)[0], 200)


def commit():
    return VMS.commit_resource_upload(vms.CommitResourceUploadRequest(file_name=NAME))


@step("CommitResourceUpload")
def _():
    answer = commit()
    same((answer.name, answer.suffix), (NAME, ".wav"))
    told["key"] = answer.resource_key


@step("CommitResourceUpload again")
def _():
    same(commit().resource_key, told["key"])


@step("QueryOpenGetResource")
def _():
    answer = VMS.query_open_get_resource(vms.QueryOpenGetResourceRequest(keyword=RUN, type=0, limit=10, offset=0))
    same([record.resource_key for record in answer.records], [told["key"]])
    same(answer.total, 1)


@step("QueryUsableResourceV2")
def _():
    answer = VMS.query_usable_resource_v2(vms.QueryUsableResourceV2Request(type=0))
    assert told["key"] in [record.resource_key for record in answer.records]


@step("read back, whole and by ranges")
def _():
    reads_back(service("voice/link", name=NAME)["url"], BODY)


@step("OpenUpdateResource")
def _():
    request = vms.OpenUpdateResourceRequest(resource_key=told["key"], name=f"{RUN} renamed")
    same(VMS.open_update_resource(request).name, f"{RUN} renamed")


@step("OpenCreateTts")
def _():
    request = vms.OpenCreateTtsRequest(name=f"{RUN} tts", tts_template_content="您的验证码是#code#", remark="r")
    assert VMS.open_create_tts(request).resource_key


@step("error: wrong secret")
def _():
    request = vms.GetResourceUploadUrlRequest(file_name=NAME)
    fails(401, "SignatureNotMatch", lambda: client(secret="wrong").get_resource_upload_url(request))


@step("error: missing resource")
def _():
    request = vms.OpenDeleteResourceRequest(resource_key="0" * 32)
    fails(400, "InvalidParameter", lambda: VMS.open_delete_resource(request))


@step("error: key that may only read")
def _():
    request = vms.OpenDeleteResourceRequest(resource_key=told["key"])
    fails(403, "AccessDenied", lambda: client(READER).open_delete_resource(request))


@step("error: missing parameter")
def _():
    fails(400, "MissingParameter", lambda: VMS.commit_resource_upload(vms.CommitResourceUploadRequest(file_name="")))


@step("OpenDeleteResource")
def _():
    answer = VMS.open_delete_resource(vms.OpenDeleteResourceRequest(resource_key=told["key"]))
    same(answer.resource_key, told["key"])
