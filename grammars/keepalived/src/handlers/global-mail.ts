import { invalid, need, readUnsigned } from '../process/arguments.ts';
import type { Handler } from '../process/call.ts';
import { wanted } from './arguments.ts';
import { isNumericHost, readSocketAddress } from './socket-address.ts';
import { atLeast23 } from './versions.ts';

export const emailFrom: Handler = (call) => {
  if (wanted(call, 'an address') === undefined) return;
  const extra = call.args[1];
  // Until 2.2 passed over.
  if (extra !== undefined && atLeast23(call.version))
    call.messages.complain(
      'vrrp/unexpected-argument',
      extra.at,
      `notification_email_from takes one address: keepalived ignores ${extra.text}`,
    );
};

/** Can it be an address or a host name at all? A zone is the machine's. */
function isHost(text: string): boolean {
  if (/[/[\]\\]/.test(text)) return false;
  return !text.includes(':') || text.includes('%') || readSocketAddress(text) !== undefined;
}

/** Names are the machine's to resolve; numbers that are no address or port never work. */
export const smtpServer: Handler = (call) => {
  const value = need(call);
  const port = call.args[1];
  if (value === undefined) return;
  if (/^[\d.]+$/.test(value.text) ? !isNumericHost(value.text) : !isHost(value.text))
    invalid(call, value.at, `${value.text} is no address and no host name`);
  else if (port !== undefined && readUnsigned(port.text, 1, 65_535) === undefined) {
    // The name of a service is looked up for a host name with a dash or slash only.
    if (!/[-/]/.test(value.text) || /^\d+$/.test(port.text)) invalid(call, port.at, `${port.text} is no port`);
  }
};
