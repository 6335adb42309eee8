"""Prints who we are for AWS: identity.py PROFILE CALLS. All calls are made with one session."""

import sys

import boto3

sts = boto3.Session(profile_name=sys.argv[1]).client("sts")
arns = {sts.get_caller_identity()["Arn"] for _ in range(int(sys.argv[2]))}
print("\n".join(sorted(arns)))
