import { LSPErrorCodes, ResponseError, type CancellationToken, type Connection } from 'vscode-languageserver';

/** Where a defect is told: the client's log, never its user's way. */
export type Complain = (what: string, error: unknown) => void;

export function complainTo(connection: Connection): Complain {
  return (what, error) =>
    connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** A request whose handler fails is answered with `fallback`: one defect must not take the other features away. */
export function answering<P, R>(
  complain: Complain,
  what: string,
  fallback: R,
  work: (params: P) => R,
): (params: P, token: CancellationToken) => R | ResponseError<never> {
  return (params, token) => {
    if (token.isCancellationRequested) return cancelled();
    try {
      return work(params);
    } catch (error) {
      complain(what, error);
      return fallback;
    }
  };
}

export function cancelled(): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled by the client');
}

/** A notification has no answer; what goes wrong in it is told all the same. */
export function noticing<P>(complain: Complain, what: string, work: (params: P) => void): (params: P) => void {
  return (params) => {
    try {
      work(params);
    } catch (error) {
      complain(what, error);
    }
  };
}
