"""Answers one JSON request a line: how Python's shlex splits a text, how botocore reads AWS's two files."""

import json
import os
import shlex
import sys
import tempfile


def split(request):
    try:
        return shlex.split(request["text"])
    except ValueError:
        return None


def flat(section):
    values = {}
    for key, value in section.items():
        nested = value.items() if isinstance(value, dict) else [(None, value)]
        for child, text in nested:
            if text != "":
                values[key if child is None else key + "." + child] = text
    return values


def read(request):
    import botocore.exceptions
    import botocore.session

    with tempfile.TemporaryDirectory() as directory:
        for variable, name in [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")]:
            path = os.path.join(directory, name)
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(request[name])
            os.environ[variable] = path
        try:
            config = botocore.session.Session().full_config
        except botocore.exceptions.ConfigParseError:
            return None
        return {
            kind: {name: flat(section) for name, section in config.get(kind, {}).items()}
            for kind in ["profiles", "services"]
        }


for line in sys.stdin:
    request = json.loads(line)
    answer = {"split": split, "read": read}[request["do"]](request)
    print(json.dumps(answer), flush=True)
