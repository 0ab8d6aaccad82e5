"""`GET /paging/openapi.json`: a description of these routes (OpenAPI 3.1)."""

from __future__ import annotations

from .. import __version__
from ..errors import Json
from ..http.answer import JSON, TEXT, Answer, json_answer
from ..http.face import Face
from ..http.problem import PROBLEM_JSON
from ..http.representation import DICOM_JSON
from ..http.request import Request
from ..queries.parsers.parameters import SORT_EXPECTED, WORDS
from ..queries.word_conditions import SEARCHED_BY_Q
from ..studies.attributes import Attribute
from . import count, facets, pages, relist, status
from .readiness import Readiness

PATH = '/paging/openapi.json'


class OpenApi(Face):
    """Serves the description. It has the attributes that the running Orthanc keeps."""

    path = PATH

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def serve(self, request: Request) -> Answer:
        """Return the description. Raises `NotReady` until the studies are listed."""
        parser = self._readiness.parser(request)
        return json_answer(document(parser.schema.attributes, parser.max_limit), indent=2)


def document(attributes: tuple[Attribute, ...], max_limit: int) -> dict[str, Json]:
    """Return the description for an Orthanc that keeps these attributes."""
    filters = _filters(attributes)
    paging = [_limit(max_limit), *_PLACES, _sort(attributes), _FIELDS, _BOM]
    return {
        'openapi': '3.1.0',
        'info': {
            'title': 'orthanc-paging',
            'version': __version__,
            'summary': 'Sorted, filtered pages of the studies of an Orthanc server',
            'license': {'name': 'AGPL-3.0-or-later', 'identifier': 'AGPL-3.0-or-later'},
        },
        'servers': [{'url': '../', 'description': 'The Orthanc that this description comes from'}],
        'paths': {
            pages.PATH: {'get': _operation('A page of the studies that match', [*paging, *filters], _PAGE)},
            count.PATH: {'get': _operation('The number of studies that match', filters, _answer(_COUNT))},
            facets.PATH: {
                'get': _operation(
                    'The values of a field among the studies that match', [*_FACETS, *filters], _answer(_VALUES)
                )
            },
            status.PATH: {'get': _operation('The state of the index, and its figures', [], _answer(_OBJECT))},
            relist.PATH: {'post': _operation('Compare all studies with Orthanc now', [], _answer(_OBJECT))},
        },
        'components': {'schemas': {'Study': _STUDY, 'Problem': _PROBLEM}},
    }


def _operation(summary: str, parameters: list[Json], answer: Json) -> Json:
    problem: Json = {'schema': {'$ref': '#/components/schemas/Problem'}}
    content: Json = {PROBLEM_JSON: problem, TEXT: {}}  # text is Orthanc's own type of errors from 1.12 on
    return {
        'summary': summary,
        'parameters': parameters,
        'responses': {
            '200': answer,
            **{
                status_code: {'description': description, 'content': content}
                for status_code, description in _PROBLEMS.items()
            },
        },
    }


def _answer(schema: Json) -> Json:
    return {'description': 'The answer', 'content': {JSON: {'schema': schema}}}


def _parameter(name: str, description: str, schema: Json, example: Json) -> dict[str, Json]:
    return {'name': name, 'in': 'query', 'description': description, 'schema': schema, 'example': example}


def _limit(most: int) -> Json:
    schema: dict[str, Json] = {'type': 'integer', 'minimum': 1 if most else 0, 'maximum': most or 10**18 - 1}
    limit = _parameter('limit', 'The largest number of studies on the page', schema, 25)
    return {**limit, 'required': True} if most else limit


def _sort(attributes: tuple[Attribute, ...]) -> Json:
    names: list[Json] = [f'{sign}{attribute.keyword}' for attribute in attributes for sign in ('', '-')]
    schema: Json = {'type': 'array', 'items': {'type': 'string', 'enum': names}, 'minItems': 1, 'maxItems': 8}
    return {
        **_parameter('sort', SORT_EXPECTED, schema, ['-StudyDate', 'PatientName']),
        'style': 'form',
        'explode': False,
    }


def _filters(attributes: tuple[Attribute, ...]) -> list[Json]:
    labels = 'Labels with \\ between them: the study has '
    return [
        _parameter(
            'q', f'Words that the study contains in any of: {", ".join(SEARCHED_BY_Q)}', _TEXT, 'doe, ct 2024'
        ),
        _parameter('label', labels + 'one of them', _TEXT, 'urgent'),
        _parameter('label!', labels + 'none of them; without a value, no label at all', _TEXT, 'done'),
        *[_filter(attribute) for attribute in attributes],
        *[
            _parameter(attribute.keyword + WORDS, 'Words that the attribute contains', _TEXT, 'doe, j')
            for attribute in attributes
        ],
    ]


