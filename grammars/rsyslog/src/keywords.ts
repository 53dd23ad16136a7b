import { KeywordTable, type KeywordRow } from '@halint/core';

const MODELLED = { use: 'modelled' } as const;

function row(word: string, usage: string, summary: string, more: Partial<KeywordRow> = {}): KeywordRow {
  const doc = word.startsWith('$') ? 'rsyslog.conf(5), legacy directives' : 'RainerScript';
  return { word, in: ['rsyslog'], usage, use: 'known', summary, doc, ...more };
}

/** Directives and objects that matter for where messages of haproxy and keepalived go. A word that is not here is not wrong. */
export const KEYWORDS: readonly KeywordRow[] = [
  row('module', '(load="<module>" ...)', 'load a module', MODELLED),
  row('input', '(type="<module>" ...)', 'read messages from a socket, a file …', MODELLED),
  row('include', '(file="<glob>" mode="required|optional|abort-if-missing")', 'read further files here', MODELLED),
  row('action', '(type="<module>" ...)', 'write or forward messages', MODELLED),
  row('ruleset', '(name="<name>" ...)', 'statements for the inputs that name them', MODELLED),
  row('template', '(name="<name>" type="<type>" ...)', 'format of messages or file names', MODELLED),
  row('global', '(<parameter>="<value>" ...)', 'settings of the whole daemon'),
  row('main_queue', '(<parameter>="<value>" ...)', 'the queue between inputs and actions'),
  row('lookup_table', '(name="<name>" file="<file>")', 'table that templates look values up in'),
  row('parser', '(name="<name>" type="<type>")', 'parser for messages'),
  row('timezone', '(id="<name>" offset="<offset>")', 'time zone of messages without one'),
  row('$ModLoad', '<module>', 'load a module', { ...MODELLED, instead: 'module(load="…")' }),
  row('$IncludeConfig', '<glob>', 'read further files here', { ...MODELLED, instead: 'include(file="…")' }),
  row('$AddUnixListenSocket', '<path>', 'read from one more unix socket', { ...MODELLED, instead: 'input(type="imuxsock")' }),
  row('$UDPServerAddress', '<address>|*', 'address of the next $UDPServerRun', MODELLED),
  row('$UDPServerRun', '<port>', 'listen on a UDP port', { ...MODELLED, instead: 'input(type="imudp")' }),
  row('$InputTCPServerRun', '<port>', 'listen on a TCP port', { ...MODELLED, instead: 'input(type="imtcp")' }),
  row('$SystemLogSocketName', '<path>', 'the system log socket, default /dev/log', MODELLED),
  row('$OmitLocalLogging', 'on|off', 'leave the system log socket alone', MODELLED),
  row('$ActionFileDefaultTemplate', '<template>', 'format of files'),
  row('$FileOwner', '<user>', 'owner of new files'),
  row('$FileGroup', '<group>', 'group of new files'),
  row('$FileCreateMode', '<mode>', 'mode of new files'),
  row('$DirCreateMode', '<mode>', 'mode of new folders'),
  row('$Umask', '<mask>', 'mask of new files'),
  row('$WorkDirectory', '<path>', 'folder of queues and states'),
  row('$template', '<name>,"<format>"', 'format of messages or file names', MODELLED),
  row('$RuleSet', '<name>', 'what stands behind it belongs to this ruleset', { ...MODELLED, instead: 'ruleset(name="…")' }),
  row('$DefaultRuleset', '<name>', 'ruleset of the inputs that name none', MODELLED),
  row('$InputUDPServerBindRuleset', '<name>', 'ruleset of the next $UDPServerRun', MODELLED),
  row('$AllowedSender', '<UDP|TCP>, <address>[/<bits>], ...', 'who may send', MODELLED),
];

/** Directives and objects are found whatever their case (rsyslog.conf(5)). */
export const TABLE = new KeywordTable(KEYWORDS.map((each) => ({ ...each, word: each.word.toLowerCase() })));
