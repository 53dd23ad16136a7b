import { invalid, need } from '../../process/arguments.ts';
import type { Handler } from '../../process/call.ts';
import { notOneOf, repeated } from '../arguments.ts';
import { connecting, statements, type Use } from './checker.ts';

const DNS_TYPES = 'A NS CNAME SOA MX TXT AAAA RRSIG DNSKEY'.split(' ');

const dnsType: Use = (call) => {
  const value = need(call);
  if (value !== undefined && !DNS_TYPES.includes(value.text.toUpperCase())) notOneOf(call, value, DNS_TYPES);
};

const dnsName: Use = (call, checker) => {
  if (repeated(call, checker.subject)) return;
  const value = need(call);
  if (value === undefined) return;
  // Of one sign the first label is taken for an empty one (check_dns.c dns_name_handler).
  if (/^\.[^]|^.\.|\.\./.test(value.text))
    invalid(
      call,
      value.at,
      `keepalived finds an empty label in ${value.text}: its first label has one sign, or one has none`,
    );
  else checker.subject = value.at;
};

export const DNS_HANDLERS: readonly [string, Handler][] = [
  ...connecting('DNS_CHECK'),
  ...statements('DNS_CHECK', [
    ['type', dnsType],
    ['name', dnsName],
  ]),
];
