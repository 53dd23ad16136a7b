export * from './addresses.ts';
export * from './auth.ts';
export * from './cluster.ts';
export * from './facts/firewall.ts';
export * from './facts/haproxy.ts';
export * from './facts/keepalived.ts';
export * from './facts/network.ts';
export * from './facts/sockets.ts';
export * from './facts/rsyslog.ts';
export * from './facts/selinux.ts';
export * from './facts/sshd.ts';
export * from './facts/sysctl.ts';
export * from './facts/systemd.ts';
export * from './firewall.ts';
export * from './host-filter.ts';
export * from './host.ts';
export * from './rule.ts';
export * from './join.ts';
export * from './log-routing.ts';
export * from './priority.ts';
export * from './tracking.ts';
export * from './unit-limits.ts';
export * from './ssh-connection.ts';
export * from './started.ts';
export * from './stock-units.ts';
export * from './units.ts';
export { receivedAdverts, sentAdverts, type FilteredAdverts } from './failover/advert-filter.ts';
export * from './unread.ts';
export * from './failover/events.ts';
export { trackedNames, interfaceNames, singleFailures } from './failover/single-failures.ts';
export * from './failover/simulate.ts';
export { sourceAddress } from './failover/source-address.ts';
export * from './failover/types.ts';
export * from './listeners/predict.ts';
export * from './listeners/types.ts';
export { cannotBind, conflictsOf, lostOfSshd } from './listeners/outcome.ts';
export { addressesOf, ipv6SwitchOf, type Addresses, type Ipv6Switch } from './listeners/presence.ts';
export {
  addressOfBind,
  datagramBinds,
  inKernel,
  isV6onlyOnIpv4,
  listeningBinds,
  listeningBindsAt,
  listeningBindsOn,
  openingOf,
  v6onlyOnIpv4,
} from './listeners/sockets.ts';
export { socketOfBind, sshdSockets, unresolvedNames } from './listeners/sockets.ts';
export { socketName, sshSocket, type SshSocket } from './listeners/ssh-socket.ts';
export * from './listeners/listen-stream.ts';
export { neverStarts } from './listeners/starts.ts';
export * from './proxies-behind.ts';
