import { AT, type Places } from '../expressions.ts';
import { atRequest, atRequestContent, atResponse, atResponseContent } from '../places.ts';
import type { Run } from '../run.ts';

/** A set of rules: where its actions stand in a transaction. */
export interface RuleSet {
  /** As the lines start: `tcp-request content`. */
  readonly name: string;
  /** Where its conditions and formats are evaluated. */
  readonly places: (run: Run) => Places;
  readonly http: boolean;
  readonly response: boolean;
}

const set = (name: string, places: RuleSet['places'], response = false): RuleSet => ({
  name,
  places,
  http: name.startsWith('http'),
  response,
});

export const HTTP_REQUEST = set('http-request', atRequest);

export const RULE_SETS: ReadonlyMap<string, RuleSet> = new Map(
  [
    HTTP_REQUEST,
    set('http-response', atResponse, true),
    set('http-after-response', atResponse, true),
    set('tcp-request connection', () => AT.feConn),
    set('tcp-request session', () => AT.feSession),
    set('tcp-request content', atRequestContent),
    set('tcp-response content', atResponseContent, true),
    set('quic-initial', () => AT.feConn),
  ].map((each) => [each.name, each]),
);
