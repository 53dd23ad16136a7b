# Starts firewalld's own core with the files below a folder in the place of /etc/firewalld, and ends: what it loaded stays in the kernel.
# Run inside a network namespace. Interfaces that NetworkManager would hand over follow as INTERFACE=ZONE.
import sys

from firewall import config
from firewall.core.logger import log

folder, *given = sys.argv[1:]
for name in dir(config):
    value = getattr(config, name)
    if isinstance(value, str) and value.startswith("/etc/firewalld"):
        setattr(config, name, value.replace("/etc/firewalld", folder, 1))
log.setDebugLogLevel(0)

from firewall.core.fw import Firewall  # noqa: E402

firewall = Firewall()
firewall.start()
for each in given:
    interface, zone = each.split("=")
    firewall.zone.change_zone_of_interface(zone, interface)
print("zones", *sorted(firewall.zone.get_zones()))
