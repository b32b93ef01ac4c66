"""The package awscli: `aws s3` and `aws s3api`, as in a shell."""

import json

from s3_tools import BUCKET, NAME, URL, bin, lives, path, read, run, signed_url
from steps import KEYS, SETTING, file, same, step


class Aws:
    def __init__(self, access, secret):
        self.environment = {
            "AWS_ACCESS_KEY_ID": access,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": URL,
            **({} if SETTING["ca"] is None else {"AWS_CA_BUNDLE": SETTING["ca"]}),
        }

    def as_(self, access, secret):
        return Aws(access, secret)

    def do(self, *arguments):
        return run([bin("aws"), *arguments], self.environment).decode()

    def make(self, bucket):
        self.do("s3", "mb", f"s3://{bucket}")

    def buckets(self):
        return [line.split()[-1] for line in self.do("s3", "ls").splitlines()]

    def put(self, source, bucket, key):
        self.do("s3", "cp", source, f"s3://{bucket}/{key}")

    put_large = put

    def get(self, bucket, key):
        self.do("s3", "cp", f"s3://{bucket}/{key}", path("got"))
        return read(path("got"))

    def list(self, bucket, prefix):
        listed = self.do("s3api", "list-objects-v2", "--bucket", bucket, "--prefix", prefix)
        return [each["Key"] for each in json.loads(listed or "{}").get("Contents", [])]

    def copy(self, bucket, key, to):
        self.do("s3", "cp", f"s3://{bucket}/{key}", f"s3://{bucket}/{to}")

    def sync(self, folder, bucket, prefix):
        return len(self.do("s3", "sync", "--delete", "--no-progress", folder, f"s3://{bucket}/{prefix}").splitlines())

    def sync_back(self, bucket, prefix, folder):
        self.do("s3", "sync", f"s3://{bucket}/{prefix}", folder)

    def delete(self, bucket, key):
        self.do("s3", "rm", f"s3://{bucket}/{key}")

    def remove(self, bucket):
        self.do("s3", "rb", "--force", f"s3://{bucket}")


AWS = Aws(KEYS["access"], KEYS["secret"])


def more():
    @step("get a range")
    def _():
        AWS.do("s3api", "get-object", "--bucket", BUCKET, "--key", NAME, "--range", "bytes=10-29", path("part"))
        same(read(path("part")), file("video")[10:30])

    @step("signed URL")
    def _():
        # By default they are signed by version 2.
        AWS.do("configure", "set", "default.s3.signature_version", "s3v4")
        signed_url(AWS.do("s3", "presign", f"s3://{BUCKET}/{NAME}").strip(), file("video"))


AWS.more = more
lives(AWS)
