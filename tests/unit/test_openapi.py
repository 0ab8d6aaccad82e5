"""The description of the routes is valid OpenAPI, and has all parameters."""

import json

import pytest
from openapi_spec_validator import validate

from orthanc_paging.faces import facets, pages
from orthanc_paging.faces.openapi import document
from orthanc_paging.queries.parsers.parameters import PLACES
from tests.unit.attributes import SCHEMA


@pytest.mark.parametrize('max_limit', [0, 1000])
def test_the_document_is_valid(max_limit: int) -> None:
    validate(json.loads(json.dumps(document(SCHEMA.attributes, max_limit))))


def test_the_document_has_all_parameters() -> None:
    paths = json.loads(json.dumps(document(SCHEMA.attributes, 0)))['paths']
    described = {parameter['name'] for parameter in paths[pages.PATH]['get']['parameters']}
    words = {f'{keyword}~' for keyword in SCHEMA.keywords()}
    assert described == {
        'limit',
        'sort',
        'fields',
        'bom',
        *PLACES,
        'q',
        'label',
        'label!',
        *SCHEMA.keywords(),
        *words,
    }
    of_facets = {parameter['name'] for parameter in paths[facets.PATH]['get']['parameters']}
    assert {*facets.PARAMETERS, 'q', 'label', *SCHEMA.keywords()} <= of_facets


def test_if_there_is_a_largest_limit_a_limit_is_required() -> None:
    paths = json.loads(json.dumps(document(SCHEMA.attributes, 50)))['paths']
    [limit] = [one for one in paths[pages.PATH]['get']['parameters'] if one['name'] == 'limit']
    assert (limit['required'], limit['schema']['maximum']) == (True, 50)
