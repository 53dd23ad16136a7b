import { syncGroupOf, type Host, type Tracking, type VrrpInstance, type VrrpScript } from '@halint/model';

/** Shells run the rest of a command themselves: `sh -c '...'`. */
const SHELL = /(^|\/)(sh|bash|dash|ash|zsh|ksh)$/;

export function isShell(argv: readonly string[]): boolean {
  return SHELL.test(argv[0] ?? '');
}

/** A command that shell syntax was written into: the first such word. */
export function shellSyntax(command: string): string | undefined {
  // Quoted parts reach the program as they are, and a `$` or `*` in them is often meant for it.
  const bare = command.replace(/'[^']*'/g, '');
  return /\|\||&&|[|;`<>]|&(?=\s|$)|\$\(|\$\{?\w/.exec(bare)?.[0];
}

/** What an instance tracks, and its sync group for it. */
export function trackingOf({ keepalived }: Host, instance: VrrpInstance): readonly Tracking[] {
  const group = keepalived && syncGroupOf(instance, keepalived);
  return group === undefined ? [instance] : [instance, group];
}

/** The scripts that an instance tracks, or its sync group, with the definition where the host has one. */
export function trackedScripts(host: Host, instance: VrrpInstance): readonly VrrpScript[] {
  const uses = trackingOf(host, instance).flatMap(({ trackScripts }) => trackScripts);
  const names = new Set(uses.map((use) => use.name.value));
  return (host.keepalived?.scripts ?? []).filter((script) => names.has(script.name.value));
}

/** A command without its paths and spaces, to compare checks of two hosts. */
export function normalised(script: VrrpScript): string {
  return script.argv.map((word) => word.replace(/^.*\//, '')).join(' ');
}
