"""What an Orthanc tells Prometheus."""

from tests.support.orthanc import Orthanc


def paging_metrics(orthanc: Orthanc) -> dict[str, float]:
    """The plugin's metrics, by their names."""
    lines = orthanc.get('/tools/metrics-prometheus').text.splitlines()
    parts = [line.split() for line in lines if line.startswith('orthanc_paging_')]
    return {name: float(value) for name, value, _ in parts}
