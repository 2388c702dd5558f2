"""Fails unless a JSON file fits a schema. usage: fits.py FILE SCHEMA"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    value = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(value, schema, jsonschema.Draft202012Validator)
