import { isIpv4Network, isIpv6Network } from '../../address/network.ts';
import { SERVER_SOURCE_ADDRESS, CHECK_ADDRESS, TARGET_ADDRESS } from './address.ts';
import {
  address,
  guid,
  host,
  listOf,
  mux,
  needed,
  number,
  oneOf,
  protocols,
  time,
  tlsVersion,
  type ArgumentCheck,
} from './option-values.ts';
import { AT, checkFormat, checkSample } from '../expressions.ts';
import { isIpv4, isIpv6 } from '../../address/hosts.ts';
import { isOpaque } from '../../values.ts';
import { aside, refuse, since, warn, type Run } from '../run.ts';
import { checkSource } from './source.ts';
import { proxyMode } from '../mode.ts';

function invalid(run: Run, line: number, index: number, message: string): void {
  refuse(run, 'invalid-argument', run.lines.at(line, index + 1), message);
}

/** An expression in one word; its fetches are taken when the server is connected to. */
const expression: ArgumentCheck = (run, line, index) => {
  if (run.lines.value(line, index + 1) === '') return needed(run, line, index);
  if (run.lines.keywords[line] === 'default-server') return inheritedExpression(run, line, index);
  checkSample(run, line, index + 1, AT.beServerConn);
};

/** The expression of a default-server line is read for the servers below it, and not without any. */
function inheritedExpression(run: Run, line: number, index: number): void {
  const { lines } = run;
  const word = lines.value(line, index);
  const server = lines.keywords.findIndex(
    (keyword, at) =>
      at > line && (keyword === 'server' || keyword === 'server-template') && !lines.values(at).includes(word),
  );
  if (server < 0 || (word !== 'sni' && !since(run, '3.1'))) return;
  const other = aside(run);
  checkSample(other, line, index + 1, AT.beServerConn);
  for (const finding of other.findings) run.findings.push({ ...finding, at: lines.at(server, 0) });
}

/** Words of init-addr; an address may stand once (srv_parse_init_addr()). */
const initAddress: ArgumentCheck = (run, line, index) => {
  const value = run.lines.value(line, index + 1);
  if (isOpaque(value)) return;
  let addresses = 0;
  for (const part of value.split(',')) {
    if (part === '' || part === 'libc' || part === 'last' || part === 'none') continue;
    if (part !== '*' && !isIpv4(part) && !isIpv6(part)) {
      return invalid(run, line, index, `'init-addr' takes last, libc, none and an address, not '${part}'`);
    }
    if (++addresses > 1) return invalid(run, line, index, `'init-addr' takes one address, '${part}' is the second`);
  }
};

/** Networks that resolve-net takes (SRV_MAX_PREF_NET). */
const MOST_NETWORKS = 5;

const networks: ArgumentCheck = (run, line, index) => {
  const value = run.lines.value(line, index + 1);
  if (value === '') return needed(run, line, index);
  if (isOpaque(value)) return;
  const parts = value.endsWith(',') ? value.slice(0, -1).split(',') : value.split(',');
  if (parts.length > MOST_NETWORKS)
    return invalid(run, line, index, `'resolve-net' takes ${MOST_NETWORKS} networks, found ${parts.length}`);
  const wrong = parts.find((part) => !isIpv4Network(part, false) && !isIpv6Network(part));
  if (wrong !== undefined) invalid(run, line, index, `'${wrong}' is no network: write 10.0.0.0/8 or fe80::/10`);
};

/** layer7 counts in HTTP alone: elsewhere haproxy complains and goes on (srv_parse_observe()). */
const observe: ArgumentCheck = (run, line, index) => {
  if (run.lines.value(line, index + 1) !== 'layer7') return OBSERVED(run, line, index);
  const mode = proxyMode(run);
  if (mode !== undefined && mode !== 'http')
    warn(run, 'ignored-keyword', run.lines.at(line, index + 1), "'observe layer7' has no effect outside mode http");
};
const OBSERVED = oneOf('none', 'layer4', 'layer7');

/** `set-proxy-v2-tlv-fmt(id) format`: the id is one byte, in the notations of C (srv_parse_set_proxy_v2_tlv_fmt()). */
const tlv: ArgumentCheck = (run, line, index) => {
  const word = run.lines.value(line, index);
  if (isOpaque(word)) return;
  const bracket = word.indexOf('(');
  if (bracket >= 0) {
    const match = /^\s*\+?(0x[\da-f]+|\d+)\)/i.exec(word.slice(bracket + 1));
    const text = match?.[1];
    if (text === undefined)
      return refuse(
        run,
        'invalid-argument',
        run.lines.at(line, index),
        `'${word}' needs a number in brackets, such as (0x20)`,
      );
    const id = text.length > 1 && /^0\d/.test(text) ? Number.parseInt(text, 8) : Number(text);
    if (id > 255)
      return refuse(
        run,
        'invalid-argument',
        run.lines.at(line, index),
        `the number of a TLV is at most 255, not ${text}`,
      );
  }
  if (run.lines.value(line, index + 1) !== '') checkFormat(run, line, index + 1, AT.beServerConn);
};

