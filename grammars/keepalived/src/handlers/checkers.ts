import type { Place } from '@halint/core';
import { splitCommand } from '../command.ts';
import { booleanArgument, invalid, need, numberArgument, readInt } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Checker } from '../process/servers.ts';
import { INT, LONGEST_INTERFACE, notOneOf, outOfRange, repeated, UINT, wanted } from './arguments.ts';
import { atLeast23 } from './versions.ts';
import { isLinkLocal, readSocketAddress } from './socket-address.ts';

const BLOCK = 'virtual_server/real_server';
/** UINT_MAX in microseconds. */
const SECONDS = 4_294.967295;

type Use = (call: Call, checker: Checker) => void;

const on =
  (use: Use): Handler =>
  (call) => {
    const { checker } = call.state.servers;
    if (checker === undefined) return;
    const first = checker.places.get(call.keyword.text);
    use(call, checker);
    if (first === undefined) checker.places.set(call.keyword.text, call.line.at);
  };

function newChecker(call: Call, connects: boolean): Checker {
  return {
    at: call.line.at,
    destination: connects ? call.state.servers.real?.address : undefined,
    source: undefined,
    interface: false,
    places: new Map<string, Place>(),
    parts: 0,
    subject: undefined,
    shortest: 0,
    // UINT8_MAX (check_udp.c udp_check_handler).
    longest: 255,
  };
}

const open =
  (connects: boolean): Handler =>
  (call) => {
    const { servers } = call.state;
    servers.checker = servers.real === undefined ? undefined : newChecker(call, connects);
    servers.host = undefined;
    servers.url = undefined;
  };

type End = (call: Call, checker: Checker) => void;

const ending =
  (use: End): ((call: Call) => void) =>
  (call) => {
    const { checker } = call.state.servers;
    call.state.servers.checker = undefined;
    if (checker !== undefined) use(call, checker);
  };

/** check_api.c check_conn_opts; false when the checker is dropped. */
function reachable({ messages }: Call, checker: Checker): boolean {
  const { destination } = checker;
  if (destination === undefined || !isLinkLocal(destination) || checker.interface) return true;
  messages.reject(
    'vrrp/missing-interface',
    checker.places.get('connect_ip') ?? checker.at,
    `the link-local address ${destination.address} needs a bind_if: keepalived drops the checker`,
  );
  return false;
}

/** The statements of a `host` of SMTP_CHECK were its own until 2.2; since 2.3 they change the checker around it. */
const onConnection =
  (use: Use): Handler =>
  (call) => {
    const { checker, host } = call.state.servers;
    const target = host !== undefined && !atLeast23(call.version) ? host : checker;
    if (checker === undefined || target === undefined) return;
    use(call, target);
    if (!target.places.has(call.keyword.text)) target.places.set(call.keyword.text, call.line.at);
  };

const address =
  (which: 'destination' | 'source'): Use =>
  (call, checker) => {
    const value = need(call);
    if (value === undefined) return;
    const other = which === 'destination' ? checker.source : checker.destination;
    checker[which] = readSocketAddress(value.text);
    const read = checker[which];
    if (read === undefined) {
      if (!isPlaceholder(value.text))
        call.messages.reject(
          'vrrp/invalid-address',
          value.at,
          `${value.text} is no IP address: keepalived drops ${call.keyword.text}`,
        );
    } else if (other !== undefined && other.family !== read.family) {
      checker[which] = undefined;
      call.messages.reject(
        'vrrp/address-family-mixed',
        value.at,
        `${call.keyword.text} ${value.text} is of another family than what the checker connects ${which === 'source' ? 'to' : 'from'}: keepalived drops it`,
      );
    }
  };

const device: Use = (call, checker) => {
  const value = need(call);
  if (value === undefined) return;
  if (value.text.length > LONGEST_INTERFACE)
    invalid(call, value.at, `${value.text} is longer than ${LONGEST_INTERFACE} characters`);
  else checker.interface = value.text !== '';
};

