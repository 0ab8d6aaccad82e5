"""A script with the plugin, to which Orthanc refuses one study: `PUT /refuse/{id}`, `DELETE` ends it."""

import sys
from collections.abc import Callable
from pathlib import Path

import orthanc

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orthanc_paging import plugin

refused: set[str] = set()


def refuse(output: orthanc.RestOutput, _: str, method: str, groups: tuple[str, ...], **__: object) -> None:
    """Take the study from the address."""
    refused.clear()
    if method == 'PUT':
        refused.update(groups)
    output.AnswerBuffer(b'', 'text/plain')


def refusing(function: Callable[..., bytes], is_meant: Callable[..., bool]) -> Callable[..., bytes]:
    """Return the function, which fails if `is_meant` accepts its arguments."""

    def call(*arguments: object) -> bytes:
        if refused and is_meant(*arguments):
            raise orthanc.OrthancException(15, 'Corrupted file')
        return function(*arguments)

    return call


orthanc.RestApiGet = refusing(orthanc.RestApiGet, lambda path: any(study in path for study in refused))
orthanc.RestApiPost = refusing(orthanc.RestApiPost, lambda path, _: path == '/tools/find')
orthanc.RegisterRestCallback('/refuse/(.*)', refuse)
plugin.install()
orthanc.RegisterOnChangeCallback(plugin.on_change)
