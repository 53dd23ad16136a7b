import {
  compareVersions,
  parseIp,
  type Document,
  type LocalFinding,
  type LocalPlace,
  type Span,
  type Targets,
} from '@halint/core';
import type { Option, SshdFile } from '../ast.ts';
import type { SshdUnit } from '../read.ts';
import { literalOf } from './values.ts';

type SshdDocument = Document<SshdFile, SshdUnit>;

const REFUSED = { severity: 'error', rejects: true, daemon: 'error' } as const;

/** What only the whole file shows: an address that AddressFamily excludes, a subsystem that is defined twice. */
export function checkFile(document: SshdDocument, targets: Targets): readonly LocalFinding[] {
  const options = globalOptions(document.ast);
  return [...excludedAddresses(document, options), ...doubleSubsystems(document, options, targets)];
}

/** Options that hold for every connection: before the first `Match` and behind `Match all`. */
function globalOptions(file: SshdFile): readonly Option[] {
  const blocks = file.matches.filter((block) => block.all);
  const statements = [...file.statements, ...blocks.flatMap((block) => block.statements)];
  return statements.filter((statement) => statement.kind === 'option');
}

function named(options: readonly Option[], keyword: string): readonly Option[] {
  return options.filter((option) => option.keyword.value.toLowerCase() === keyword);
}

/** sshd resolves the addresses for one family only, and a literal of the other one does not resolve. */
function excludedAddresses(document: SshdDocument, options: readonly Option[]): readonly LocalFinding[] {
  const [setting] = named(options, 'addressfamily');
  const value = setting?.args[0]?.value.toLowerCase();
  const family = value === 'inet' ? 'ipv4' : value === 'inet6' ? 'ipv6' : undefined;
  if (setting === undefined || family === undefined) return [];
  return named(options, 'listenaddress').flatMap((option): readonly LocalFinding[] => {
    const address = option.args[0];
    const literal = address === undefined ? undefined : parseIp(literalOf(address.value) ?? '');
    if (address === undefined || literal === undefined || literal.family === family) return [];
    return [
      {
        rule: 'sshd/addressfamily-excludes-listenaddress',
        ...REFUSED,
        at: placeOf(document, address.span),
        message: `AddressFamily ${value} excludes ListenAddress ${address.value}: sshd does not start`,
        related: [{ at: placeOf(document, setting.span), message: 'the family is set here' }],
      },
    ];
  });
}

/** Until 9.5 a second definition was fatal; since then the first one counts. */
function doubleSubsystems(
  document: SshdDocument,
  options: readonly Option[],
  { openssh }: Targets,
): readonly LocalFinding[] {
  if (compareVersions(openssh, '9.5') >= 0) return [];
  const first = new Map<string, Option>();
  return named(options, 'subsystem').flatMap((option): readonly LocalFinding[] => {
    const name = option.args[0]?.value;
    if (name === undefined) return [];
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, option);
      return [];
    }
    const related = [{ at: placeOf(document, before.span), message: 'defined here first' }];
    const at = placeOf(document, option.span);
    return [
      { rule: 'sshd/duplicate-subsystem', ...REFUSED, at, message: `subsystem ${name} is defined twice`, related },
    ];
  });
}

function placeOf(document: SshdDocument, span: Span): LocalPlace {
  const section = document.sectionAt(span.start);
  return { section, start: span.start - section.start, end: span.end - section.start };
}
