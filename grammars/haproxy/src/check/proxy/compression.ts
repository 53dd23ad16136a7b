import { readSize } from '../../quantity/index.ts';
import { Args } from '../args.ts';
import { isDefaults } from '../places.ts';
import { listed, since, type Checker, type Run } from '../run.ts';

const ALGORITHMS = ['identity', 'gzip', 'deflate', 'raw-deflate'];

/** Words of `compression`: one direction each came with 2.8, the sizes with 3.2 (src/flt_http_comp.c). */
function wordsOf(run: Run): readonly string[] {
  const words = ['algo', 'type', 'offload'];
  if (since(run, '2.8')) words.push('algo-req', 'algo-res', 'type-req', 'type-res', 'direction');
  if (since(run, '3.2')) words.push('minsize-req', 'minsize-res');
  return words;
}

export const checkCompression: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.among(1, wordsOf(run), 'a setting of compression')) return;
  const word = args.get(1);
  if (word.startsWith('algo')) checkAlgorithms(args, word);
  else if (word.startsWith('type')) args.needs(2, `'compression ${word}' needs a content type`);
  else if (word === 'direction') args.among(2, ['request', 'response', 'both'], 'a direction');
  else if (word.startsWith('minsize')) {
    if (args.needs(2, `'compression ${word}' needs a size`) && readSize(args.get(2)) === undefined)
      args.bad(2, `'${args.get(2)}' is not a size: write an integer, with k, m or g`);
  } else if (isDefaults(run) && since(run, '2.6')) args.warn(1, "'compression offload' has no effect in defaults");
};

function checkAlgorithms(args: Args, word: string): void {
  if (!args.needs(2, `'compression ${word}' needs an algorithm`)) return;
  const end = word === 'algo-req' ? Math.min(3, args.count) : args.count;
  for (let i = 2; i < end; i++) {
    const algorithm = args.get(i);
    if (!ALGORITHMS.includes(algorithm)) {
      args.bad(i, `'${algorithm}' is no algorithm of compression: ${listed(ALGORITHMS)} are`);
      return;
    }
  }
}