const CONNECTION: readonly (readonly [string, Use])[] = [
  ['connect_ip', address('destination')],
  ['connect_port', (call) => void numberArgument(call, 'unsigned', 1, 65_535)],
  ['bindto', address('source')],
  ['bind_port', (call) => void numberArgument(call, 'unsigned', 1, 65_535)],
  ['bind_if', device],
  ['connect_timeout', (call) => void numberArgument(call, 'decimal', 0.000001, SECONDS)],
  ['fwmark', (call) => void numberArgument(call, 'unsigned', 0, UINT)],
];

const httpEnd: End = (call, checker) => {
  if (checker.parts === 0) {
    call.messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      `${call.keyword.text} has no url that counts: keepalived drops the checker`,
    );
  } else reachable(call, checker);
};

const retryOld: Use = (call) => {
  call.messages.complain('vrrp/deprecated-keyword', call.keyword.at, 'nb_get_retry is called retry now', {
    fix: {
      title: 'Replace by retry',
      safety: 'safe',
      edits: [{ at: call.keyword.at, text: 'retry' }],
    },
  });
  numberArgument(call, 'unsigned', 0, UINT);
};

/** Since 2.3 keepalived says that the last one counts. */
function replaced(call: Call, first: Place | undefined): void {
  if (atLeast23(call.version)) repeated(call, first, 'keepalived takes the last one');
}

const virtualHost: Use = (call, checker) => {
  if (wanted(call, 'a name') !== undefined) replaced(call, checker.places.get('virtualhost'));
};

const httpProtocol: Use = (call) => {
  const versions = ['1.0', '1.0C', '1.1'];
  const value = wanted(call, 'a version');
  if (value !== undefined && value.text !== '1.0c' && !versions.includes(value.text)) notOneOf(call, value, versions);
};

type OnUrl = (call: Call, first: Place | undefined) => void;

const onUrl =
  (use: OnUrl): Handler =>
  (call) => {
    const { servers } = call.state;
    if (servers.url === undefined) return;
    const word = call.keyword.text;
    const first = servers.url.get(word);
    use(call, first);
    if (first === undefined && call.args.length > 0) servers.url = new Map([...servers.url, [word, call.line.at]]);
  };

const openUrl: Handler = ({ state: { servers }, line }) => {
  servers.url = servers.checker === undefined ? undefined : new Map([['', line.at]]);
};

function endUrl({ state: { servers }, messages }: Call): void {
  const { url, checker } = servers;
  servers.url = undefined;
  if (url === undefined || checker === undefined) return;
  if (url.has('path')) checker.parts++;
  else {
    messages.reject(
      'vrrp/virtual-server-incomplete',
      url.get('') ?? checker.at,
      'the url has no path: keepalived drops it',
    );
  }
}

const digest: OnUrl = (call, first) => {
  const value = need(call);
  if (value === undefined || repeated(call, first) || isPlaceholder(value.text)) return;
  if (!/^[\da-f]{32}$/i.test(value.text))
    invalid(call, value.at, `${value.text} is no MD5 digest of 32 hexadecimal digits`);
};

const statusCode: OnUrl = (call) => {
  for (const value of call.args) {
    const match = /^\+?(\d+)(?:-(\d+))?$/.exec(value.text);
    const low = Number(match?.[1]);
    const high = Number(match?.[2] ?? low);
    if (!(low >= 100 && low <= high && high <= 599))
      invalid(call, value.at, `${value.text} is no status from 100 to 599`, 'keepalived ignores it.');
  }
};

/** Words of the line as they are read with quotes and escapes. */
const regex: OnUrl = (call, first) => {
  if (!atLeast23(call.version)) return;
  if (splitCommand(call.line.raw).length !== 2)
    invalid(call, call.line.at, 'regex takes one pattern: quote it where it has blanks');
  else repeated(call, first, 'keepalived takes the last one');
};

const URL: readonly (readonly [string, OnUrl])[] = [
  ['path', (call, first) => (need(call) === undefined ? undefined : replaced(call, first))],
  ['digest', digest],
  ['status_code', statusCode],
  ['virtualhost', (call, first) => (wanted(call, 'a name') === undefined ? undefined : replaced(call, first))],
  ['regex', regex],
];

const HTTP: readonly (readonly [string, Use])[] = [
  ['nb_get_retry', retryOld],
  ['virtualhost', virtualHost],
  ['http_protocol', httpProtocol],
];

