import {
  datagramBinds,
  keptFrom,
  listeningBinds,
  openingOf,
  sysctlValue,
  unitOf,
  unreadSetting,
  unreadText,
  type Rule,
} from '@halint/model';

const CAPABILITY = 'CAP_NET_BIND_SERVICE';
const FIRST_PORT = 'net.ipv4.ip_unprivileged_port_start';

export default {
  id: 'system/low-port-without-capability',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy binds a low port, and its unit keeps it from the capability that this takes.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'capabilities(7) CAP_NET_BIND_SERVICE',
    'systemd.exec(5) User, AmbientCapabilities, CapabilityBoundingSet',
    'ip-sysctl: ip_unprivileged_port_start',
    'haproxy 2.6: "cannot bind socket (Permission denied) for [0.0.0.0:80]"',
    'haproxy 3.0, 3.2: "protocol quic4: cannot bind socket (Permission denied) for [0.0.0.0:443]"',
  ],
  check(host, report) {
    const unit = unitOf(host, 'haproxy');
    if (unit === undefined || host.haproxy === undefined) return;
    const keeps = keptFrom(unit, CAPABILITY);
    const { firstPort } = openingOf(host);
    if (keeps === undefined || firstPort === 0) return;
    const unread = unreadSetting(host, sysctlValue(host, FIRST_PORT, '1024'));
    const isSure = unread === undefined || host.facts.sysctl?.has(FIRST_PORT) === true;
    for (const bind of [...listeningBinds(host), ...datagramBinds(host)]) {
      const isIp = bind.family === 'ipv4' || bind.family === 'ipv6' || bind.lookUp !== undefined;
      if (!isIp || bind.portFrom === 0 || bind.portFrom >= firstPort) continue;
      const isBounded = keeps.value.startsWith('CapabilityBoundingSet=');
      report({
        ...(isSure ? {} : { severity: 'info' as const, missing: unread.path }),
        at: bind.address.at ?? bind.at,
        message: `${isSure ? `haproxy of ${host.id} may not bind` : `cannot tell whether haproxy of ${host.id} may bind`} port ${bind.portFrom}: ${keeps.value} in ${unit.name} leaves it without ${CAPABILITY}${isSure ? '' : `, and ${unreadText(unread)}`}`,
        help: `The bind fails with "Permission denied" and haproxy exits; haproxy -c does not see this. In a drop-in of ${unit.name} ${
          isBounded ? `add ${CAPABILITY} to CapabilityBoundingSet=` : `set AmbientCapabilities=${CAPABILITY}`
        }. Ports from ${firstPort} on are for everybody. What setcap(8) gave the program stands in no file and is not seen here.`,
        related: keeps.at === undefined ? [] : [{ at: keeps.at, message: 'this keeps it from the capability' }],
      });
    }
  },
} satisfies Rule<'host'>;
