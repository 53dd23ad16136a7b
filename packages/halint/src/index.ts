// The library: everything here runs in a browser. Files of the machine come in through halint/node.
export type {
  Cited,
  Document,
  Edit,
  Finding,
  Fix,
  FixSafety,
  KeywordRow,
  Language,
  LanguageId,
  LocalPlace,
  Node,
  Place,
  Position,
  Range,
  Section,
  Severity,
  SourceFile,
  Span,
  Targets,
} from '@halint/core';
export { offsetOf, rangeOf } from '@halint/core';
export type { Config, Note, Snapshot, SnapshotFile, SnapshotHost } from '@halint/engine';
export { parseConfig } from '@halint/engine';
export { parseHaproxy, type HaproxyFile, type HaproxyNode, type HaproxyUnit } from '@halint/grammar-haproxy';
/** Every node type of haproxy.cfg: `Haproxy.Server`, `Haproxy.Rule` … */
export type * as Haproxy from '@halint/grammar-haproxy';
export { parseKeepalived } from '@halint/grammar-keepalived';
export { parseRsyslog } from '@halint/grammar-rsyslog';
export { parseSshd, type Connection, type Effective, type EffectiveOption } from '@halint/grammar-sshd';
export { parseSysctl } from '@halint/grammar-sysctl';
export { parseSystemd } from '@halint/grammar-systemd';
export type {
  AnyRule,
  Cluster,
  EventList,
  FailoverReport,
  Fleet,
  Host,
  ListenersReport,
  Report,
  Rule,
  Scenario,
  Scope,
  Step,
  Verdict,
} from '@halint/model';
export { defineRule } from './define-rule.ts';
export { effectiveSshd, parseConnection, type EffectiveOptions } from './effective.ts';
export { presets, rules } from './knowledge.ts';
export { lint, type Findings, type LintOptions } from './lint.ts';
export { parse, type ParseOptions } from './parse.ts';
export { predictListeners, simulateFailover } from './predict.ts';
export { snapshotFromFiles } from './snapshot.ts';
export { visit, type HaproxyVisitor, type Visitor } from './visit.ts';