const helo: Use = (call, checker) => {
  if (wanted(call, 'a name') !== undefined) replaced(call, checker.places.get('helo_name'));
};

const openHost: Handler = (call) => {
  const { servers } = call.state;
  servers.host = servers.checker === undefined ? undefined : newChecker(call, true);
};

function endHost(call: Call): void {
  const { servers } = call.state;
  const { checker, host } = servers;
  servers.host = undefined;
  if (checker !== undefined && host !== undefined && reachable(call, host)) checker.parts++;
}

/** check_smtp.c smtp_check_end_handler: with hosts and nothing of its own it connects to the first host. */
const smtpEnd: End = (call, checker) => {
  const own = CONNECTION.some(([word]) => checker.places.has(word));
  if (!own && checker.parts > 0) return;
  checker.destination ??= call.state.servers.real?.address;
  reachable(call, checker);
};

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

const miscPath: Use = (call, checker) => {
  const [command] = call.args;
  if (command === undefined || splitCommand(command.text).length === 0) return;
  checker.subject = command.at;
};

const miscEnd: End = ({ messages, state }, checker) => {
  const { subject } = checker;
  if (subject === undefined) {
    messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      'MISC_CHECK has no misc_path: keepalived drops the checker',
    );
  } else if (!state.running.has('check')) state.running.set('check', subject);
};

/** lib/parser.c read_hex_str; a wildcard X stands for four bits of a reply. */
const hex =
  (digits: RegExp): Use =>
  (call) => {
    const text = call.args.map((word) => word.text).join(' ');
    const last =
      text
        .trim()
        .split(/[ \t]+/)
        .pop() ?? '';
    // Until 2.2 a last byte of ff was taken for a mistake.
    const misread = /ff$/i.test(last) && last.length % 2 === 0 && !atLeast23(call.version);
    if (call.args.length > 0 && (last === '' || !digits.test(text) || misread))
      invalid(call, call.line.at, `${call.keyword.text} takes bytes in hexadecimal digits`);
  };

const payload: Use = (call, checker) => {
  if (wanted(call, 'bytes') !== undefined) hex(/^[\da-f \t]*$/i)(call, checker);
};

const replyLength =
  (which: 'shortest' | 'longest'): Use =>
  (call, checker) => {
    checker[which] = numberArgument(call, 'unsigned', 0, 65_535) ?? checker[which];
  };

const udpEnd: End = (call, checker) => {
  if (reachable(call, checker) && checker.shortest > checker.longest) {
    call.messages.complain(
      'vrrp/incompatible-statements',
      checker.places.get('min_reply_length') ?? checker.at,
      `min_reply_length ${checker.shortest} is above max_reply_length ${checker.longest}: the check always fails`,
    );
  }
};

const trackFile: Use = (call, checker) => {
  const value = need(call);
  if (value === undefined || isPlaceholder(value.text)) return;
  if (call.state.tracked.file.has(value.text)) checker.subject = value.at;
  else {
    call.messages.reject(
      'vrrp/script-undefined-or-unused',
      value.at,
      `track_file ${value.text} is not defined above: keepalived drops the statement`,
    );
  }
};

const fileWeight: Use = (call) => {
  const value = wanted(call, 'a number');
  if (value === undefined) return;
  if (readInt(value.text, -INT, INT) === undefined) return outOfRange(call, value, -INT, INT);
  const option = call.args[1];
  if (option !== undefined && option.text !== 'reverse' && option.text !== 'noreverse')
    notOneOf(call, option, ['reverse', 'noreverse']);
};

const needsSubject =
  (what: string): End =>
  (call, checker) => {
    if (checker.subject !== undefined) return;
    call.messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      `${call.keyword.text} has no ${what}: keepalived drops the checker`,
    );
  };

