import { isInteger, strtol } from '../quantity/index.ts';
import { compareVersions } from '@halint/core';
import { isIpv4, isIpv6 } from '../address/hosts.ts';
import { mqttFault } from './mqtt.ts';
import { checkVariableName } from './variable.ts';

/** What is wrong with the argument of that index. */
export interface ValueFault {
  readonly arg: number;
  readonly message: string;
}

/** Judges the arguments of one call; an argument that is not written is undefined (val_args functions of the daemon). */
type Judge = (args: readonly (string | undefined)[], version: string) => ValueFault | undefined;

const fault = (arg: number, message: string): ValueFault => ({ arg, message });

const one =
  (arg: number, words: readonly string[], empty = true): Judge =>
  (args) => {
    const value = args[arg];
    if (value === undefined || words.includes(value) || (empty && value === '')) return undefined;
    return fault(arg, `'${value}' is not one of ${words.join(', ')}`);
  };

const variable =
  (arg: number, empty: boolean): Judge =>
  (args, version) => {
    const value = args[arg] ?? '';
    if (value === '' && empty) return undefined;
    const message = checkVariableName(value, version);
    return message === undefined ? undefined : fault(arg, message);
  };

/** A number or the name of a variable (check_operator() in src/sample.c). */
const operand: Judge = (args, version) => {
  const value = args[0] ?? '';
  if (checkVariableName(value, version) === undefined || isInteger(value) || value === '') return undefined;
  return fault(0, `'${value}' is neither an integer nor a variable`);
};

const number = (args: readonly (string | undefined)[], arg: number): number => Number(args[arg] ?? 0);

const range =
  (arg: number, low: number, high: number, what: string): Judge =>
  (args) => {
    const value = number(args, arg);
    return value >= low && value <= high
      ? undefined
      : fault(arg, `${what} is ${low} to ${high}, not ${args[arg] ?? 'missing'}`);
  };

const all =
  (...judges: readonly Judge[]): Judge =>
  (args, version) => {
    for (const judge of judges) {
      const found = judge(args, version);
      if (found !== undefined) return found;
    }
    return undefined;
  };

const since =
  (from: string, judge: Judge, before: Judge = () => undefined): Judge =>
  (args, version) =>
    compareVersions(version, from) >= 0 ? judge(args, version) : before(args, version);

const header: Judge = (args) =>
  number(args, 1) < -10 ? fault(1, `an occurrence is -10 or more, not ${args[1] ?? ''}`) : undefined;

const payloadLv: Judge = (args) => {
  if (number(args, 0) < 0) return fault(0, `the offset of the length cannot be negative: ${args[0] ?? ''}`);
  if (number(args, 1) === 0) return fault(1, 'the length of the length must be more than 0');
  const third = args[2] ?? '';
  if (third === '') return undefined;
  if (!isInteger(third)) return fault(2, `'${third}' is no offset: write a number`);
  return number(args, 0) + number(args, 1) + Number(third) < 0
    ? fault(2, `offset ${third} is too negative`)
    : undefined;
};

const UNITS = ['s', 'ms', 'us'];
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/;

const hex: Judge = (args) =>
  /^(?:[0-9A-Fa-f]{2})+$/.test(args[0] ?? '')
    ? undefined
    : fault(0, `'${args[0] ?? ''}' is no even number of hex digits`);

const TLVS =
  /^(?:ALPN|AUTHORITY|CRC32C|NOOP|UNIQUE_ID|SSL|SSL_VERSION|SSL_CN|SSL_CIPHER|SSL_SIG_ALG|SSL_KEY_ALG|NETNS)$/i;

const tlv: Judge = (args) => {
  const value = args[0] ?? '';
  if (TLVS.test(value) || value === '') return undefined;
  const known = /^(?:0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)$/.test(value) && Number(value) <= 255;
  return known ? undefined : fault(0, `'${value}' is no type of a TLV: write its name or a number up to 255`);
};

const ALGORITHM = /^(?:none|(?:HS|RS|ES|PS)(?:256|384|512))$/;

const jwtVerify: Judge = (args, version) => {
  const value = args[0] ?? '';
  if (ALGORITHM.test(value) || checkVariableName(value, version) === undefined) return undefined;
  return fault(
    0,
    `'${value}' is no JWT algorithm: HS256, RS256, ES256, PS256 and their kin, or a variable that names one`,
  );
};

/** A variable, or text in base64 (sample_check_arg_base64()). */
const base64 =
  (arg: number, what: string): Judge =>
  (args, version) => {
    const value = args[arg] ?? '';
    if (checkVariableName(value, version) === undefined) return undefined;
    const text = value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    return text ? undefined : fault(arg, `the ${what} is neither base64 nor a variable`);
  };

const aes = all(
  (args) =>
    ['128', '192', '256'].includes(String(number(args, 0)))
      ? undefined
      : fault(0, `a key has 128, 192 or 256 bits, not ${args[0] ?? ''}`),
  since('2.3', base64(1, 'nonce')),
  since('2.3', base64(2, 'key')),
);

