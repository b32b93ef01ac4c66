"""The package huaweicloudsdkiam."""

import huaweicloudsdkiam.v3 as iam
import huaweicloudsdkvod.v1 as vod
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from steps import KEYS, RUN, SETTING, raises, same, step

PROJECT, USER, ACCOUNT = SETTING["project"], SETTING["user"], SETTING["account"]
VOD = f"{SETTING['scheme']}://vod.{PROJECT['name']}.myhuaweicloud.com" if SETTING["names"] else SETTING["url"]
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


@step("projects of the caller")
def _():
    projects = IAM.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    assert PROJECT["id"] in [project.id for project in projects]


@step("domains of the caller")
def _():
    domains = IAM.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    same([domain.name for domain in domains], [ACCOUNT["name"]])


@step("temporary keys by a token, used for VOD")
def _():
    identity = iam.TokenAuthIdentity(methods=["token"], token=iam.IdentityToken(id=told["token"], duration_seconds=900))
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(iam.TokenAuth(identity))
    request = iam.CreateTemporaryAccessKeyByTokenRequest(body=body)
    credential = IAM.create_temporary_access_key_by_token(request).credential
    assert credential.expires_at
    temporary = BasicCredentials(credential.access, credential.secret, PROJECT["id"])
    temporary.with_security_token(credential.securitytoken)
    assets = vod.VodClient.new_builder().with_credentials(temporary).with_endpoint(VOD).build()
    same(assets.list_asset_list(vod.ListAssetListRequest(query_string=RUN)).total, 0)
    forged = BasicCredentials(credential.access, "wrong", PROJECT["id"]).with_security_token(credential.securitytoken)
    other = vod.VodClient.new_builder().with_credentials(forged).with_endpoint(VOD).build()
    fails(401, lambda: other.list_asset_list(vod.ListAssetListRequest()))


@step("error: wrong password")
def _():
    fails(401, lambda: token(password="wrong"))


@step("error: wrong secret")
def _():
    fails(401, lambda: client("wrong").keystone_list_projects(iam.KeystoneListProjectsRequest()))


@step("error: bad parameter")
def _():
    fails(400, lambda: token(methods=["none"]))
