import { inVersions } from '@halint/core';
import { KEYWORDS, type KeepalivedKeyword } from '../keywords.ts';

/** The processes that each read the whole configuration and heed their own blocks (keepalived_main, core/main.c validate_config). */
export type Process = 'parent' | 'checker' | 'vrrp' | 'bfd';
export const PROCESSES: readonly Process[] = ['parent', 'checker', 'vrrp', 'bfd'];

/** Keywords that may stand in one block. */
export type Level = ReadonlyMap<string, KeywordNode>;

export interface KeywordNode {
  readonly row: KeepalivedKeyword;
  /** Blocks around it, `virtual_server/real_server`; `root` at the top. */
  readonly path: string;
  /** Keywords of its block; undefined when it has none, or one of values. */
  readonly inside: Level | undefined;
}

/** Blocks of the top level that a process heeds; everything else there is the parent's. */
const HEEDED: Readonly<Record<string, readonly Process[]>> = {
  vrrp_instance: ['vrrp'],
  vrrp_sync_group: ['vrrp'],
  vrrp_script: ['vrrp'],
  vrrp_track_process: ['vrrp'],
  track_group: ['vrrp'],
  garp_group: ['vrrp'],
  static_ipaddress: ['vrrp'],
  static_routes: ['vrrp'],
  static_rules: ['vrrp'],
  linkbeat_interfaces: ['vrrp'],
  interface_up_down_delays: ['vrrp'],
  virtual_server: ['checker'],
  virtual_server_group: ['checker'],
  SSL: ['checker'],
  bfd_instance: ['checker', 'vrrp', 'bfd'],
  track_file: ['checker', 'vrrp'],
  vrrp_track_file: ['checker', 'vrrp'],
};

export function heeds(process: Process, node: KeywordNode): boolean {
  if (node.path !== 'root') return true;
  const processes = HEEDED[node.row.word];
  return processes === undefined ? process === 'parent' : processes.includes(process);
}

const byVersion = new Map<string, Level>();

/** The keywords of the top level in a version, with all that may stand below. */
export function keywordTree(version: string): Level {
  let root = byVersion.get(version);
  if (root === undefined) byVersion.set(version, (root = levelAt('root', rowsByPlace(version))));
  return root;
}

type Rows = ReadonlyMap<string, readonly KeepalivedKeyword[]>;

function rowsByPlace(version: string): Rows {
  const rows = new Map<string, KeepalivedKeyword[]>();
  for (const row of KEYWORDS) {
    if (!inVersions(version, row.since, row.until)) continue;
    for (const place of row.in) {
      const known = rows.get(place);
      if (known === undefined) rows.set(place, [row]);
      else known.push(row);
    }
  }
  return rows;
}

function levelAt(place: string, rows: Rows): Level {
  const level = new Map<string, KeywordNode>();
  for (const row of rows.get(place) ?? []) {
    const path = place === 'root' ? row.word : `${place}/${row.word}`;
    level.set(row.word, {
      row,
      path: place,
      inside: row.block === 'keywords' ? levelAt(path, rows) : undefined,
    });
  }
  return level;
}
