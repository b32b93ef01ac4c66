"""What the programs of S3 share: whole lives of buckets, by a tool that has these calls."""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile

from steps import KEYS, READER, RUN, SETTING, fetch, file, raises, same, service, step

URL = SETTING["s3"]
BUCKET = "tools-" + "".join(letter if letter.isalnum() else "-" for letter in RUN.lower())
TREE = f"smh-{SETTING['library']}"
HERE = tempfile.mkdtemp(prefix="stowage-s3-")
LARGE = 20_000_000
NAME = "a folder/ä & <b> +1.bin"


def bin(name):
    """A program of the same environment."""
    return os.path.join(os.path.dirname(sys.executable), name)


def run(arguments, environment=(), stdin=None):
    """What a command prints; its failure has all that it said."""
    outer = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "RCLONE_"))}
    done = subprocess.run(
        arguments, env={**outer, "HOME": HERE, **dict(environment)}, input=stdin, capture_output=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{arguments}: {done.stdout.decode()} {done.stderr.decode()}")
    return done.stdout


def path(name):
    return os.path.join(HERE, name)


def write(name, data):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "wb") as opened:
        opened.write(data)
    return path(name)


def read(name):
    with open(name, "rb") as opened:
        return opened.read()


def make_folder():
    for number in range(4):
        write(f"folder/a/b/file {number} ä.txt", os.urandom(5000 + number))
    write("folder/top.bin", os.urandom(300_000))
    write("folder/empty.txt", b"")
    return path("folder")


def same_folders(one, other):
    """Both have the same files with the same bytes."""

    def files(folder):
        return sorted(
            os.path.relpath(os.path.join(at, name), folder)
            for at, _, names in os.walk(folder)
            for name in names
        )

    same(files(other), files(one))
    for name in files(one):
        assert filecmp.cmp(os.path.join(one, name), os.path.join(other, name), shallow=False), name


def lives(tool, syncs=True):
    """The steps of `tool`, an object with the calls that are used here."""
    body, large = file("video"), os.urandom(LARGE)
    folder = make_folder()

    @step("make a bucket")
    def _():
        tool.make(BUCKET)
        assert BUCKET in tool.buckets()

    @step("put and get a file")
    def _():
        tool.put(write("one.bin", body), BUCKET, NAME)
        same(tool.get(BUCKET, NAME), body)

    @step("a large file, in parts")
    def _():
        tool.put_large(write("large.bin", large), BUCKET, "large.bin")
        same(tool.get(BUCKET, "large.bin"), large)

    @step("list by prefix")
    def _():
        same(tool.list(BUCKET, "a folder/"), [NAME])
        same(sorted(tool.list(BUCKET, "")), [NAME, "large.bin"])

    @step("copy within the server")
    def _():
        tool.copy(BUCKET, NAME, "copied/ä")
        same(tool.get(BUCKET, "copied/ä"), body)

    if syncs:

        @step("sync a folder there, and nothing again")
        def _():
            tool.sync(folder, BUCKET, "synced")
            same(len(tool.list(BUCKET, "synced/")), 6)
            same(tool.sync(folder, BUCKET, "synced"), 0)

        @step("sync it back")
        def _():
            tool.sync_back(BUCKET, "synced", path("back"))
            same_folders(folder, path("back"))

        @step("sync a folder to an SMH library and back")
        def _():
            to = f"by {RUN}"
            tool.sync(folder, TREE, to)
            same(tool.sync(folder, TREE, to), 0)
            tool.sync_back(TREE, to, path("tree"))
            same_folders(folder, path("tree"))
            os.remove(os.path.join(folder, "top.bin"))
            tool.sync(folder, TREE, to)
            same([key for key in tool.list(TREE, f"{to}/") if key.endswith("top.bin")], [])

    tool.more()

    @step("write, read and delete a voice file of VMS")
    def _():
        # The bucket is there from the first upload on.
        service("tos/begin", name=f"first {RUN}.wav")
        key = f"file/{BUCKET}.wav"
        tool.put(SETTING["files"]["voice"], "vms", key)
        same(tool.get("vms", key), file("voice"))
        tool.delete("vms", key)
        same(tool.list("vms", key), [])

    @step("error: wrong secret")
    def _():
        assert "SignatureDoesNotMatch" in str(
            raises(Exception, lambda: tool.as_(KEYS["access"], "wrong").list(BUCKET, ""))
        )

    @step("error: missing object")
    def _():
        raises(Exception, lambda: tool.get(BUCKET, "nothing"))

    @step("error: key that may only read")
    def _():
        reader = tool.as_(READER["access"], READER["secret"])
        same(reader.get(BUCKET, NAME), body)
        error = raises(Exception, lambda: reader.put(path("one.bin"), BUCKET, "other"))
        assert "AccessDenied" in str(error) or "Access Denied" in str(error) or "403" in str(error), error

    @step("delete a file, all files and the bucket")
    def _():
        tool.delete(BUCKET, "copied/ä")
        same(tool.list(BUCKET, "copied/"), [])
        tool.remove(BUCKET)
        assert BUCKET not in tool.buckets()

    shutil.rmtree(HERE, ignore_errors=True)


def signed_url(url, body):
    """A step for what a signed URL reads."""
    same(fetch(url)[2], body)