const usesrc: ArgumentCheck = (run, line, index) =>
  refuse(run, 'misplaced-keyword', run.lines.at(line, index), "'usesrc' is only taken behind 'source' and its address");

const PROXY_V2 = listOf(
  false,
  'ssl',
  'cert-cn',
  'cert-key',
  'cert-sig',
  'ssl-cipher',
  'authority',
  'crc32c',
  'unique-id',
);

const optional = (): void => undefined;

const source: ArgumentCheck = (run, line, index) => void checkSource(run, line, index, SERVER_SOURCE_ADDRESS, true);

/** init-state `none` came with the second release of 3.1 or later; builds of 3.2 know it. */
const INIT_STATE = oneOf('fully-up', 'up', 'down', 'fully-down', ['none', '3.2']);

/** What is checked of the arguments of server options. */
export const SERVER_ARGUMENTS: ReadonlyMap<string, ArgumentCheck> = new Map<string, ArgumentCheck>([
  ['addr', address(CHECK_ADDRESS)],
  ['agent-addr', host],
  ['agent-inter', time({ positive: true, least: 100 })],
  ['agent-port', needed],
  ['agent-send', needed],
  ['alpn', protocols],
  ['ca-file', needed],
  ['cc', needed],
  ['check-alpn', protocols],
  ['check-pool-conn-name', needed],
  ['check-proto', mux],
  ['check-sni', needed],
  ['ciphers', needed],
  ['ciphersuites', needed],
  ['client-sigalgs', needed],
  ['cookie', needed],
  ['crl-file', needed],
  ['crt', needed],
  ['curves', needed],
  ['downinter', time({ positive: true, least: 100 })],
  ['error-limit', number(1)],
  ['fall', number(1)],
  ['fastinter', time({ positive: true, least: 100 })],
  ['guid', guid],
  ['hash-key', oneOf('id', 'addr', 'addr-port', ['id32', '3.3'], ['guid', '3.3'])],
  ['healthcheck', needed],
  ['id', number(1)],
  ['idle-ping', time()],
  ['init-addr', initAddress],
  ['init-state', INIT_STATE],
  ['inter', time({ positive: true, least: 100 })],
  ['ktls', needed],
  ['log-bufsize', number(1)],
  ['log-proto', oneOf('legacy', 'octet-count')],
  ['max-reuse', needed],
  ['maxconn', optional],
  ['maxqueue', optional],
  ['minconn', optional],
  ['namespace', needed],
  ['npn', protocols],
  ['observe', observe],
  ['on-error', oneOf('fastinter', 'fail-check', 'sudden-death', 'mark-down')],
  ['on-marked-down', oneOf('shutdown-sessions')],
  ['on-marked-up', oneOf('shutdown-backup-sessions')],
  ['pool-conn-name', expression],
  ['pool-low-conn', needed],
  ['pool-max-conn', number(-1)],
  ['pool-purge-delay', time()],
  ['port', needed],
  ['proto', mux],
  ['proxy-v2-options', PROXY_V2],
  ['redir', needed],
  ['resolve-net', networks],
  ['resolve-opts', listOf(true, 'allow-dup-ip', 'ignore-weight', 'prevent-dup-ip')],
  ['resolve-prefer', oneOf('ipv4', 'ipv6')],
  ['rise', number(1)],
  ['set-proxy-v2-tlv-fmt', tlv],
  ['set-proxy-v2-tlv-fmt(', tlv],
  ['sigalgs', needed],
  ['slowstart', time()],
  ['sni', expression],
  ['socks4', address(TARGET_ADDRESS)],
  ['source', source],
  ['ssl-max-ver', tlsVersion],
  ['ssl-min-ver', tlsVersion],
  ['tcp-md5sig', needed],
  ['tcp-ut', time()],
  ['track', needed],
  ['usesrc', usesrc],
  ['verify', oneOf('none', 'required')],
  ['verifyhost', needed],
  ['weight', number(0, 256, true)],
  ['ws', oneOf('auto', 'h1', 'h2')],
]);

/** Is the option refused for `default-server`, with a complaint alone (srv_kws[].default_ok)? */
export const NOT_DEFAULT: ReadonlySet<string> = new Set(
  'guid id no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13'.split(' '),
);
