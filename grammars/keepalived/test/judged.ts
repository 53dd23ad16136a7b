import { DEFAULT_TARGETS, type HostFinding, type LowerContext, type SourceFile } from '@halint/core';
import { keepalived, parseKeepalived } from '../src/index.ts';

/** What is said of one keepalived.conf of the host `name`, other files beside it. */
export function judged(
  text: string,
  version = '2.2.7',
  {
    name = 'sandbox',
    assumed = false,
    files = {},
  }: {
    readonly name?: string;
    /** The name stands for one that is not known. */
    readonly assumed?: boolean;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): readonly HostFinding[] {
  const open = (path: string, content: string): SourceFile => ({
    path,
    display: path,
    language: 'keepalived',
    document: parseKeepalived(content),
  });
  const root = open('/etc/keepalived/keepalived.conf', text);
  const others = new Map(Object.entries(files).map(([path, content]) => [path, open(path, content)]));
  const context: LowerContext = {
    host: name,
    hostName: name,
    hostNameAssumed: assumed,
    targets: { ...DEFAULT_TARGETS, keepalived: version },
    included: (_file, { pattern, base }) => {
      const found = others.get(pattern.startsWith('/') ? pattern : `${base}/${pattern}`);
      return found === undefined ? [] : [found];
    },
  };
  return keepalived.checkHost?.([root], context) ?? [];
}

/** Line of a finding in its file. */
export const lineOf = ({ at }: HostFinding): number => at.section.positionAt(at.start).line;
