"""What all programs here share: their setting, the service beside them, and steps that print what came of them."""

import json
import socket
import sys
import traceback
import urllib.request

SETTING = json.loads(sys.argv[1])
RUN = SETTING["run"]
KEYS, READER = SETTING["keys"], SETTING["reader"]


def file(name):
    """The bytes of one of the files to upload."""
    with open(SETTING["files"][name], "rb") as opened:
        return opened.read()


def step(name):
    """Runs the function that it decorates at once, and prints its name and whether it raised."""

    def run(function):
        try:
            function()
            print(json.dumps({"step": name, "ok": True}), flush=True)
        except BaseException:
            print(json.dumps({"step": name, "ok": False, "error": traceback.format_exc()}), flush=True)

    return run


def same(actual, expected):
    """Compares bytes or values without printing much of them."""
    assert actual == expected, f"{str(actual)[:300]} is not {str(expected)[:300]}"


def raises(kind, function):
    """The exception of this kind that the function raises."""
    try:
        answer = function()
    except kind as error:
        return error
    raise AssertionError(f"nothing was raised: {str(answer)[:300]}")


def service(call, **fields):
    """One call of the program that begins and confirms uploads."""
    data = json.dumps(fields).encode()
    return json.load(urllib.request.urlopen(f"{SETTING['service']}/{call}", data))


def fetch(url, method="GET", body=None, **headers):
    """Status, headers and body of a plain request; names of headers have `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=named, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def reads_back(url, expected):
    """Reads the whole and two ranges of what lies at a URL, and its HEAD."""
    same(fetch(url)[2], expected)
    status, headers, part = fetch(url, Range="bytes=10-29")
    same((status, part), (206, expected[10:30]))
    same(headers["Content-Range"], f"bytes 10-29/{len(expected)}")
    same(fetch(url, Range="bytes=-7")[2], expected[-7:])


def _resolve_names_to_the_server():
    """What a line of /etc/hosts for each of the vendor's names does, and a server on the scheme's own port."""
    resolve = socket.getaddrinfo

    def resolved(host, port, *args, **kwargs):
        if host not in ("127.0.0.1", b"127.0.0.1"):
            host, port = "127.0.0.1", SETTING["port"]
        return resolve(host, port, *args, **kwargs)

    socket.getaddrinfo = resolved


if SETTING["names"]:
    _resolve_names_to_the_server()
