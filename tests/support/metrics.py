"""The metrics of an Orthanc, as Prometheus reads them."""

from tests.support.orthanc import Orthanc


def metrics_of(orthanc: Orthanc) -> dict[str, float]:
    """The plugin's metrics, and Orthanc's, by their names."""
    lines = orthanc.get('/tools/metrics-prometheus').text.splitlines()
    parts = [line.split() for line in lines if line.startswith('orthanc_')]
    return {name: float(value) for name, value, _ in parts}
