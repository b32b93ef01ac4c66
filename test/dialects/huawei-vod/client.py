"""A client of VOD that signs by itself, from the document alone (API signing guide, SDK-HMAC-SHA256).

Takes the server's URL, access key, secret key and project id, and the file to upload. Prints one JSON object a line: what was
done, the status and the answer.
"""

import datetime
import hashlib
import hmac
import http.client
import json
import sys
import urllib.parse

URL, ACCESS_KEY, SECRET_KEY, PROJECT, FILE = sys.argv[1:]
HOST = urllib.parse.urlsplit(URL).netloc


def encode(text):
    return urllib.parse.quote(text, safe="-._~")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def signed_headers(method, path, query, body, payload=None):
    """The headers of a request: host and date are signed, and the stand-in for the body's hash where there is one."""
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": HOST, "x-sdk-date": date}
    if payload is not None:
        headers["x-sdk-content-sha256"] = payload
    names = sorted(headers)
    canonical = "\n".join(
        [
            method,
            "".join(encode(segment) + "/" for segment in path.split("/")),
            "&".join(sorted(f"{encode(name)}={encode(value)}" for name, value in query)),
            "".join(f"{name}:{headers[name]}\n" for name in names),
            ";".join(names),
            payload or sha256(body),
        ]
    )
    to_sign = "\n".join(["SDK-HMAC-SHA256", date, sha256(canonical.encode())])
    signature = hmac.new(SECRET_KEY.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    scheme = f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return {**headers, "authorization": scheme}


def send(method, target, body, headers):
    connection = http.client.HTTPConnection(HOST)
    connection.request(method, target, body=body, headers=headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, data


def call(step, method, name, query=(), fields=None, version="v1.0", payload=None):
    path = f"/{version}/{PROJECT}/{name}"
    body = b"" if fields is None else json.dumps(fields, ensure_ascii=False).encode()
    headers = signed_headers(method, path, query, body, payload)
    headers["content-type"] = "application/json"
    target = path + ("?" + urllib.parse.urlencode(query) if query else "")
    status, data = send(method, target, body, headers)
    answer = json.loads(data) if data else None
    print(json.dumps({"step": step, "status": status, "answer": answer}))
    return answer


with open(FILE, "rb") as file:
    video = file.read()

made = call("create", "POST", "asset", fields={"title": "蛇 & co", "video_name": "a b.mp4", "video_type": "MP4", "tags": "python"})
asset = made["asset_id"]
upload = urllib.parse.urlsplit(made["video_upload_url"])
status, _ = send("PUT", f"{upload.path}?{upload.query}", video, {"content-type": "video/mp4"})
print(json.dumps({"step": "put", "status": status, "answer": None}))
call("confirm", "POST", "asset/status/uploaded", fields={"asset_id": asset, "status": "CREATED"})
call("details", "GET", "asset/details", [("asset_id", asset), ("categories", "base_info")])
call("list", "GET", "asset/list", [("tags", "python"), ("query_string", "蛇 & CO"), ("size", "1"), ("status", "CREATED"), ("status", "PUBLISHED")])
call("nothing found", "GET", "asset/list", [("query_string", "~!*'()+%/?=&;"), ("tags", "")])
call("unsigned payload", "POST", "asset/status/publish", fields={"asset_id": [asset]}, payload="UNSIGNED-PAYLOAD")
call("rename", "PUT", "asset/info", fields={"asset_id": asset, "title": "renamed"})
call("delete", "DELETE", "asset", [("asset_id", asset)])
call("unknown", "GET", "asset/details", [("asset_id", asset)])

SECRET_KEY = "not the secret key"
call("wrong key", "GET", "asset/list")