def _filter(attribute: Attribute) -> Json:
    described = f'What the attribute matches (DICOM PS3.4 C.2.2.2); {attribute.tag or "of Orthanc"} {attribute.vr}'
    return _parameter(attribute.keyword, described, _TEXT, _EXAMPLES.get(attribute.vr, '1*'))


_EXAMPLES = {
    'DA': '20240101-20241231',
    'TM': '0800-1200',
    'DT': '20240101-',
    'PN': 'doe*',
    'UI': '1.2.840.113619.2',
    'CS': 'F\\M',
}

_TEXT: Json = {'type': 'string'}
_OBJECT: Json = {'type': 'object'}
_NUMBER: Json = {'type': 'integer', 'minimum': 0}
_COUNT: Json = {'type': 'object', 'required': ['Count'], 'properties': {'Count': _NUMBER}}

_PLACES: list[Json] = [
    _parameter('offset', 'How many studies to skip', {**_NUMBER, 'maximum': 10**18 - 1}, 50),  # type: ignore[dict-item]
    _parameter('cursor', 'Where the page begins: from the header Link; empty for the beginning', _TEXT, ''),
    _parameter(
        'around',
        'The ID of a study that the page has in its middle',
        _TEXT,
        '66c8e41e-ac3a9029-0b85e42a-8195ee0a-92c2e62e',
    ),
]

_FIELDS: Json = _parameter('fields', 'Keywords separated by commas', _TEXT, 'PatientName,StudyDate')

_BOM: Json = _parameter(
    'bom', 'For text/csv: begin with a byte order mark', {'type': 'integer', 'enum': [0, 1]}, 1
)

_FACETS: list[Json] = [
    {**_parameter('field', 'A keyword, or label', _TEXT, 'StudyDate'), 'required': True},
    _parameter('by', 'The part of a date', {'type': 'string', 'enum': [*facets.PARTS]}, 'year'),
    _parameter('limit', 'The largest number of values', {**_NUMBER, 'maximum': 10**18 - 1}, 10),  # type: ignore[dict-item]
]

_VALUES: Json = {
    'type': 'object',
    'required': ['Field', 'Values', 'Total'],
    'properties': {
        'Field': _TEXT,
        'Values': {
            'type': 'array',
            'items': {
                'type': 'object',
                'required': ['Value', 'Count'],
                'properties': {'Value': _TEXT, 'Count': _NUMBER},
            },
        },
        'Total': _NUMBER,
    },
}

_STUDY: Json = {
    'type': 'object',
    'description': 'An expanded study, as in GET /studies/{id}; with `fields`, its ID and these fields',
    'required': ['ID'],
    'properties': {'ID': {'type': 'string', 'pattern': '^[0-9a-f]{8}(-[0-9a-f]{8}){4}$'}},
}

_PAGE: Json = {
    'description': 'The studies',
    'headers': {
        'X-Total-Count': {'description': 'The number of all studies that match', 'schema': _NUMBER},
        'X-Offset': {
            'description': 'With `cursor` or `around`: the number of studies before the first of the page',
            'schema': _NUMBER,
        },
        'Link': {'description': 'first, prev, next, last (RFC 8288)', 'schema': _TEXT},
        'ETag': {'description': 'For If-None-Match; the same on every Orthanc', 'schema': _TEXT},
        'Vary': {'description': 'Accept', 'schema': _TEXT},
    },
    'content': {
        JSON: {'schema': {'type': 'array', 'items': {'$ref': '#/components/schemas/Study'}}},
        DICOM_JSON: {'schema': {'type': 'array', 'items': {'type': 'object'}}},
        'text/csv': {'schema': _TEXT},
    },
}

_PROBLEM: Json = {
    'type': 'object',
    'description': 'Problem details (RFC 9457)',
    'required': ['type', 'title', 'status', 'detail'],
    'properties': {'type': _TEXT, 'title': _TEXT, 'status': _NUMBER, 'detail': _TEXT, 'parameter': _TEXT},
}

_PROBLEMS = {
    '400': 'A parameter is unknown, or its value does not have the expected form',
    '406': 'The client accepts none of the media types',
    '503': 'The studies are being listed, computed tags are unknown, or a fresh page is not available',
}