/** Names of EVP_get_digestbyname(), its providers and signature names included. */
const DIGEST =
  /^(?:(?:rsa-|id-rsassa-pkcs1-v1_5-with-)?(?:md[245]|mdc2|sha-?1|sha-?2?-?(?:224|256|384|512)|sha-?(?:512[-/](?:224|256))|sha3-(?:224|256|384|512)|rmd160|ripemd(?:160)?|sm3)(?:with(?:rsa|rsaencryption))?|md5-sha1|ssl[23]-(?:md5|sha1)|shake(?:128|256)|blake2b512|blake2s256|whirlpool|null)$/i;
const digest: Judge = (args) =>
  DIGEST.test(args[0] ?? '') ? undefined : fault(0, `'${args[0] ?? ''}' is no message digest of OpenSSL`);

const field = all(
  (args) =>
    number(args, 0) === 0 ? fault(0, 'fields are counted from 1, or from the end from -1: 0 is none') : undefined,
  (args) => (args[1] === '' ? fault(1, 'the separators are missing') : undefined),
);

const bytes = all(
  operand,
  (args) => (isInteger(args[0] ?? '') && number(args, 0) < 0 ? fault(0, 'an offset cannot be negative') : undefined),
  (args, version) => {
    const length = args[1];
    if (length === undefined || checkVariableName(length, version) === undefined) return undefined;
    return isInteger(length) && Number(length) > 0 ? undefined : fault(1, `a length is more than 0, not '${length}'`);
  },
);

const regsub: Judge = (args) => {
  const sign = /[^ig]/.exec(args[2] ?? '')?.[0];
  return sign === undefined ? undefined : fault(2, `'${sign}' is no flag of regsub: 'i' and 'g' are`);
};

const WHEN = ['stopping', 'normal', 'error', 'forwarded', 'toapplet', 'processed', 'acl'];
const when: Judge = (args) => {
  const word = (args[0] ?? '').replace(/^!/, '');
  if (!WHEN.includes(word)) return fault(0, `'${word}' is no condition of when: ${WHEN.join(', ')} are`);
  return word === 'acl' && (args[1] ?? '') === '' ? fault(0, "'acl' is followed by the name of an acl") : undefined;
};

/** Control characters as a set of 33 bits, or its name (sample_conv_hasctl_check()). */
const MOST_CONTROLS = 2 ** 33 - 1;
const controls: Judge = ([set]) => {
  if (set === undefined || set === '' || set === 'any' || set === 'http') return undefined;
  const bits = strtol(set, 0);
  return bits !== undefined && bits >= 0 && bits <= MOST_CONTROLS
    ? undefined
    : fault(0, `'${set}' is no set of control characters: write any, http or a number up to 0x1ffffffff`);
};

const item: Judge = (args) =>
  (args[1] ?? '') === '' && (args[2] ?? '') === '' ? fault(1, 'a variable or a suffix is needed') : undefined;

const FIX_TAG = /^(?:[1-9]\d*|MsgType|CheckSum|BodyLength|TargetCompID|BeginString|SenderCompID)$/i;
const fixTag: Judge = (args) =>
  FIX_TAG.test(args[0] ?? '') ? undefined : fault(0, `'${args[0] ?? ''}' is neither number nor name of a FIX tag`);

const truncate: Judge = one(2, ['0', '1']);
const be2hex = all(
  (args) =>
    number(args, 1) <= 0 && ((args[0] ?? '') !== '' || number(args, 2) !== 0)
      ? fault(1, 'the size of a chunk must be more than 0')
      : undefined,
  truncate,
);

const mapAddress: Judge = (args) => {
  const value = args[1];
  if (value === undefined || isIpv4(value) || isIpv6(value)) return undefined;
  // A host name is looked up by the machine that starts the daemon.
  return /[A-Za-z]/.test(value) ? undefined : fault(1, `'${value}' is no address`);
};

const block: Judge = (args) =>
  /^(?:head|tail|first|\d+)$/.test(args[0] ?? '')
    ? undefined
    : fault(0, "a block is 'head', 'tail', 'first' or a number");

const bool: Judge = (args) =>
  /^(?:true|false|0|1)$/i.test(args[0] ?? '')
    ? undefined
    : fault(0, `'${args[0] ?? ''}' is not one of true, false, 0 and 1`);

const CONDITIONS = ['ifexists', 'ifnotexists', 'ifempty', 'ifnotempty', 'ifset', 'ifnotset', 'ifgt', 'iflt'];
const setVar: Judge = all(variable(0, false), (args) => {
  const wrong = args.findIndex((value, i) => i > 0 && value !== undefined && !CONDITIONS.includes(value));
  return wrong < 0
    ? undefined
    : fault(wrong, `'${args[wrong] ?? ''}' is no condition of set-var: ${CONDITIONS.join(', ')} are`);
});

const typed = (names: readonly string[], judge: Judge): [string, Judge][] => names.map((name) => [name, judge]);

