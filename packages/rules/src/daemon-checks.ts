import type { FindingText } from '@halint/core';

/** A rule that a language or the engine judges by itself: what its daemon refuses, or what kept a file from being read. */
export interface DaemonCheck {
  readonly id: string;
  readonly severity: FindingText['severity'];
  readonly summary: string;
}

const check = (id: string, severity: FindingText['severity'], summary: string): DaemonCheck => ({
  id,
  severity,
  summary,
});

/** Every rule id that comes from a grammar or the engine; a test compares the list with their sources. */
export const daemonChecks: readonly DaemonCheck[] = [
  check('haproxy/acl-undefined', 'error', 'A condition names an ACL that is not defined.'),
  check('haproxy/alert-directive', 'error', 'An .alert directive is reached: haproxy stops reading.'),
  check('haproxy/backend-undefined', 'error', 'A rule sends traffic to a backend that does not exist.'),
  check('haproxy/cache-undefined', 'error', 'A rule names a cache that does not exist.'),
  check('haproxy/defaults-undefined', 'error', 'A section starts from a defaults section that does not exist.'),
  check('haproxy/duplicate-keyword', 'error', 'A keyword stands twice where it counts once.'),
  check(
    'haproxy/duplicate-name',
    'error',
    'Two sections of one kind, or two things of one section, have the same name.',
  ),
  check('haproxy/duplicate-proxy', 'error', 'Two proxies of one kind have the same name.'),
  check('haproxy/duplicate-server-name', 'error', 'Two servers of one backend have the same name.'),
  check('haproxy/fcgi-app-undefined', 'error', 'A backend names an fcgi-app that does not exist.'),
  check('haproxy/http-errors-undefined', 'error', 'A rule names an http-errors section that does not exist.'),
  check('haproxy/ignored-keyword', 'warning', 'A keyword has no effect where it stands.'),
  check('haproxy/invalid-address', 'error', 'An address or port cannot be read.'),
  check('haproxy/invalid-argument', 'error', 'An argument is outside what the keyword takes.'),
  check('haproxy/invalid-name', 'error', 'A name has a character that haproxy does not permit.'),
  check('haproxy/invalid-negation', 'error', 'no or default stands before a keyword that cannot be negated.'),
  check('haproxy/misplaced-keyword', 'error', 'A keyword stands in a section that does not take it.'),
  check('haproxy/missing-argument', 'error', 'A keyword lacks an argument.'),
  check(
    'haproxy/missing-final-newline',
    'error',
    'The last line has no line feed: haproxy takes the file for cut off.',
  ),
  check('haproxy/peers-undefined', 'error', 'A stick table names a peers section that does not exist.'),
  check(
    'haproxy/removed-or-deprecated-keyword',
    'error',
    'A keyword is gone, or not there yet, in the target version.',
  ),
  check('haproxy/resolvers-undefined', 'error', 'A server names a resolvers section that does not exist.'),
  check('haproxy/server-undefined', 'error', 'A rule names a server that its backend does not have.'),
  check('haproxy/too-many-words', 'error', 'A line has more than 64 words.'),
  check('haproxy/unclosed-if', 'error', 'An .if has no .endif, or the reverse.'),
  check('haproxy/unexpected-argument', 'error', 'A keyword has an argument too many.'),
  check('haproxy/unknown-balance-algorithm', 'error', 'balance names an algorithm that does not exist.'),
  check('haproxy/unknown-keyword', 'error', 'A word is no keyword of its section.'),
  check('haproxy/unknown-mode', 'error', 'mode names a mode that does not exist.'),
  check('haproxy/unknown-section', 'error', 'A section head is no section of the target version.'),
  check('haproxy/unreadable-line', 'error', 'A quote, brace or escape is not finished, or a line has a NUL.'),
  check('haproxy/userlist-undefined', 'error', 'A rule names a userlist that does not exist.'),
  check('sshd/addressfamily-excludes-listenaddress', 'error', 'AddressFamily shuts out the family of a ListenAddress.'),
  check('sshd/bad-value', 'error', 'A value is outside what the option takes.'),
  check('sshd/deprecated-option', 'warning', 'An option has no effect any more.'),
  check('sshd/duplicate-subsystem', 'error', 'A subsystem is defined twice.'),
  check('sshd/extra-arguments', 'error', 'Words are left over at the end of a line.'),
  check('sshd/ignored-line', 'warning', 'sshd passes over a line without a word.'),
  check('sshd/match-condition', 'error', 'The criteria of a Match line cannot be read.'),
  check('sshd/missing-argument', 'error', 'An option has no argument.'),
  check('sshd/option-not-allowed-in-match', 'error', 'An option stands in a Match block that does not take it.'),
  check('sshd/unbalanced-quotes', 'error', 'A quote is opened and never closed.'),
  check('sshd/unknown-or-unsupported-option', 'error', 'A word is no option of the target version.'),
  check('sysctl/syntax', 'warning', 'A line is no assignment: it is not applied.'),
  check('system/binary-file', 'error', 'A configuration file is not text.'),
  check('system/include-not-followed', 'info', 'A single file was given without its host: its includes are not read.'),
  check('system/include-outside-root', 'warning', 'An include leads out of the root of its host.'),
  check('system/link-loop', 'warning', 'A symbolic link leads to itself.'),
  check('system/link-outside-root', 'warning', 'A symbolic link leads out of the root of its host.'),
  check('system/malformed-fact', 'warning', 'A fact file cannot be read as what it should be.'),
  check('system/unreadable-file', 'info', 'A file may not be read.'),
  check('vrrp/auth-pass-truncated', 'warning', 'A password is longer than the 8 characters that count.'),
  check('vrrp/nopreempt-with-state-master', 'warning', 'nopreempt stands with state MASTER, which clears it.'),
  check('vrrp/preempt-delay-with-state-master', 'warning', 'preempt_delay stands with state MASTER, which clears it.'),
  check('vrrp/script-undefined-or-unused', 'error', 'A tracked check is not defined, or a defined one never tracked.'),
  check('vrrp/unbalanced-braces', 'error', 'Braces do not match.'),
  check('vrrp/unknown-keyword', 'error', 'A word is no keyword of its block: keepalived drops it.'),
  check('vrrp/unknown-state', 'error', 'state is neither MASTER nor BACKUP.'),
  check('vrrp/unterminated-quote', 'error', 'A quote is not closed on its line.'),
  check('vrrp/value-out-of-range', 'error', 'A number is outside its range: keepalived uses the default.'),
];
