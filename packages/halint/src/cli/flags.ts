import type { LanguageId, Severity } from '@halint/core';
import type { PresetName, RuleSetting } from '@halint/engine';
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Flags that every command with PATHs takes. */
export interface CommonFlags {
  readonly target?: readonly (readonly [string, string])[];
  readonly preset?: PresetName;
  readonly rule?: readonly (readonly [string, RuleSetting])[];
  readonly only?: readonly string[];
  readonly as?: LanguageId;
  readonly stdinFilename?: string;
  /** A path, or false with --no-config. */
  readonly config?: string | boolean;
  readonly color?: boolean;
  readonly timing?: boolean;
}

export interface LintFlags extends CommonFlags {
  readonly format?: readonly OutputTarget[];
  readonly level: Severity;
  readonly failOn: Severity | 'never';
  readonly fix?: boolean;
  readonly unsafe?: boolean;
  readonly diff?: boolean;
  readonly quiet?: boolean;
  readonly stats?: boolean;
}

export interface OutputTarget {
  readonly format: string;
  /** Standard output without one. */
  readonly file?: string;
}

export const FORMATS = [
  'pretty',
  'concise',
  'json',
  'jsonl',
  'sarif',
  'junit',
  'github',
  'gitlab',
  'checkstyle',
  'markdown',
  'html',
];
const SETTINGS: readonly string[] = ['off', 'info', 'warning', 'error'];
const PRESETS = ['recommended', 'ssh-vip', 'facts', 'strict', 'all'];

const DAEMON_VERSION = /^\d+(\.\d+){1,2}(p\d+)?$/;

/** Reads `daemon=version`; repeatable. */
export function target(
  value: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const match = /^(haproxy|keepalived|openssh|os)=(.+)$/.exec(value);
  const [, name, version] = match ?? [];
  if (name === undefined || version === undefined || (name !== 'os' && !DAEMON_VERSION.test(version))) {
    throw new InvalidArgumentError('use haproxy=3.0, keepalived=2.2.8, openssh=9.6 or os=rhel9');
  }
  return [...before, [name, version.replace(/p\d+$/, '')]];
}

function rule(
  value: string,
  before: readonly (readonly [string, RuleSetting])[] = [],
): readonly (readonly [string, RuleSetting])[] {
  const at = value.lastIndexOf('=');
  const setting = value.slice(at + 1);
  if (at < 1 || !SETTINGS.includes(setting))
    throw new InvalidArgumentError('use ID=off, ID=info, ID=warning or ID=error');
  return [...before, [value.slice(0, at), setting as RuleSetting]];
}

function output(value: string, before: readonly OutputTarget[] = []): readonly OutputTarget[] {
  const at = value.indexOf('=');
  const format = at < 0 ? value : value.slice(0, at);
  if (!FORMATS.includes(format)) throw new InvalidArgumentError(`use one of ${FORMATS.join(', ')}`);
  return [...before, at < 0 ? { format } : { format, file: value.slice(at + 1) }];
}

function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function withCommonFlags(command: Command): Command {
  return command
    .option('--target <daemon=version>', 'daemon version to judge by, e.g. haproxy=3.0; repeatable', target)
    .addOption(new Option('--preset <name>', 'which rules run').choices(PRESETS))
    .option('--rule <id=severity>', 'off, info, warning or error for a rule or glob; repeatable', rule)
    .option('--only <glob>', 'only these rules; repeatable', append)
    .addOption(
      new Option('--as <language>', 'language of the files given').choices([
        'haproxy',
        'keepalived',
        'sshd',
        'sysctl',
        'systemd',
        'rsyslog',
      ]),
    )
    .option('--stdin-filename <name>', 'name of what comes on standard input with path -')
    .option('--config <file>', 'settings file instead of the nearest halint.config.yaml')
    .option('--no-config', 'no settings file')
    .option('--no-color', 'no colours');
}

export function withLintFlags(command: Command): Command {
  return withCommonFlags(command)
    .option('-f, --format <format[=file]>', `${FORMATS.join(', ')}; repeatable`, output)
    .addOption(
      new Option('--level <severity>', 'least severity that is reported')
        .choices(['error', 'warning', 'info'])
        .default('warning'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .option('--fix', 'apply safe fixes')
    .option('--unsafe', 'with --fix or --diff: unsafe fixes too')
    .option('--diff', 'print the patch of --fix instead of applying it')
    .option('--quiet', 'no summary and no notes')
    .option('--stats', 'counts of rules and coverage of keywords')
    .option('--timing', 'time of each rule and phase');
}
