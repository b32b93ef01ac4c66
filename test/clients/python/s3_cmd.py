"""The package s3cmd, as in a shell."""

from s3_tools import bin, lives, path, read, run
from steps import KEYS, SETTING


class S3cmd:
    def __init__(self, access, secret):
        host = SETTING["s3"].split("//")[1]
        secure = SETTING["ca"] is not None
        self.options = [
            "--config=/dev/null",
            f"--access_key={access}",
            f"--secret_key={secret}",
            f"--host={host}",
            f"--host-bucket={host}",
            "--no-progress",
            *([f"--ca-certs={SETTING['ca']}", "--ssl"] if secure else ["--no-ssl"]),
        ]

    def as_(self, access, secret):
        return S3cmd(access, secret)

    def do(self, *arguments):
        return run([bin("python"), bin("s3cmd"), *self.options, *arguments]).decode()

    def make(self, bucket):
        self.do("mb", f"s3://{bucket}")

    def buckets(self):
        return [line.split("s3://")[-1] for line in self.do("ls").splitlines()]

    def put(self, source, bucket, key):
        self.do("put", source, f"s3://{bucket}/{key}")

    put_large = put

    def get(self, bucket, key):
        self.do("get", "--force", f"s3://{bucket}/{key}", path("got"))
        return read(path("got"))

    def list(self, bucket, prefix):
        listed = self.do("ls", "--recursive", f"s3://{bucket}/{prefix}")
        return [line.split(f"s3://{bucket}/")[1] for line in listed.splitlines()]

    def copy(self, bucket, key, to):
        self.do("cp", f"s3://{bucket}/{key}", f"s3://{bucket}/{to}")

    def sync(self, folder, bucket, prefix):
        told = self.do("sync", "--delete-removed", f"{folder}/", f"s3://{bucket}/{prefix}/")
        return told.count("upload:")

    def sync_back(self, bucket, prefix, folder):
        self.do("sync", f"s3://{bucket}/{prefix}/", f"{folder}/")

    def delete(self, bucket, key):
        self.do("del", f"s3://{bucket}/{key}")

    def remove(self, bucket):
        self.do("rb", "--recursive", "--force", f"s3://{bucket}")


TOOL = S3cmd(KEYS["access"], KEYS["secret"])


def more():
    """Its URLs are signed by version 2 alone."""


TOOL.more = more
lives(TOOL)
