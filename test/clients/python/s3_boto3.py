"""The package boto3: its client and its transfers, at their default settings."""

import io

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from s3_tools import BUCKET, NAME, URL, lives, signed_url
from steps import KEYS, SETTING, file, raises, same, step


class Boto3:
    def __init__(self, access, secret):
        self.keys = {"aws_access_key_id": access, "aws_secret_access_key": secret}
        self.client = self.connect()

    def connect(self, **more):
        at = {"endpoint_url": URL, "region_name": "us-east-1", "verify": SETTING["ca"]}
        return boto3.client("s3", **at, **self.keys, **more)

    def as_(self, access, secret):
        return Boto3(access, secret)

    def make(self, bucket):
        self.client.create_bucket(Bucket=bucket)

    def buckets(self):
        return [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]

    def put(self, source, bucket, key):
        with open(source, "rb") as body:
            self.client.put_object(Bucket=bucket, Key=key, Body=body)

    def put_large(self, source, bucket, key):
        self.client.upload_file(source, bucket, key, ExtraArgs={"Metadata": {"colour": "blue"}})
        same(self.client.head_object(Bucket=bucket, Key=key)["Metadata"], {"colour": "blue"})

    def get(self, bucket, key):
        into = io.BytesIO()
        self.client.download_fileobj(bucket, key, into)
        return into.getvalue()

    def list(self, bucket, prefix):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def copy(self, bucket, key, to):
        self.client.copy({"Bucket": bucket, "Key": key}, bucket, to)

    def delete(self, bucket, key):
        self.client.delete_object(Bucket=bucket, Key=key)

    def remove(self, bucket):
        keys = [{"Key": key} for key in self.list(bucket, "")]
        same(self.client.delete_objects(Bucket=bucket, Delete={"Objects": keys}).get("Errors", []), [])
        self.client.delete_bucket(Bucket=bucket)


BOTO3 = Boto3(KEYS["access"], KEYS["secret"])
S3 = BOTO3.client


def more():
    at = {"Bucket": BUCKET, "Key": NAME}

    @step("get a range")
    def _():
        same(S3.get_object(**at, Range="bytes=10-29")["Body"].read(), file("video")[10:30])

    @step("signed URL")
    def _():
        # By default they are signed by version 2.
        signing = BOTO3.connect(config=Config(signature_version="s3v4"))
        signed_url(signing.generate_presigned_url("get_object", Params=at), file("video"))

    @step("an upload goes on with the parts that are there")
    def _():
        parts_at = {"Bucket": BUCKET, "Key": "resumed"}
        pieces = [bytes([number]) * (5 << 20) for number in (1, 2)] + [b"end"]
        upload = S3.create_multipart_upload(**parts_at)["UploadId"]
        S3.upload_part(**parts_at, UploadId=upload, PartNumber=1, Body=pieces[0])
        there = {part["PartNumber"]: part["ETag"] for part in S3.list_parts(**parts_at, UploadId=upload)["Parts"]}
        for number, piece in enumerate(pieces, 1):
            if number not in there:
                sent = S3.upload_part(**parts_at, UploadId=upload, PartNumber=number, Body=piece)
                there[number] = sent["ETag"]
        parts = [{"PartNumber": number, "ETag": there[number]} for number in sorted(there)]
        S3.complete_multipart_upload(**parts_at, UploadId=upload, MultipartUpload={"Parts": parts})
        same(BOTO3.get(BUCKET, "resumed"), b"".join(pieces))
        S3.delete_object(**parts_at)

    @step("conditions and checksums of writes")
    def _():
        error = raises(ClientError, lambda: S3.put_object(**at, Body=b"x", IfNoneMatch="*"))
        same(error.response["Error"]["Code"], "PreconditionFailed")
        sums = {"Bucket": BUCKET, "Key": "sums"}
        put = S3.put_object(**sums, Body=b"x", ChecksumAlgorithm="SHA256")
        got = S3.get_object(**sums, ChecksumMode="ENABLED")
        same(got["ChecksumSHA256"], put["ChecksumSHA256"])
        bad = raises(ClientError, lambda: S3.put_object(**sums, Body=b"x", ChecksumSHA256="A" * 43 + "="))
        same(bad.response["Error"]["Code"], "BadDigest")
        S3.delete_object(**sums)


BOTO3.more = more
lives(BOTO3, syncs=False)
