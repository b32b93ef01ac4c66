"""rclone, of the system's package: the backend `s3` with the provider `Other`."""

import os
import re

from s3_tools import BUCKET, NAME, URL, lives, path, read, run, signed_url
from steps import KEYS, SETTING, file, same, step

PROGRAM = SETTING["rclone"]


class Rclone:
    def __init__(self, access, secret):
        self.environment = {
            "RCLONE_CONFIG": "/dev/null",
            "RCLONE_CONFIG_S_TYPE": "s3",
            "RCLONE_CONFIG_S_PROVIDER": "Other",
            "RCLONE_CONFIG_S_ACCESS_KEY_ID": access,
            "RCLONE_CONFIG_S_SECRET_ACCESS_KEY": secret,
            "RCLONE_CONFIG_S_ENDPOINT": URL,
            **({} if SETTING["ca"] is None else {"RCLONE_CA_CERT": SETTING["ca"]}),
        }

    def as_(self, access, secret):
        return Rclone(access, secret)

    def do(self, *arguments, stdin=None):
        return run([PROGRAM, "--retries=1", "--low-level-retries=1", *arguments], self.environment, stdin)

    def make(self, bucket):
        self.do("mkdir", f"S:{bucket}")

    def buckets(self):
        return [line.rstrip("/") for line in self.do("lsf", "S:").decode().splitlines()]

    def put(self, source, bucket, key):
        self.do("copyto", source, f"S:{bucket}/{key}")

    def put_large(self, source, bucket, key):
        """What comes as a stream goes in parts."""
        self.do("rcat", f"S:{bucket}/{key}", stdin=read(source))

    def get(self, bucket, key):
        if os.path.exists(path("got")):
            os.remove(path("got"))
        self.do("copyto", f"S:{bucket}/{key}", path("got"))
        return read(path("got"))

    def list(self, bucket, prefix):
        found = self.do("lsf", "-R", "--files-only", f"S:{bucket}").decode().splitlines()
        return [key for key in found if key.startswith(prefix)]

    def copy(self, bucket, key, to):
        self.do("copyto", f"S:{bucket}/{key}", f"S:{bucket}/{to}")

    def sync(self, folder, bucket, prefix):
        self.do("sync", folder, f"S:{bucket}/{prefix}")
        self.do("check", folder, f"S:{bucket}/{prefix}")
        told = run([PROGRAM, "sync", "--dry-run", "--use-json-log", folder, f"S:{bucket}/{prefix}"], self.environment)
        return len(re.findall(rb"skipped", told))

    def sync_back(self, bucket, prefix, folder):
        self.do("sync", f"S:{bucket}/{prefix}", folder)

    def delete(self, bucket, key):
        self.do("deletefile", f"S:{bucket}/{key}")

    def remove(self, bucket):
        self.do("purge", f"S:{bucket}")


RCLONE = Rclone(KEYS["access"], KEYS["secret"])


def more():
    @step("get a range")
    def _():
        same(RCLONE.do("cat", "--offset=10", "--count=20", f"S:{BUCKET}/{NAME}"), file("video")[10:30])

    @step("signed URL")
    def _():
        signed_url(RCLONE.do("link", f"S:{BUCKET}/{NAME}").decode().strip(), file("video"))


RCLONE.more = more
lives(RCLONE)
