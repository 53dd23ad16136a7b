import { isInteger, timeFault } from '../quantity/index.ts';
import type { Argument, ConverterCall, FetchCall } from './ast.ts';
import { isIpv4, isIpv6 } from '../address/hosts.ts';
import { isMask4, isMask6 } from '../address/network.ts';
import { regexFault } from '../regex.ts';
import type { Signature } from './signature.ts';
import type { Problem } from './verdict.ts';
import type { ValueFault } from './values.ts';

type AnyCall = FetchCall | ConverterCall;

function problem(
  call: AnyCall,
  at: { readonly start: number; readonly end: number },
  rule: string,
  text: string,
): Problem {
  // An argument that is not there has no place of its own.
  const place = at.end > at.start ? at : call.nameAt;
  return { start: place.start, end: place.end, rule, message: text };
}

function typeFault(value: string, type: string, version: string): string | undefined {
  const wrong = (known: boolean, what: string): string | undefined => (known ? undefined : `'${value}' is no ${what}`);
  switch (type) {
    case 'integer':
      return wrong(isInteger(value), 'integer');
    case 'IPv4 address':
      return wrong(isIpv4(value), 'IPv4 address');
    case 'IPv6 address':
      return wrong(isIpv6(value), 'IPv6 address');
    case 'IPv4 mask':
      return wrong(isMask4(value), 'IPv4 mask');
    case 'IPv6 mask':
      return wrong(isMask6(value), 'IPv6 mask');
    case 'regex':
      return value === '' ? 'the regular expression is missing' : regexFault(value);
    case 'delay':
      return timeFault(value, version);
    case 'Protocol buffers field number':
      return wrong(/^\d+(?:\.\d+)*$/.test(value), 'dotted number of a field');
    default:
      return undefined;
  }
}

/** Types that may be written as nothing at all: the proxy itself is meant then (smp_resolve_args() in src/sample.c). */
const EMPTY_ALLOWED: ReadonlySet<string> = new Set(['string', 'regex', 'backend', 'frontend', 'table']);

/** What is wrong with the arguments of a call (make_arg_list() in src/arg.c), or undefined. */
export function judgeArguments(call: AnyCall, { types, least }: Signature, version: string): Problem | undefined {
  const { args } = call;
  if (args === undefined) return missing(call, types, least);
  const bare = args.length === 1 && args[0]?.start === args[0]?.end;
  if (types.length === 0 && !(bare && call.closed)) {
    const [first] = args as readonly [Argument];
    return problem(call, first, 'unexpected-argument', `'${call.name}' takes no arguments`);
  }
  for (const [i, argument] of args.entries()) {
    const type = types[i];
    if (type === undefined) {
      if (types.length === 0) break;
      const most = `'${call.name}' takes ${types.length} argument${types.length === 1 ? '' : 's'}`;
      return problem(call, argument, 'unexpected-argument', `${most}, found '${argument.value}' too`);
    }
    if (argument.value === '' && !EMPTY_ALLOWED.has(type)) {
      // An optional number that is left out must be the last one.
      if (i >= least && i === args.length - 1) break;
      return problem(
        call,
        argument,
        'missing-argument',
        `argument ${i + 1} of '${call.name}' is missing: it is of type ${type}`,
      );
    }
    const wrong = typeFault(argument.value, type, version);
    if (wrong !== undefined)
      return problem(call, argument, 'invalid-argument', `argument ${i + 1} of '${call.name}': ${wrong}`);
  }
  if (!call.closed) return problem(call, call, 'invalid-argument', `the bracket behind '${call.name}' is not closed`);
  return args.length < least && types.length > 0 ? missingFrom(call, types, args.length) : undefined;
}

/** Without brackets one empty argument stands for the first one, when that one is needed. */
function missing(call: AnyCall, types: readonly string[], least: number): Problem | undefined {
  if (least === 0) return undefined;
  const empty = EMPTY_ALLOWED.has(types[0] as string);
  return empty && least === 1 ? undefined : missingFrom(call, types, empty ? 1 : 0);
}

function missingFrom(call: AnyCall, types: readonly string[], index: number): Problem {
  const what = `argument ${index + 1} of '${call.name}' is missing: it is of type ${types[index] ?? 'string'}`;
  return problem(call, call.nameAt, 'missing-argument', what);
}

/** The values that the daemon hands to the checks of a fetch; undefined when it read none. */
export function valuesOf(call: AnyCall, { types, least }: Signature): readonly (string | undefined)[] | undefined {
  if (types.length === 0) return undefined;
  if (call.args === undefined) return least === 0 ? undefined : [''];
  const values = call.args.map(({ value }) => value);
  const last = values.length - 1;
  // An empty number counts as not written, and so does all of it when it was the first.
  if (values[last] === '' && !EMPTY_ALLOWED.has(types[last] as string)) values.pop();
  return values.length === 0 ? undefined : values;
}

/** A fault of a value at its place. */
export function valueProblem(call: AnyCall, { arg, message }: ValueFault): Problem {
  const at = call.args?.[arg] ?? call.nameAt;
  return problem(call, at, 'invalid-argument', `'${call.name}': ${message}`);
}
