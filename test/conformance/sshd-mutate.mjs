// Small mistakes put into an sshd_config that the daemon takes. Operators are as in mutate.mjs: lines and a random source in, new lines and the
// line that is wrong now out (0: none of them). What the daemon makes of it is asked, never assumed.
import { swap, typo } from './mutate.mjs';

const isOption = (line) => /^\s*[A-Za-z]/.test(line);
const wordsOf = (line) => line.trim().split(/\s+/);
const keyword = (words) => words[0].toLowerCase();
const spliced = (lines, at, count, ...texts) => [...lines.slice(0, at), ...texts, ...lines.slice(at + count)];

/** Picks a line of an option for which `fits(words, line)` holds and replaces it by what `change(words, random, line)` makes of it. */
function onLine(fits, change) {
  return (lines, random) => {
    const found = lines.map((_, i) => i).filter((i) => isOption(lines[i]) && fits(wordsOf(lines[i]), lines[i]));
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    const indent = /^\s*/.exec(lines[at])[0];
    const made = change(wordsOf(lines[at]), random, lines[at].trim());
    if (made === undefined) return undefined;
    const changed = (Array.isArray(made) ? made : [made]).map((text) => indent + text);
    return { lines: spliced(lines, at, 1, ...changed), line: at + changed.length };
  };
}

/** Puts one of the lines, picked at random, before a random line. */
function insert(...texts) {
  return (lines, random) => {
    const at = random(lines.length + 1);
    return { lines: spliced(lines, at, 0, texts[random(texts.length)]), line: at + 1 };
  };
}

/** Puts lines in front of everything; `line` is the last of them. */
function prepend(...choices) {
  return (lines, random) => {
    const texts = choices[random(choices.length)].split('\n');
    return { lines: [...texts, ...lines], line: texts.length };
  };
}

const any = () => true;
const has =
  (...keywords) =>
  (words) =>
    keywords.includes(keyword(words)) && words.length > 1;
const value = (words, text) => `${words[0]} ${text}`;
const pick = (list, random) => list[random(list.length)];
const BOOLEAN = /^(?:yes|no)$/i;
const LISTS = ['ciphers', 'macs', 'kexalgorithms', 'hostkeyalgorithms', 'pubkeyacceptedalgorithms', 'pubkeyacceptedkeytypes', 'casignaturealgorithms', 'hostbasedacceptedalgorithms']; // prettier-ignore
const TIMES = ['logingracetime', 'clientaliveinterval', 'unusedconnectiontimeout'];
const NUMBERS = ['maxauthtries', 'maxsessions', 'clientalivecountmax', 'x11displayoffset', 'requiredrsasize'];
const USERS = ['allowusers', 'denyusers', 'allowgroups', 'denygroups'];
const GLOBAL = ['Port 2222', 'UsePAM yes', 'ListenAddress 127.0.0.1', 'Ciphers aes128-ctr', 'LoginGraceTime 1m', 'StrictModes no', 'MaxStartups 10:30:60']; // prettier-ignore

