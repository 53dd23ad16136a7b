import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The TypeScript examples of the README. */
function examples(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1] as string);
}

/** What the compiler says of sources, each as a module with a `text` at hand. */
function errorsOf(sources: readonly string[]): string[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')).config as {
    compilerOptions: object;
  };
  const { options: own } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  // An example may import more than it shows.
  const options = { ...own, noUnusedLocals: false };
  const files = new Map(
    sources.map((source, i) => [join(ROOT, `example${i}.ts`), `declare const text: string;\n${source}`]),
  );
  const paths = { halint: [join(ROOT, 'packages/halint/src/index.ts')] };
  const host = ts.createCompilerHost({ ...options, paths });
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...more) => {
    const source = files.get(path);
    return source === undefined ? getSourceFile(path, target, ...more) : ts.createSourceFile(path, source, target);
  };
  const program = ts.createProgram([...files.keys()], { ...options, paths }, host);
  return [...files.keys()].flatMap((path) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(path)),
      ...program.getSemanticDiagnostics(program.getSourceFile(path)),
    ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

test('the examples of the README compile', { timeout: 120_000 }, () => {
  const sources = examples();
  expect(sources.length).toBeGreaterThan(1);
  // One more that does not compile shows that the others were looked at.
  const wrong = `${sources[0]}\nconst wrong: string = 1;`;
  expect(errorsOf([...sources, wrong])).toEqual(["Type 'number' is not assignable to type 'string'."]);
});
