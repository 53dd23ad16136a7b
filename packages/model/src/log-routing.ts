import type { LogStep } from './facts/rsyslog.ts';

/**
 * Facilities by number (RFC 5424 6.2.1) under the names that haproxy's `log` takes (haproxy log.c log_facilities). rsyslog calls 10
 * authpriv and 14 console, and has no name for 13 and 15: there only `*` selects them (rsyslogd 8.2302: "unknown facility name").
 */
export const HAPROXY_FACILITIES: readonly string[] = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'],
  ...['uucp', 'cron', 'auth2', 'ftp', 'ntp', 'audit', 'alert', 'cron2'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

/** Severities by number, as haproxy and rsyslog both call them. */
export const SEVERITIES: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

export interface LogMessage {
  /** 0..23. */
  readonly facility: number;
  /** 0..7, 0 the most urgent. */
  readonly severity: number;
}

/** The first step that may keep a message; the one that stops it before; undefined: it comes to the end and nothing keeps it. */
export function decidingStep(
  steps: readonly LogStep[],
  message: LogMessage,
): Extract<LogStep, { readonly kind: 'keep' | 'stop' }> | undefined {
  for (const step of steps) {
    if (step.kind !== 'when') return step;
    const chosen = step.selector === undefined ? undefined : isSelected(step.selector, message);
    if (chosen === false) continue;
    const inner = decidingStep(step.steps, message);
    // A stop that is perhaps not reached leaves the message to the steps behind it.
    if (inner?.kind === 'keep' || (inner !== undefined && chosen === true)) return inner;
  }
  return undefined;
}

function isSelected(selector: ReadonlyMap<number, number>, { facility, severity }: LogMessage): boolean {
  return ((selector.get(facility) ?? 0) & (1 << severity)) !== 0;
}
