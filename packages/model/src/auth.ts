import type { VrrpInstance } from './facts/keepalived.ts';

/** Only so many bytes of a password go on the wire (keepalived vrrp_parser.c vrrp_auth_pass_handler). */
const PASS_BYTES = 8;

/**
 * What an instance's adverts carry as authentication; empty for none: version 3 has none, without a password keepalived drops the
 * type, and IPv6 cannot use AH (vrrp.c vrrp_complete_instance). Equal texts accept each other.
 */
export function authOnTheWire({ auth, version, family }: VrrpInstance): string {
  const pass = auth?.pass?.value ?? '';
  if (auth === undefined || version.value === 3 || pass === '') return '';
  if (auth.type.value === 'AH' && family === 'ipv6') return '';
  const bytes = new TextEncoder().encode(pass).slice(0, PASS_BYTES);
  return `${auth.type.value} ${bytes.join('.')}`;
}
