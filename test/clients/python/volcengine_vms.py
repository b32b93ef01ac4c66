"""The package volcengine: voice resources."""

import ast
import json

from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, reads_back, same, service, step
from volcengine.vms.VmsService import VmsService

BODY = file("voice")
NAME = f"{RUN}.wav"
told = {}

# The package has one service for the whole program: keys are changed on it.
VMS = VmsService()
VMS.set_scheme(SETTING["scheme"])
if not SETTING["names"]:
    VMS.set_host(SETTING["host"])


def sign_in(keys, secret=None):
    VMS.set_ak(keys["access"])
    VMS.set_sk(secret or keys["secret"])


def result(answer):
    assert "Error" not in answer["ResponseMetadata"], answer
    return answer["Result"]


def fails(code, call):
    """What the package raises has the body of the answer as its text, written as Python writes bytes."""
    metadata = json.loads(ast.literal_eval(str(raises(Exception, call))))["ResponseMetadata"]
    same(metadata["Error"]["Code"], code)
    assert metadata["RequestId"]


sign_in(KEYS)


@step("GetResourceUploadUrl")
def _():
    told["url"] = result(VMS.get_resource_upload_url({"FileName": NAME}))["UploadUrl"]


@step("PUT by the upload URL")
def _():
    same(fetch(told["url"], "PUT", BODY)[0], 200)


@step("CommitResourceUpload")
def _():
    answer = result(VMS.commit_resource_upload({"FileName": NAME}))
    same((answer["Name"], answer["Suffix"]), (NAME, ".wav"))
    told["key"] = answer["ResourceKey"]


@step("CommitResourceUpload again")
def _():
    same(result(VMS.commit_resource_upload({"FileName": NAME}))["ResourceKey"], told["key"])


@step("QueryOpenGetResource")
def _():
    answer = result(VMS.query_open_get_resource({"Keyword": RUN, "Type": 0, "Limit": 10, "Offset": 0}))
    same([record["ResourceKey"] for record in answer["Records"]], [told["key"]])


@step("QueryUsableResource")
def _():
    answer = result(VMS.query_usable_resource({"Type": 0}))
    assert told["key"] in [record["ResourceKey"] for record in answer], answer


@step("read back, whole and by ranges")
def _():
    reads_back(service("voice/link", name=NAME)["url"], BODY)


@step("OpenUpdateResource")
def _():
    answer = result(VMS.open_update_resource({"ResourceKey": told["key"], "Name": f"{RUN} renamed"}))
    same(answer["Name"], f"{RUN} renamed")


@step("OpenCreateTts")
def _():
    assert result(VMS.create_tts({"Name": f"{RUN} tts", "TtsTemplateContent": "您的验证码是#code#"}))["ResourceKey"]


@step("error: wrong secret")
def _():
    sign_in(KEYS, "wrong")
    fails("SignatureNotMatch", lambda: VMS.get_resource_upload_url({"FileName": NAME}))
    sign_in(KEYS)


@step("error: missing resource")
def _():
    fails("InvalidParameter", lambda: VMS.delete_resource({"ResourceKey": "0" * 32}))


@step("error: key that may only read")
def _():
    sign_in(READER)
    fails("AccessDenied", lambda: VMS.delete_resource({"ResourceKey": told["key"]}))
    sign_in(KEYS)


@step("error: missing parameter")
def _():
    fails("MissingParameter", lambda: VMS.commit_resource_upload({}))


@step("OpenDeleteResource")
def _():
    same(result(VMS.delete_resource({"ResourceKey": told["key"]}))["ResourceKey"], told["key"])
