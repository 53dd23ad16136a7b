import type { Language } from '@halint/core';
import type { Parts } from '@halint/engine';
import { haproxy } from '@halint/grammar-haproxy';
import { keepalived } from '@halint/grammar-keepalived';
import { rsyslog } from '@halint/grammar-rsyslog';
import { sshd } from '@halint/grammar-sshd';
import { sysctl } from '@halint/grammar-sysctl';
import { systemd } from '@halint/grammar-systemd';
import { readHostFacts } from '@halint/inventory/network/index';
import { daemonChecks, rules } from '@halint/rules';

/** Everything that halint knows, wired together: the only place that names every grammar and rule. */
export const languages: readonly Language[] = [
  keepalived,
  haproxy,
  sshd,
  sysctl,
  systemd,
  rsyslog,
] as unknown as readonly Language[];

export const parts: Parts = { languages, rules, readFacts: readHostFacts };

export { daemonChecks, rules };

/** Rules by preset; each preset beside `all` adds its own family to recommended. */
export const presets: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  (['recommended', 'ssh-vip', 'facts', 'strict', 'all'] as const).map((name) => [
    name,
    rules
      .filter((rule) => name === 'all' || (rule.preset ?? 'recommended') === 'recommended' || rule.preset === name)
      .map((rule) => rule.id),
  ]),
);
