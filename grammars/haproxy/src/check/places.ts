import { AT, type Places } from './expressions.ts';
import type { Run } from './run.ts';

/** Has the section the side of a frontend or of a backend? listen and defaults have both (PR_CAP_FE, PR_CAP_BE). */
export function hasFrontend(run: Run): boolean {
  return run.lines.kind !== 'backend';
}

export function hasBackend(run: Run): boolean {
  return run.lines.kind !== 'frontend';
}

export function isDefaults(run: Run): boolean {
  return run.lines.kind === 'defaults';
}

function both(run: Run, front: Places, back: Places): Places {
  return (hasFrontend(run) ? front : 0) | (hasBackend(run) ? back : 0);
}

export function atRequest(run: Run): Places {
  return both(run, AT.feRequest, AT.beRequest);
}

export function atResponse(run: Run): Places {
  return both(run, AT.feResponse, AT.beResponse);
}

export function atRequestContent(run: Run): Places {
  return both(run, AT.feContent, AT.beContent);
}

export function atResponseContent(run: Run): Places {
  return both(run, AT.feResponseContent, AT.beResponseContent);
}
