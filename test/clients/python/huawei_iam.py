"""The package huaweicloudsdkiam."""

import huaweicloudsdkiam.v3 as iam
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from steps import KEYS, SETTING, raises, same, step

PROJECT, USER, ACCOUNT = SETTING["project"], SETTING["user"], SETTING["account"]
ENDPOINT = f"{SETTING['scheme']}://iam.{PROJECT['name']}.myhuaweicloud.com" if SETTING["names"] else SETTING["url"]
told = {}


def client(secret=None):
    """The domain's id is the client's own business: it asks IAM for it."""
    credentials = GlobalCredentials(KEYS["access"], secret or KEYS["secret"]).with_iam_endpoint(ENDPOINT)
    return iam.IamClient.new_builder().with_credentials(credentials).with_endpoint(ENDPOINT).build()


def fails(status, call):
    error = raises(ClientRequestException, call)
    same(error.status_code, status)
    assert error.error_code and error.error_msg


def token(password=USER["password"], methods=("password",)):
    user = iam.PwdPasswordUser(name=USER["name"], password=password, domain=iam.PwdPasswordUserDomain(ACCOUNT["name"]))
    identity = iam.PwdIdentity(methods=list(methods), password=iam.PwdPassword(user))
    auth = iam.PwdAuth(identity=identity, scope=iam.AuthScope(project=iam.AuthScopeProject(name=PROJECT["name"])))
    body = iam.KeystoneCreateUserTokenByPasswordRequestBody(auth)
    return IAM.keystone_create_user_token_by_password(iam.KeystoneCreateUserTokenByPasswordRequest(body=body))


IAM = client()


@step("token by password")
def _():
    answer = token()
    same(answer.token.project.id, PROJECT["id"])
    told["token"] = answer.x_subject_token
    assert told["token"]


@step("validate a token")
def _():
    answer = IAM.keystone_validate_token(iam.KeystoneValidateTokenRequest(x_subject_token=told["token"]))
    same(answer.token.user.name, USER["name"])


@step("projects")
def _():
    projects = IAM.keystone_list_projects(iam.KeystoneListProjectsRequest(name=PROJECT["name"])).projects
    same([project.id for project in projects], [PROJECT["id"]])


@step("error: wrong password")
def _():
    fails(401, lambda: token(password="wrong"))


@step("error: wrong secret")
def _():
    fails(401, lambda: client("wrong").keystone_list_projects(iam.KeystoneListProjectsRequest()))


@step("error: bad parameter")
def _():
    fails(400, lambda: token(methods=["none"]))
