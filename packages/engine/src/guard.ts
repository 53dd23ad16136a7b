/** A bug of ours that cost one phase or rule, not the run. */
export interface InternalError {
  /** Rule id or phase. */
  readonly where: string;
  readonly error: unknown;
}

/**
 * Runs phases and rules so that a bug in one costs that one (design law 7). Errors are collected: the command line says
 * them on stderr and exits 70.
 */
export class Guard {
  readonly errors: InternalError[] = [];
  /** Milliseconds spent per rule or phase; filled only when asked for. */
  readonly timings: Map<string, number> | undefined;

  constructor(options: { readonly timing?: boolean } = {}) {
    this.timings = options.timing === true ? new Map() : undefined;
  }

  run<T>(where: string, work: () => T): T | undefined {
    const from = this.timings === undefined ? 0 : performance.now();
    try {
      return work();
    } catch (error) {
      this.errors.push({ where, error });
      return undefined;
    } finally {
      this.timings?.set(where, (this.timings.get(where) ?? 0) + performance.now() - from);
    }
  }
}
