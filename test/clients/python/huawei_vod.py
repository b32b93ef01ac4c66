"""The package huaweicloudsdkvod."""

import re

import huaweicloudsdkvod.v1 as vod
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, reads_back, same, service, step

BODY, LARGE = file("video"), file("large")
PROJECT = SETTING["project"]
ENDPOINT = f"{SETTING['scheme']}://vod.{PROJECT['name']}.myhuaweicloud.com" if SETTING["names"] else SETTING["url"]
IAM = f"{SETTING['scheme']}://iam.{PROJECT['name']}.myhuaweicloud.com" if SETTING["names"] else SETTING["url"]
told = {}


def client(keys=KEYS, secret=None):
    credentials = BasicCredentials(keys["access"], secret or keys["secret"], PROJECT["id"])
    return vod.VodClient.new_builder().with_credentials(credentials).with_endpoint(ENDPOINT).build()


VOD = client()


def fails(status, code, call):
    error = raises(ClientRequestException, call)
    same((error.status_code, error.error_code), (status, code))
    assert error.request_id


def create(title):
    body = vod.CreateAssetByFileUploadReq(title=title, video_name="a b.mp4", video_type="MP4", tags="python")
    return VOD.create_asset_by_file_upload(vod.CreateAssetByFileUploadRequest(body=body))


def confirm(asset, client=VOD):
    body = vod.ConfirmAssetUploadReq(asset_id=asset, status="CREATED")
    return client.confirm_asset_upload(vod.ConfirmAssetUploadRequest(body=body)).asset_id


def details(asset):
    return VOD.show_asset_detail(vod.ShowAssetDetailRequest(asset_id=asset))


def state(asset):
    [info] = VOD.show_asset_meta(vod.ShowAssetMetaRequest(asset_id=[asset])).asset_info_array
    return info.status


@step("create an asset")
def _():
    answer = create(f"{RUN} 测试 & co")
    told["asset"], told["url"] = answer.asset_id, answer.video_upload_url


@step("PUT by the upload URL")
def _():
    same(fetch(told["url"], "PUT", BODY, Content_Type="video/mp4")[0], 200)


@step("confirm")
def _():
    same(confirm(told["asset"]), told["asset"])


@step("confirm again")
def _():
    same(confirm(told["asset"]), told["asset"])


@step("details")
def _():
    info = details(told["asset"]).base_info
    same((info.title, info.video_type), (f"{RUN} 测试 & co", "MP4"))
    same(info.meta_data.video_size, len(BODY))


@step("read back, whole and by ranges")
def _():
    reads_back(details(told["asset"]).base_info.sign_url, BODY)


@step("list")
def _():
    answer = VOD.list_asset_list(vod.ListAssetListRequest(query_string=RUN, size=10, order="desc"))
    same([asset.asset_id for asset in answer.assets], [told["asset"]])


@step("query by id")
def _():
    same(state(told["asset"]), "CREATED")


@step("rename")
def _():
    body = vod.UpdateAssetMetaReq(asset_id=told["asset"], title=f"{RUN} renamed")
    VOD.update_asset_meta(vod.UpdateAssetMetaRequest(body=body))
    same(details(told["asset"]).base_info.title, f"{RUN} renamed")


@step("publish")
def _():
    VOD.publish_assets(vod.PublishAssetsRequest(body=vod.PublishAssetReq(asset_id=[told["asset"]])))
    same(state(told["asset"]), "PUBLISHED")
    reads_back(details(told["asset"]).base_info.video_url, BODY)


@step("unpublish")
def _():
    VOD.unpublish_assets(vod.UnpublishAssetsRequest(body=vod.PublishAssetReq(asset_id=[told["asset"]])))
    same(state(told["asset"]), "CREATED")


@step("upload parts by temporary authorities")
def _():
    asset = create(f"{RUN} parts")
    where = {"bucket": asset.target.bucket, "object_key": asset.target.object}

    def authority(verb, **rest):
        request = vod.ShowAssetTempAuthorityRequest(http_verb=verb, **where, **rest)
        return VOD.show_asset_temp_authority(request).sign_str

    begin = authority("POST", content_type="video/mp4")
    answer = fetch(begin, "POST", b"", Content_Type="video/mp4")[2].decode()
    upload = re.search("<UploadId>(.*)</UploadId>", answer).group(1)
    listed = ""
    for number, piece in enumerate([LARGE[: 1 << 20], LARGE[1 << 20 :]], 1):
        url = authority("PUT", upload_id=upload, part_number=number)
        status, headers, _ = fetch(url, "PUT", piece, Content_Type="application/octet-stream")
        same(status, 200)
        listed += f"<Part><PartNumber>{number}</PartNumber><ETag>{headers['ETag']}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    same(fetch(authority("POST", upload_id=upload), "POST", body, Content_Type="application/xml")[0], 200)
    confirm(asset.asset_id)
    reads_back(details(asset.asset_id).base_info.sign_url, LARGE)
    VOD.delete_assets(vod.DeleteAssetsRequest(asset_id=[asset.asset_id]))


@step("categories")
def _():
    body = vod.CreateCategoryReq(name=RUN[-60:], parent_id=0)
    made = VOD.create_asset_category(vod.CreateAssetCategoryRequest(body=body))
    listed = VOD.list_asset_category(vod.ListAssetCategoryRequest(id=made.id)).body
    same([category.name for category in listed], [made.name])
    VOD.delete_asset_category(vod.DeleteAssetCategoryRequest(id=made.id))


@step("project of the region by IAM")
def _():
    credentials = BasicCredentials(KEYS["access"], KEYS["secret"]).with_iam_endpoint(IAM)
    region = Region(PROJECT["name"], ENDPOINT)
    by_region = vod.VodClient.new_builder().with_credentials(credentials).with_region(region).build()
    answer = by_region.list_asset_list(vod.ListAssetListRequest(query_string=RUN))
    same(answer.total, 1)


@step("error: wrong secret")
def _():
    wrong = client(secret="wrong")
    fails(401, "APIGW.0301", lambda: wrong.list_asset_list(vod.ListAssetListRequest()))


@step("error: missing asset")
def _():
    fails(400, "VOD.10062", lambda: details("0" * 32))
    fails(400, "VOD.10062", lambda: confirm("0" * 32))


@step("error: key that may only read")
def _():
    reader = client(READER)
    reader.list_asset_list(vod.ListAssetListRequest())
    fails(403, "APIGW.0302", lambda: confirm(told["asset"], reader))


@step("error: bad parameter")
def _():
    body = vod.CreateAssetByFileUploadReq(title="t", video_name="a.mp4", video_type="NONE")
    request = vod.CreateAssetByFileUploadRequest(body=body)
    fails(400, "VOD.10053", lambda: VOD.create_asset_by_file_upload(request))


@step("delete")
def _():
    [result] = VOD.delete_assets(vod.DeleteAssetsRequest(asset_id=[told["asset"]])).delete_result_array
    same((result.asset_id, result.status), (told["asset"], "DELETED"))
