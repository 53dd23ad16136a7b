import { readFileSync } from 'node:fs';
import { InputError } from '@halint/inventory';
import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { EXIT, UsageError } from './exit.ts';
import { target, withCommonFlags, withLintFlags, type LintFlags } from './flags.ts';

/** Runs the command line; the result is the exit code. */
async function run(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('halint')
    .description('Lints keepalived, haproxy, sshd and sysctl configuration of all hosts together.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`halint: ${text.replace(/^error: /, '')}`) });

  withLintFlags(
    program.command('lint [paths...]', { isDefault: true }).description('judge the hosts below the paths (default)'),
  ).action(async (paths: string[], flags: LintFlags) => {
    const { lintCommand } = await import('./commands/lint.ts');
    code = await lintCommand(orHere(paths), flags);
  });
  withCommonFlags(program.command('failover [paths...]').description('what happens when things fail'))
    .addOption(new Option('--format <format>').choices(['table', 'json', 'markdown']).default('table'))
    .option('--events <list>', 'play these events instead of all single failures')
    .addOption(new Option('--fail-on <severity>').choices(['error', 'warning', 'info', 'never']).default('error'))
    .action(async (paths: string[], flags) => {
      const { failoverCommand } = await import('./commands/failover.ts');
      code = await failoverCommand(orHere(paths), flags);
    });
  withCommonFlags(program.command('listeners [paths...]').description('predicted sockets and bind conflicts'))
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .action(async (paths: string[], flags) => {
      const { listenersCommand } = await import('./commands/listeners.ts');
      code = await listenersCommand(orHere(paths), flags);
    });
  withCommonFlags(
    program
      .command('effective <host> <daemon> [paths...]')
      .description('the configuration that sshd of a host works with, and where each value comes from'),
  )
    .option('--match <connection>', 'for who connects: user=…,addr=…,host=…,laddr=…,lport=…,rdomain=… as in sshd -T -C')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (host: string, daemon: string, paths: string[], flags) => {
      const { effectiveCommand } = await import('./commands/effective.ts');
      code = await effectiveCommand(host, daemon, orHere(paths), flags);
    });
  withCommonFlags(program.command('upgrade [paths...]').description('what breaks and warns with another version'))
    .option('--from <daemon=version>', 'version that runs now; default: those of the hosts; repeatable', target)
    .option('--to <daemon=version>', 'version to come, e.g. haproxy=3.2; repeatable', target)
    .addOption(new Option('--format <format>').choices(['pretty', 'json']).default('pretty'))
    .action(async (paths: string[], flags) => {
      const { upgradeCommand } = await import('./commands/upgrade.ts');
      code = await upgradeCommand(orHere(paths), flags);
    });
  program
    .command('parse <file>')
    .description('the typed tree of one file')
    .addOption(new Option('--as <language>').choices(['haproxy', 'keepalived', 'sshd', 'sysctl', 'systemd', 'rsyslog']))
    .addOption(new Option('--format <format>').choices(['tree', 'json']).default('tree'))
    .action(async (file: string, flags) => {
      const { parseText } = await import('./commands/parse.ts');
      process.stdout.write(await parseText(file, flags.as, flags.format));
    });
  program
    .command('explain <rule-or-keyword>')
    .description('the page of a rule, or what a keyword takes')
    .action(async (what: string) => {
      const { explain } = await import('./commands/explain.ts');
      process.stdout.write(explain(what, (id) => page(id)));
    });
  program
    .command('rules')
    .description('all rules')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (flags) => {
      const { rulesText } = await import('./commands/rules.ts');
      process.stdout.write(rulesText(flags.format));
    });
  configCommands(program, (value) => (code = value));
  program
    .command('lsp')
    .description('the language server')
    .allowUnknownOption()
    .option('--stdio', 'speak over standard input and output (default)')
    .option('--socket <port>', 'speak over a socket')
    .action(async () => {
      if (!process.argv.some((each) => /^--(stdio|node-ipc|socket|pipe)/.test(each))) process.argv.push('--stdio');
      const { main } = await import('../lsp/node.ts');
      main();
      await new Promise(() => undefined);
    });
  await program.parseAsync([...argv]);
  return code;
}

function configCommands(program: Command, exit: (code: number) => void): void {
  const config = program.command('config').description('the settings file');
  const command = (name: string, text: string): Command =>
    config
      .command(`${name} [path]`)
      .description(text)
      .option('--config <file>', 'settings file instead of the nearest one');
  command('show', 'the settings in force and where they come from').action(
    async (path: string | undefined, flags: { config?: string }) => {
      const { configShow } = await import('./commands/config.ts');
      process.stdout.write(configShow(path ?? '.', flags.config));
    },
  );
  command('check', 'every problem of the settings file').action(
    async (path: string | undefined, flags: { config?: string }) => {
      const { configCheck } = await import('./commands/config.ts');
      const { text, ok } = configCheck(path ?? '.', flags.config);
      process.stdout.write(text);
      if (!ok) exit(EXIT.usage);
    },
  );
  config
    .command('schema')
    .description('JSON Schema of halint.config.yaml')
    .action(async () => {
      const { configSchemaText } = await import('./commands/config.ts');
      process.stdout.write(configSchemaText());
    });
}

const orHere = (paths: readonly string[]): readonly string[] => (paths.length === 0 ? ['.'] : paths);

/** The page of a rule, as it lies beside the program. */
function page(id: string): string | undefined {
  const pages = JSON.parse(readFileSync(new URL('./rule-pages.json', import.meta.url), 'utf8')) as Record<
    string,
    string
  >;
  return pages[id];
}

// A reader that closes early (| head) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

async function main(): Promise<void> {
  try {
    process.exitCode = await run(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else if (error instanceof UsageError || error instanceof InputError) {
      process.stderr.write(`halint: ${error.message}\n`);
      process.exitCode = EXIT.usage;
    } else {
      const text =
        error instanceof Error
          ? process.env.HALINT_DEBUG === undefined
            ? error.message
            : (error.stack ?? error.message)
          : String(error);
      process.stderr.write(`halint: bug: ${text} (please report it; HALINT_DEBUG=1 shows more)\n`);
      process.exitCode = EXIT.bug;
    }
  }
}

/** Everything that was written has left this process. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

void main()
  .then(() => Promise.all([flushed(process.stdout), flushed(process.stderr)]))
  // Not by coming to an end: taking the heap of a large run apart costs more than printing its findings.
  .then(() => process.exit());
