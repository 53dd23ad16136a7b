import type { CommandLine, HostFinding, HostTargets, LowerContext, SourceFile } from '@halint/core';
import type { RefusedOption } from '@halint/model';
import type { SshdFile } from '../ast.ts';
import { check } from '../check/check.ts';
import { checkHost, checkTogether } from '../check/host.ts';
import { readPort, readTime } from '../check/numbers.ts';
import { rowOf } from '../keywords.ts';
import type { SshdUnit } from '../read.ts';
import { readCommand, writtenAs, type CommandOption } from './options.ts';
import { commandSource, statementsOf, type CommandFile } from './source.ts';

/** The options for which sshd of a host does not listen, with what is wrong about each. */
export function refusedOptions(files: readonly SourceFile[], context: LowerContext): readonly RefusedOption[] {
  const { command, targets } = context;
  if (command === undefined || command.words.length === 0) return [];
  const { options, refused } = readCommand(command);
  const { lines } = commandSource(context);
  return [
    ...options.flatMap((option) => {
      const message = problemOf(option, command, targets);
      return message === undefined ? [] : [refusal(option, message)];
    }),
    ...lines.flatMap((line) => lineProblems(line, context)),
    ...(refused === undefined ? [] : [{ ...refused, related: [] }]),
    ...(lines.length === 0 ? [] : problemsWithFiles(lines, files, context)),
  ];
}

function refusal(option: CommandOption, message: string): RefusedOption {
  return { at: option.at, option: writtenAs(option), message, related: [] };
}

/** sshd.c main(). */
function problemOf(
  { letter, value = '' }: CommandOption,
  { isPerConnection }: CommandLine,
  { openssh, services }: HostTargets,
): string | undefined {
  switch (letter) {
    case 'p':
      return (readPort(value, services) ?? 0) > 0 ? undefined : 'no port from 1 to 65535, and no service that has one';
    case 'g':
      return readTime(value, openssh) === undefined ? 'no time' : undefined;
    case 'i':
      return isPerConnection === true ? undefined : 'sshd serves what it is started with and listens nowhere';
    case 'G':
    case 't':
    case 'T':
      return 'sshd looks at its configuration and exits';
    case 'V':
      return 'sshd tells its version and exits';
    case 'R':
      return 'sshd takes it from itself alone';
    default:
      return undefined;
  }
}

/** What sshd says of the line that a -o is. */
function lineProblems(line: CommandFile, { targets }: LowerContext): readonly RefusedOption[] {
  if (line.option.letter !== 'o') return [];
  if ((line.document.ast as SshdFile).matches.length > 0) {
    return [refusal(line.option, 'Match stands in a file only')];
  }
  if (statementsOf(line).some(({ kind }) => kind === 'include')) {
    return [refusal(line.option, 'Include stands in a file only')];
  }
  const findings = line.document.sections.flatMap((section) => check(section as Section, targets));
  return findings.flatMap(({ rejects, message }) => (rejects === true ? [refusal(line.option, message)] : []));
}

type Section = Parameters<typeof check>[0] & { readonly unit: SshdUnit };

/** What goes wrong with the files and the command line together, and with neither alone. */
function problemsWithFiles(
  lines: readonly CommandFile[],
  files: readonly SourceFile[],
  context: LowerContext,
): readonly RefusedOption[] {
  const key = ({ rule, message }: HostFinding): string => `${rule} ${message}`;
  const alone = new Set(checkHost(files, context).map(key));
  return checkTogether(files, context)
    .filter((finding) => !alone.has(key(finding)))
    .map((finding) => {
      const text = `${finding.message} ${finding.help ?? ''}`.toLowerCase();
      const named = lines.filter((line) =>
        statementsOf(line).some((each) => text.includes(wordOf(each).toLowerCase())),
      );
      const meant = named.length > 0 ? named : lines;
      const [first] = meant as [CommandFile, ...CommandFile[]];
      const places = [{ at: finding.at, message: 'together with this' }, ...(finding.related ?? [])];
      return {
        at: first.startedAt,
        option: [...new Set(meant.map(({ option }) => writtenAs(option)))].join(' '),
        message: finding.message.replace(/: sshd does not start$/, ''),
        related: places.filter(({ at }) => at.file.language === 'sshd'),
      };
    });
}

function wordOf(statement: ReturnType<typeof statementsOf>[number]): string {
  if (statement.kind === 'unreadable') return '';
  return rowOf(statement.keyword.value)?.word ?? statement.keyword.value;
}
