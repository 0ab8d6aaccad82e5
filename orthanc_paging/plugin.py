"""What a script of Orthanc's Python plugin calls.

    import orthanc
    from orthanc_paging import plugin

    plugin.install()
    orthanc.RegisterOnChangeCallback(plugin.on_change)

A script with an on-change callback of its own registers that one, and calls `plugin.on_change` from it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import config, wiring
from .changes.delivered import Delivered
from .changes.second_looks import Reporting
from .errors import ConfigurationError
from .http.callbacks import Callbacks
from .orthanc_api import events, registration

SWITCH_SECONDS = 0.001
"""How long Python code runs on while other code waits. A page waits so six times. With Python's own 5 ms, it may
wait 30 ms while a view is built."""

_handlers: dict[tuple[int, int], Callable[[str], object]] = {}
_delivered = Delivered()
_reporting = Reporting()
_train = events.train()


def install() -> None:
    """Register the routes, and get ready to list when Orthanc has started. Call this while the script loads.

    Raises `ConfigurationError`, after a line in the log, if the section `Paging` cannot be used. Orthanc then does
    not start.
    """
    configuration = registration.configuration()
    try:
        options = config.parse(configuration)
    except ConfigurationError as error:
        registration.log_error(str(error))
        raise
    _handlers.clear()
    if not options.Enable:
        registration.log_warning('disabled by Paging.Enable')
        return
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    api = wiring.orthanc_of(options)
    memory = wiring.memory_of(api, options, configuration, _delivered, _reporting)
    engine = wiring.engine_of(api, memory, options)
    faces = wiring.faces_of(api, memory, engine, options)
    if options.UI:
        faces += wiring.web_page_of(configuration)
    callbacks = Callbacks(registration.dialect(), api.log_error)
    for face in faces:
        registration.register(face.path, callbacks.of(face))

    def stop() -> None:
        _delivered.close()
        memory.keeper.stop(complete=engine.reflector.stop())

    handlers = wiring.handlers_of(memory, engine.reflector, stop)
    _handlers.update((numbers, handlers[event]) for numbers, event in events.events().items())


def on_change(change: int, level: int, resource_id: str) -> None:
    """Record a change of Orthanc's; to be called with the arguments of an on-change callback.

    Returns at once, but for ORTHANC_STOPPED, which waits for our thread to end. Raises nothing.
    """
    _reporting.begin()
    numbers = change, level
    handler = _handlers.get(numbers)
    if handler is not None:
        handler(resource_id)
    if numbers == _train.end:
        _delivered.end_train()
    elif numbers in _train.logged:
        _delivered.record_in_train(change, resource_id)
    elif change in _train.alone:
        _delivered.record(change, resource_id)
