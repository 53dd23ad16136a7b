export * from './cluster.ts';
export * from './facts/haproxy.ts';
export * from './facts/keepalived.ts';
export * from './facts/network.ts';
export * from './facts/sshd.ts';
export * from './facts/sysctl.ts';
export * from './host.ts';
export * from './rule.ts';
