"""Holds racecourse-graph/1 files against the schema: ROOT FILE…"""
import json
import sys

import jsonschema

with open(sys.argv[1] + "/docs/schemas/graph.schema.json") as file:
    validator = jsonschema.Draft202012Validator(json.load(file))
for name in sys.argv[2:]:
    with open(name) as file:
        validator.validate(json.load(file))