/** check_bfd.c bfd_name_handler: any mistake costs the checker. */
const bfdName: Use = (call, checker) => {
  const { servers, tracked } = call.state;
  const [name, extra] = call.args;
  const drop = (rule: string, at: Place, message: string): void => {
    call.messages.reject(rule, at, message, { help: 'keepalived drops the checker.' });
    servers.checker = undefined;
  };
  if (name === undefined || extra !== undefined)
    return drop('vrrp/missing-argument', call.line.at, 'name of BFD_CHECK takes one name');
  if (isPlaceholder(name.text)) {
    servers.checker = undefined;
    return;
  }
  if (!tracked.bfd.has(name.text))
    return drop(
      'vrrp/script-undefined-or-unused',
      name.at,
      `bfd_instance ${name.text} is not defined above for checkers`,
    );
  if (checker.subject !== undefined || servers.real?.bfd.has(name.text) === true)
    return drop('vrrp/repeated-statement', name.at, `the real server tracks bfd_instance ${name.text} already`);
  checker.subject = name.at;
  servers.real?.bfd.add(name.text);
};

const TLS = ['HTTP_GET', 'SSL_GET'];
const CONNECTING = [...TLS, 'SMTP_CHECK', 'TCP_CHECK', 'PING_CHECK', 'UDP_CHECK', 'DNS_CHECK'];

const handlers = (block: string, words: readonly (readonly [string, Use])[], wrap = on): [string, Handler][] =>
  words.map(([word, use]) => [`${BLOCK}/${block}/${word}`, wrap(use)]);

export const CHECKER_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...CONNECTING.map((block): [string, Handler] => [`${BLOCK}/${block}`, open(block !== 'SMTP_CHECK')]),
  ...['MISC_CHECK', 'FILE_CHECK', 'BFD_CHECK'].map((block): [string, Handler] => [`${BLOCK}/${block}`, open(false)]),
  ...[...CONNECTING, 'SMTP_CHECK/host'].flatMap((block) => handlers(block, CONNECTION, onConnection)),
  ...TLS.flatMap((block): [string, Handler][] => [
    ...handlers(block, HTTP),
    [`${BLOCK}/${block}/url`, openUrl],
    ...URL.map(([word, use]): [string, Handler] => [`${BLOCK}/${block}/url/${word}`, onUrl(use)]),
  ]),
  ...handlers('SMTP_CHECK', [['helo_name', helo]]),
  [`${BLOCK}/SMTP_CHECK/host`, openHost],
  ...handlers('DNS_CHECK', [
    ['type', dnsType],
    ['name', dnsName],
  ]),
  ...handlers('MISC_CHECK', [
    ['misc_path', miscPath],
    ['misc_timeout', (call) => void numberArgument(call, 'unsigned', 0, 4294)],
    ['user', (call) => void wanted(call, 'a user')],
  ]),
  ...handlers('UDP_CHECK', [
    ['payload', payload],
    ['require_reply', hex(/^[\da-fx \t]*$/i)],
    ['min_reply_length', replyLength('shortest')],
    ['max_reply_length', replyLength('longest')],
  ]),
  ...handlers('FILE_CHECK', [
    ['track_file', trackFile],
    ['weight', fileWeight],
  ]),
  ...handlers('BFD_CHECK', [
    ['name', bfdName],
    ['alpha', (call) => void booleanArgument(call)],
  ]),
]);

export const CHECKER_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([
  ...TLS.flatMap((block): [string, (call: Call) => void][] => [
    [`${BLOCK}/${block}/url`, endUrl],
    [`${BLOCK}/${block}`, ending(httpEnd)],
  ]),
  [`${BLOCK}/SMTP_CHECK/host`, endHost],
  [`${BLOCK}/SMTP_CHECK`, ending(smtpEnd)],
  [`${BLOCK}/TCP_CHECK`, ending((call, checker) => void reachable(call, checker))],
  [`${BLOCK}/PING_CHECK`, ending((call, checker) => void reachable(call, checker))],
  [`${BLOCK}/DNS_CHECK`, ending((call, checker) => void reachable(call, checker))],
  [`${BLOCK}/UDP_CHECK`, ending(udpEnd)],
  [`${BLOCK}/MISC_CHECK`, ending(miscEnd)],
  [`${BLOCK}/FILE_CHECK`, ending(needsSubject('track_file that counts'))],
  [`${BLOCK}/BFD_CHECK`, ending(needsSubject('name'))],
]);