export const OPERATORS = {
  'keyword typo': onLine(any, (words, random) => swap(words, 0, typo(words[0], random)).join(' ')),
  'keyword case': onLine(any, (words, random) =>
    swap(words, 0, random(2) === 0 ? words[0].toUpperCase() : words[0].toLowerCase()).join(' '),
  ),
  'keyword quoted': onLine(any, (words) => swap(words, 0, `"${words[0]}"`).join(' ')),
  'keyword alone': onLine(
    (words) => words.length > 1,
    (words, random) => pick([words[0], `${words[0]} ""`, `${words[0]} # x`, `${words[0]} =`], random),
  ),
  'value typo': onLine(
    (words) => words.length > 1,
    (words, random) => swap(words, 1, typo(words[1], random)).join(' '),
  ),
  'value case': onLine(
    (words) => words.length > 1,
    (words) => swap(words, 1, words[1].toUpperCase()).join(' '),
  ),
  'value empty': onLine(
    (words) => words.length > 1,
    (words) => swap(words, 1, "''").join(' '),
  ),
  'value quoted': onLine(
    (words) => words.length > 1,
    (words, random) => swap(words, 1, pick([`"${words[1]}"`, `'${words[1]}'`], random)).join(' '),
  ),
  'value other': onLine(
    (words) => words.length === 2,
    (words, random) => value(words, pick(['none', 'any', 'yes', '0', '-1', '3x', '99999', '1:2:3', '/', '~/x', 'a=b', '*', '%u'], random)), // prettier-ignore
  ),
  'one word more': onLine(
    any,
    (words, random, text) => `${text} ${pick(['x', '22', 'none', '""', '#x', 'yes # c'], random)}`,
  ),
  'comment without blank': onLine(any, (_, random, text) => `${text}${pick(['#c', ' #c', '\t# c'], random)}`),
  'equals sign': onLine(
    (words) => words.length > 1,
    (words, random) => `${words[0]}${pick(['=', ' = ', '==', ' = = ', '= '], random)}${words.slice(1).join(' ')}`,
  ),
  'open quote': onLine(
    (words) => words.length > 1,
    (words, random, text) =>
      pick([`${text}"`, `${words[0]} "${words.slice(1).join(' ')}`, `${text} 'x`, `"${text}`], random),
  ),
  backslash: onLine(
    (words) => words.length > 1,
    (words, random) => `${words[0]} ${pick(['\\', '\\"', '\\\\', 'a\\ b'], random)}${words.slice(1).join(' ')}`,
  ),
  'boolean other': onLine(
    (words) => words.length === 2 && BOOLEAN.test(words[1]),
    (words, random) => value(words, pick(['on', 'true', 'false', 'y', '1', 'YES', 'nO', 'yes,no'], random)),
  ),
  'number other': onLine(has(...NUMBERS), (words, random) => value(words, pick(['-1', '6x', '0x10', ' 7', '2147483648', '+3', '1.5', 'none'], random))), // prettier-ignore
  'time other': onLine(has(...TIMES), (words, random) => value(words, pick(['1h30m', '5x', '1.5', '1.5h', '90s90s', '10M', '-5', '99999w', 'none', '1d2h'], random))), // prettier-ignore
  'port other': onLine(has('port'), (words, random) => value(words, pick(['0', '65536', 'ssh', 'nowhere', '-22', '22,23', '022', '2 2'], random))), // prettier-ignore
  'address other': onLine(has('listenaddress'), (words, random) => value(words, pick(['::', '0.0.0.0:22', '[::1]:2222', '[::1', '::1:22', '10.1', '*', '1.2.3.4:x', '[::]', '1.2.3.4/22', ':22', '[fe80::1]22', '127.0.0.1 rdomain x'], random))), // prettier-ignore
  'address added': prepend('ListenAddress 127.0.0.1', 'ListenAddress ::1', 'AddressFamily inet\nListenAddress ::1', 'AddressFamily inet6\nListenAddress 0.0.0.0', 'ListenAddress 10.0.0.1:0', 'Port 23\nPort 24'), // prettier-ignore
  'algorithm typo': onLine(has(...LISTS), (words, random) => {
    const names = words[1].split(',');
    const at = random(names.length);
    return value(words, swap(names, at, typo(names[at], random)).join(','));
  }),
  'algorithm prefix': onLine(has(...LISTS), (words, random) =>
    value(words, pick(['+', '-', '^', '=', '+-'], random) + words[1]),
  ),
  'algorithm list': onLine(has(...LISTS), (words, random) => value(words, pick([`${words[1]},`, `,${words[1]}`, words[1].replace(',', ', '), '*', 'ssh-*', '!ssh-rsa', '-*', '+', 'none', `${words[1]},${words[1]}`], random))), // prettier-ignore
  'algorithms added': prepend('Ciphers +3des-cbc', 'MACs -hmac-sha1*', 'KexAlgorithms ^diffie-hellman-group14-sha1', 'HostKeyAlgorithms +ssh-dss', 'PubkeyAcceptedAlgorithms +ssh-rsa', 'CASignatureAlgorithms ^ssh-rsa', 'KexAlgorithms +mlkem768x25519-sha256', 'HostbasedAcceptedAlgorithms ssh-*,rsa-*'), // prettier-ignore
  'pattern other': onLine(has(...USERS), (words, random) => `${words.join(' ')} ${pick(['a@10.0.0.0/8', 'a@10.0.0.1/8', '*@', '!b', 'a@b@c', '""', '#x', 'a@::1/64', 'c@host,!d'], random)}`), // prettier-ignore
  'match added': (lines, random) => ({
    lines: [
      ...lines,
      `Match ${pick(['User x', 'all', 'User=x', 'User x all', 'Address 10.0.0.1/8', 'address 10.0.0.0/8', 'Host', 'LocalPort 22', 'LocalPort x', 'Bogus x', 'Group a,b', 'invalid-user', 'version OpenSSH_*', 'User = x', 'user x host y', 'exec true', 'final', 'RDomain x', '"User x"', 'User "x y"', 'all # c', 'User x # c'], random)}`, // prettier-ignore
      `  ${pick(['X11Forwarding yes', 'PermitRootLogin no', 'Banner none', 'ForceCommand internal-sftp', 'AllowUsers a'], random)}`,
    ],
    line: lines.length + 1,
  }),
  'global in match': (lines, random) => ({
    lines: [...lines, `Match ${pick(['User x', 'all', 'Address 10.0.0.0/8'], random)}`, `  ${pick(GLOBAL, random)}`],
    line: lines.length + 2,
  }),
  'match too early': (lines, random) => ({
    lines: [`Match ${pick(['User x', 'all', 'Group y'], random)}`, ...lines],
    line: 0,
  }),
  'criterion typo': onLine(has('match'), (words, random) => swap(words, 1, typo(words[1], random)).join(' ')),
  'criterion without value': onLine(has('match'), (words) => words.slice(0, 2).join(' ')),
  'line twice': onLine(any, (_, __, text) => [text, text]),
  'line away': onLine(any, () => '#'),
  'lines swapped': (lines, random) => {
    const at = random(Math.max(1, lines.length - 1));
    return lines.length < 2 ? undefined : { lines: spliced(lines, at, 2, lines[at + 1], lines[at]), line: 0 };
  },
  'lines joined': (lines, random) => {
    const found = lines.map((_, i) => i).filter((i) => isOption(lines[i]) && isOption(lines[i + 1] ?? ''));
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    return { lines: spliced(lines, at, 2, `${lines[at]} ${lines[at + 1].trim()}`), line: at + 1 };
  },
  'old option': insert('UsePrivilegeSeparation yes', 'Protocol 2', 'RSAAuthentication yes', 'KeyRegenerationInterval 1h', 'UseLogin no', 'ServerKeyBits 1024', 'KerberosGetAFSToken no', 'AFSTokenPassing no', 'RhostsAuthentication no x y', 'ChallengeResponseAuthentication no', 'PAMAuthenticationViaKbdInt yes', 'GSSAPIAuthentication yes', 'KeepAlive yes', 'DSAAuthentication no', 'SKeyAuthentication no'), // prettier-ignore
  'new option': insert('PerSourcePenalties crash:5m max:1h', 'PerSourcePenalties no', 'PerSourcePenalties crash:5 no', 'RefuseConnection no', 'SshdSessionPath /x', 'PAMServiceName x', 'ChannelTimeout session=5m', 'ChannelTimeout none x=1', 'UnusedConnectionTimeout 5m', 'RequiredRSASize 2048', 'PerSourceMaxStartups 5', 'PerSourceNetBlockSize 24:64', 'PerSourceNetBlockSize 33', 'PubkeyAuthOptions verify-required', 'PerSourcePenaltyExemptList 10.0.0.0/8', 'PerSourcePenaltyExemptList 10.0.0.1/8'), // prettier-ignore
  'other option': insert('MaxStartups 10:30:60', 'MaxStartups 10:30', 'MaxStartups 100:30:60', 'MaxStartups 0', 'RekeyLimit 1G 1h', 'RekeyLimit 5', 'RekeyLimit default none', 'IPQoS af21 cs1', 'IPQoS 0x20', 'IPQoS bogus', 'PermitOpen host:22 [::1]:80', 'PermitOpen host', 'PermitOpen any x:1', 'PermitListen 8080 localhost:22', 'SetEnv A=1 B', 'SetEnv A=1 A=2', 'AcceptEnv LANG LC_*', 'AcceptEnv A=B', 'StreamLocalBindMask 0178', 'StreamLocalBindMask 0999', 'PermitTunnel Yes', 'FingerprintHash SHA1', 'LogLevel debug1', 'SyslogFacility LOCAL9', 'AuthenticationMethods publickey,password', 'AuthenticationMethods hostbased', 'AuthenticationMethods any publickey', 'AuthorizedKeysCommand /bin/x %u', 'AuthorizedKeysCommand x', 'AuthorizedKeysFile none', 'AuthorizedKeysFile .ssh/a ~/b', 'PermitUserEnvironment LANG,LC_*', 'GatewayPorts clientspecified', 'RDomain x', 'VersionAddendum a # b', 'Banner none', 'LogVerbose kex.c:*', 'LogVerbose none x', 'Subsystem sftp2 internal-sftp', 'Subsystem x', 'Include /etc/ssh/none/*.conf', 'Include ""', 'HostKeyAgent none', 'RevokedKeys /a /b'), // prettier-ignore
  'white space': onLine(
    any,
    (words, random, text) =>
      `${pick(['\t', '  ', '\f', '\r'], random)}${text}${pick(['\t', '\f', '\r', '  \r'], random)}`,
  ),
  'byte order mark': (lines) => ({ lines: [`\uFEFF${lines[0]}`, ...lines.slice(1)], line: 1 }),
  'cut off': (lines, random) => {
    const at = random(lines.length);
    const line = lines[at];
    const kept = line.slice(0, random(line.length + 1));
    return { lines: [...lines.slice(0, at), kept], line: at + 1, cut: true };
  },
};
