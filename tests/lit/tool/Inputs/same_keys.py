"""Fails unless a YAML mapping has exactly the keys of a schema and fits it. usage: same_keys.py FILE SCHEMA"""

import json
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    config = yaml.safe_load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(config, schema, jsonschema.Draft202012Validator)
if set(config) != set(schema["properties"]):
    sys.exit(f"keys that differ: {sorted(set(config) ^ set(schema['properties']))}")
