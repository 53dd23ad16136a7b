import type { Form, Keys, ValueType } from './values.ts';

const keys = (rows: Readonly<Record<string, readonly ValueType[]>>): Keys => new Map(Object.entries(rows));

/** Words of an answer (manual, `http-request return`). */
const REPLY: Keys = keys({
  status: ['integer'],
  deny_status: ['integer'],
  'content-type': ['word'],
  errorfile: ['word'],
  errorfiles: ['word'],
  file: ['word'],
  'lf-file': ['word'],
  string: ['word'],
  'lf-string': ['format'],
  hdr: ['word', 'format'],
});

/** Words of a redirection (manual, `redirect`). */
export const REDIRECTION: Form = {
  first: [],
  keys: keys({
    location: ['format'],
    prefix: ['format'],
    scheme: ['format'],
    code: ['integer'],
    'set-cookie': ['word'],
    'clear-cookie': ['word'],
  }),
};

const form = (...first: readonly ValueType[]): Form => ({ first });
const TRACK: Form = { first: ['sample'], keys: keys({ table: ['word'] }) };
const REPLACE_HEADER = form('word', 'word', 'format');
const HEADER = form('word', 'format');

/** What follows the name of an action (manual 4.3), brackets left out; words alone where it has no row. */
const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...['deny', 'tarpit', 'return'].map((word) => [word, { first: [], keys: REPLY }] as const),
  ['redirect', REDIRECTION],
  ...['add-header', 'set-header', 'early-hint'].map((word) => [word, HEADER] as const),
  ...['replace-header', 'replace-value'].map((word) => [word, REPLACE_HEADER] as const),
  ...['replace-path', 'replace-pathq', 'replace-uri'].map((word) => [word, HEADER] as const),
  ['del-header', form('word')],
  ...['set-method', 'set-path', 'set-pathq', 'set-query', 'set-uri', 'set-var-fmt'].map(
    (word) => [word, form('format')] as const,
  ),
  ...['add-acl', 'del-acl', 'del-map'].map((word) => [word, form('format')] as const),
  ['set-map', form('format', 'format')],
  ...(
    'set-var do-resolve set-src set-src-port set-dst set-dst-port set-priority-class set-priority-offset ' +
    'add-headers-bin set-headers-bin sc-add-gpc sc-set-gpt sc-set-gpt0 set-mark set-tos set-fc-mark set-fc-tos ' +
    'set-bc-mark set-bc-tos set-retries pause'
  )
    .split(' ')
    .map((word) => [word, form('sample')] as const),
  ['capture', { first: ['sample'], keys: keys({ len: ['integer'], id: ['integer'] }) }],
  ['attach-srv', { first: ['word'], keys: keys({ name: ['sample'] }) }],
  ['auth', { first: [], keys: keys({ realm: ['word'] }) }],
  ['set-status', { first: ['integer'], keys: keys({ reason: ['word'] }) }],
  ['set-nice', form('integer')],
  ['set-timeout', form('word', 'sample')],
  ['wait-for-body', { first: [], keys: keys({ time: ['time'], 'at-least': ['size'] }) }],
  ['set-bandwidth-limit', { first: ['word'], keys: keys({ limit: ['sample'], period: ['sample'] }) }],
  ['silent-drop', { first: [], keys: keys({ 'rst-ttl': ['integer'] }) }],
  ['do-log', { first: [], keys: keys({ profile: ['word'] }) }],
]);

const NOTHING: Form = { first: [] };

/** What may follow an action. */
export function formOf(action: string): Form {
  return /^track-sc\d*$/.test(action) ? TRACK : (FORMS.get(action) ?? NOTHING);
}

/** Actions whose argument is a plain time or number more often than an expression. */
const PLAIN: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['pause', 'time'],
  ['set-timeout', 'time'],
  ...'sc-add-gpc sc-set-gpt sc-set-gpt0 set-mark set-tos set-fc-mark set-fc-tos set-bc-mark set-bc-tos set-retries'
    .split(' ')
    .map((word) => [word, 'integer'] as const),
]);

/** The form for a given argument: one that starts with a digit is no expression where a number or time may stand. */
export function formFor(action: string, argument: string): Form {
  const type = PLAIN.get(action);
  if (type === undefined || !/^[+-]?\d/.test(argument)) return formOf(action);
  return action === 'set-timeout' ? form('word', type) : form(type);
}
