"""
What a later botocore makes of what the program sent to narrow a session, and of the answer to it: argv[1] is the
endpoint, argv[2] what was sent as JSON, argv[3] the keys of the session that asked. Prints one JSON object.
"""
import json
import re
import sys

import botocore.serialize
import botocore.session
from botocore.validate import ParamValidator

endpoint, sent, keys = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
session = botocore.session.get_session()
operation = session.get_service_model("sts").operation_model("GetScopedCredentials")
shape = operation.input_shape
params = {name: int(value) if shape.members[name].type_name == "integer" else value for name, value in sent.items()}
troubles = [ParamValidator().validate(params, shape).generate_report()]
for name, value in params.items():
    rule = shape.members[name].metadata
    size = len(value) if isinstance(value, str) else value
    if not rule["min"] <= size <= rule["max"]:
        troubles.append(f"{name}: {size} is not within {rule['min']} and {rule['max']}")
    if "pattern" in rule and not re.fullmatch(rule["pattern"], value):
        troubles.append(f"{name}: not of the form {rule['pattern']}")
body = botocore.serialize.create_serializer("query").serialize_to_request(params, operation)["body"]
client = session.create_client(
    "sts",
    region_name="eu-central-1",
    endpoint_url=endpoint,
    aws_access_key_id=keys["id"],
    aws_secret_access_key=keys["secret"],
    aws_session_token=keys["token"],
)
answer = client.get_scoped_credentials(**params)
print(json.dumps({
    "troubles": [trouble for trouble in troubles if trouble],
    "body": {name: str(value) for name, value in body.items() if name not in ("Action", "Version")},
    "layers": answer["ScopedPoliciesCount"],
    "members": sorted(answer["Credentials"]),
}))
