import { atoi, readSize } from '../../quantity/index.ts';
import { integer, judge, judged, NOTHING, NUMBER, ON_OFF, oneOf, size, time, type Form } from '../forms.ts';
import { since, warn, type Checker, type Run } from '../run.ts';

/** Read as an unsigned number: only 0 is refused (cfg_parse_quic_tune_setting). */
const POSITIVE: Form = {
  ...NUMBER,
  first: (text) => (atoi(text) === 0 ? `takes a positive integer, not '${text}'` : undefined),
};
const RATIO = integer(1, 100);

/** A size whose number must be positive by itself: the daemon looks at the digits first (cfg_parse_quic_tune_setting). */
const SIZE: Form = {
  ...size(0, 0xffff_ffff),
  first: (text) =>
    atoi(text) >= 1 && readSize(text) !== undefined
      ? undefined
      : `takes a positive size in bytes, with k, m or g, not '${text}'`,
};

/** Memory may be more than 32 bits hold. */
const MEMORY: Form = {
  ...SIZE,
  first: (text) =>
    atoi(text) !== 0 && readSize(text, 2 ** 63) !== undefined
      ? undefined
      : `takes a positive size in bytes, with k, m or g, not '${text}'`,
};

/** A window of 10 kB to 4 GB (parse_window_size). */
const WINDOW: Form = {
  ...size(0, 0xffff_ffff),
  first: (text) => {
    const bytes = /^\d+[kKmMgG]?$/.test(text) ? readSize(text, 2 ** 53) : undefined;
    return bytes !== undefined && bytes >= 10_240 && bytes <= 4_294_967_296
      ? undefined
      : `takes 10k to 4g, not '${text}'`;
  },
};

const FORMS: readonly (readonly [word: string, form: Form])[] = [
  ['cc-hystart', ON_OFF],
  ['cc.cubic.min-losses', POSITIVE],
  ['disable-tx-pacing', NOTHING],
  ['disable-udp-gso', NOTHING],
  ['frontend.default-max-window-size', WINDOW],
  ['frontend.glitches-threshold', POSITIVE],
  ['frontend.max-data-size', SIZE],
  ['frontend.max-idle-timeout', time()],
  ['frontend.max-streams-bidi', POSITIVE],
  ['frontend.max-tx-mem', MEMORY],
  ['frontend.stream-data-ratio', RATIO],
  ['max-frame-loss', POSITIVE],
  ['reorder-ratio', RATIO],
  ['retry-threshold', POSITIVE],
  ['socket-owner', oneOf('listener', 'connection')],
  ['zero-copy-fwd-send', ON_OFF],
  ['mem.tx-max', MEMORY],
  ['listen', ON_OFF],
  ['fe.sock-per-conn', oneOf('default-on', 'force-off')],
  ['fe.sec.retry-threshold', POSITIVE],
  ['fe.stream.max-total', POSITIVE],
  ...['be', 'fe'].flatMap((side): readonly (readonly [string, Form])[] => [
    [`${side}.cc.cubic-min-losses`, POSITIVE],
    [`${side}.cc.hystart`, ON_OFF],
    [`${side}.cc.max-frame-loss`, POSITIVE],
    [`${side}.cc.max-win-size`, WINDOW],
    [`${side}.cc.reorder-ratio`, RATIO],
    [`${side}.max-idle-timeout`, time()],
    [`${side}.sec.glitches-threshold`, POSITIVE],
    [`${side}.stream.data-ratio`, RATIO],
    [`${side}.stream.max-concurrent`, POSITIVE],
    [`${side}.stream.rxbuf`, SIZE],
    [`${side}.tx.pacing`, ON_OFF],
    [`${side}.tx.udp-gso`, ON_OFF],
  ]),
];

/** Since 3.1 the keyword is read, and has no effect. */
function checkBuffers(run: Run, line: number): void {
  if (!judge(run, line, POSITIVE) || !since(run, '3.1')) return;
  const { lines } = run;
  warn(
    run,
    'removed-or-deprecated-keyword',
    lines.at(line, 0),
    `'${lines.keywords[line] as string}' has no effect any more`,
    {
      help: "Use 'tune.quic.frontend.default-max-window-size' instead.",
    },
  );
}

/** What concerns QUIC. */
export const QUIC: readonly (readonly [string, Checker])[] = [
  ...FORMS.map(([word, form]) => [`tune.quic.${word}`, judged(form)] as const),
  ['tune.quic.frontend.conn-tx-buffers.limit', checkBuffers],
];
