import type { VrrpInstance } from './facts/keepalived.ts';

/** Only so many bytes of a password go on the wire (keepalived vrrp_parser.c vrrp_auth_pass_handler). */
const PASS_BYTES = 8;

/** What an instance's adverts carry as authentication; empty for none, and for version 3, which has none. Equal texts accept each other. */
export function authOnTheWire({ auth, version }: VrrpInstance): string {
  if (auth === undefined || version.value === 3) return '';
  const bytes = new TextEncoder().encode(auth.pass?.value ?? '').slice(0, PASS_BYTES);
  return `${auth.type.value} ${bytes.join('.')}`;
}