/** Only the names of headers have an occurrence. */
const HEADERS = ['hdr', 'hdr_ip', 'hdr_val', 'req.fhdr', 'req.hdr', 'req.hdr_ip', 'req.hdr_val'];
const RESPONSE_HEADERS = ['res.fhdr', 'res.hdr', 'res.hdr_ip', 'res.hdr_val', 'shdr', 'shdr_ip', 'shdr_val'];
const NAMES_OF_CERTIFICATES = [
  'ssl_c_i_dn',
  'ssl_c_r_dn',
  'ssl_c_s_dn',
  'ssl_f_i_dn',
  'ssl_f_s_dn',
  'ssl_s_s_dn',
  'ssl_s_i_dn',
];

/** What fetches check of their arguments. It is asked only when arguments were read (arg_p in sample_parse_expr()). */
export const FETCH_VALUES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ...typed([...HEADERS, ...RESPONSE_HEADERS], header),
  ...typed(['payload_lv', 'req.payload_lv', 'res.payload_lv'], payloadLv),
  ...typed(NAMES_OF_CERTIFICATES, one(2, ['rfc2253'])),
  ...typed(['fc_rtt', 'fc_rttvar', 'bc_rtt', 'bc_rttvar'], one(0, ['us', 'ms'], false)),
  ...typed(
    ['type', 'size', 'start_line', 'hdrname', 'hdrval', 'data'].map((name) => `internal.htx_blk.${name}`),
    block,
  ),
  ...typed(['distcc_body', 'distcc_param'], (args) =>
    args[0]?.length === 4 ? undefined : fault(0, `the name of a token has 4 signs, '${args[0] ?? ''}' has not`),
  ),
  ...typed(['accept_date', 'request_date'], one(0, UNITS, false)),
  ['date', one(1, UNITS, false)],
  ['uuid', since('3.0', one(0, ['4', '7']), one(0, ['4']))],
  ['bool', bool],
  ['bin', hex],
  ['meth', (args) => (METHOD.test(args[0] ?? '') ? undefined : fault(0, `'${args[0] ?? ''}' is no method`))],
  ['var', variable(0, false)],
  ['fc_pp_tlv', tlv],
  ['query', one(0, ['with_qm'])],
  ['acl', (args) => (args[0] === '' ? fault(0, 'the name of an acl is missing') : undefined)],
]);

/** Types of protobuf_type() in include/haproxy/protobuf.h. */
const PROTOBUF =
  'int32 uint32 sint32 int64 uint64 sint64 bool enum fixed32 sfixed32 float fixed64 sfixed64 double'.split(' ');

const mapFile: Judge = (args) => ((args[0] ?? '') === '' ? fault(0, 'the name of a file is missing') : undefined);
const HOW = ['str', 'beg', 'sub', 'dir', 'dom', 'end', 'reg', 'int', 'ip'];
const ALL_MAPS = [
  'map',
  'map_regm',
  ...HOW.map((how) => `map_${how}`),
  ...HOW.flatMap((how) => ['int', 'key'].map((out) => `map_${how}_${out}`)),
];
const MAPS = HOW.map((how) => `map_${how}_ip`);

/** What converters check of their arguments. */
export const CONVERTER_VALUES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ...typed(['and', 'or', 'xor', 'add', 'sub', 'mul', 'div', 'mod'], operand),
  ...typed(['field', 'word'], field),
  ...typed(['jwt_header_query', 'jwt_payload_query'], one(1, ['int'])),
  ...typed(['be2dec', 'le2dec'], all(range(1, 1, 8, 'the size of a chunk'), truncate)),
  ...typed(['strcmp', 'secure_memcmp'], variable(0, false)),
  ...typed(['aes_gcm_enc', 'aes_gcm_dec'], aes),
  ...typed(ALL_MAPS, mapFile),
  ...typed(MAPS, all(mapFile, mapAddress)),
  ...typed(['protobuf', 'ungrpc'], one(1, PROTOBUF, false)),
  ['mqtt_field_value', ([packet = '', name = '']) => mqttFault(packet, name)],
  ['has_ctl', controls],
  ['unset-var', variable(0, false)],
  ['set-var', setVar],
  ['http_date', one(1, UNITS, false)],
  ['url_enc', one(0, ['query'])],
  ['concat', variable(1, true)],
  ['add_item', all(variable(1, true), item)],
  ['be2hex', be2hex],
  ['fix_tag_value', fixTag],
  ['json', one(0, ['ascii', 'utf8', 'utf8s', 'utf8p', 'utf8ps'])],
  ['json_query', all((args) => (args[0] === '' ? fault(0, 'the path is missing') : undefined), one(1, ['int']))],
  ['bytes', since('2.9', bytes)],
  [
    'param',
    (args) => (args[1] === undefined || args[1].length === 1 ? undefined : fault(1, 'a delimiter is one sign')),
  ],
  ['regsub', regsub],
  ['sha2', one(0, ['224', '256', '384', '512'])],
  ['jwt_verify', jwtVerify],
  ['digest', digest],
  ['hmac', all(digest, since('2.3', base64(1, 'key')))],
  ['when', when],
]);
