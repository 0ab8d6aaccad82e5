"""The changes that a Docker engine makes to this machine's network, and leaves behind when it ends."""

import re
import subprocess
from pathlib import Path

_IP_FORWARD = Path('/proc/sys/net/ipv4/ip_forward')
_OF_DOCKER = re.compile('docker|br-[0-9a-f]{12}', re.IGNORECASE)


class NetworkBefore:
    """The network of this machine as it is before an engine starts."""

    def __init__(self) -> None:
        """Record it."""
        self._forwards = _IP_FORWARD.read_text()
        self._bridges = _bridges()

    def put_back(self) -> None:
        """Remove the bridges that came since, and Docker's rules for packets; forward packets as before."""
        for bridge in _bridges() - self._bridges:
            subprocess.run(['ip', 'link', 'delete', bridge], check=True)
        saved = subprocess.run(['iptables-save'], capture_output=True, text=True, check=True).stdout
        rules = ''.join(line for line in saved.splitlines(keepends=True) if not _OF_DOCKER.search(line))
        if self._forwards.strip() == '0':
            rules = rules.replace(':FORWARD DROP', ':FORWARD ACCEPT')  # dropped since the engine forwards packets
        subprocess.run(['iptables-restore'], input=rules, text=True, check=True)
        _IP_FORWARD.write_text(self._forwards)


def _bridges() -> set[str]:
    """The names of the bridges."""
    return {path.parent.name for path in Path('/sys/class/net').glob('*/bridge')}
