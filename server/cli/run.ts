import { parseArgs } from 'node:util';
import { ConfigError, loadConfig, packageVersion, type Config } from '../config.ts';
import { explainFailure } from './failures.ts';

/** EX_USAGE and EX_CONFIG of sysexits.h. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const help = `Carrel: chat with models over documents that stay yours.

Usage: ./start.sh, or node server/main.ts [command]

  serve            the server (what ./start.sh runs)
  migrate          bring the database to this version's schema
  migrate status   what has been applied, and what has not
  audit verify     whether the audit log is whole and unchanged
  keys list        the keys that access tokens are signed with
  keys rotate      a new one signs at once, the old one verifies while its tokens live
  keys generate    makes a key that is not there yet, also for another algorithm
  eval             asks the questions again whose answers were rated down: what is found otherwise now
  doctor           what is found here: Node, page, data, database, model servers
  version          the version
  help             this text

Everything is set by environment variables or .env; see docs/configuration.md.
`;

const commands: Record<string, (config: Config, rest: string[]) => Promise<number | undefined>> = {
  serve: async (config) => (await import('./serve.ts')).serve(config),
  migrate: async (config, rest) => (await import('./migrate.ts')).migrateCommand(config, rest),
  audit: async (config, rest) => (await import('./audit.ts')).auditCommand(config, rest),
  keys: async (config, rest) => (await import('./keys.ts')).keysCommand(config, rest),
  eval: async (config) => (await import('./eval.ts')).evalCommand(config),
  doctor: async (config) => (await import('./doctor.ts')).doctor(config),
};

/** Runs a command line. A server goes on after this; everything else sets the exit code. */
export async function run(args: string[]): Promise<void> {
  // Whoever reads the output may leave (`| head`); that is no reason to end.
  process.stdout.on('error', () => undefined);
  const exitCode = await execute(args);
  if (exitCode !== undefined) process.exitCode = exitCode;
}

async function execute(args: string[]): Promise<number | undefined> {
  const { name, rest, wrong } = parse(args);
  if (wrong !== undefined) return complain(`${wrong} Run "help" for the list of commands.`, EXIT_USAGE);
  if (name === 'help') return say(help);
  if (name === 'version') return say(`${packageVersion()}\n`);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return complain(`There is no command "${name}". Run "help" for the list of commands.`, EXIT_USAGE);
  let config: Config;
  try {
    config = loadConfig({ env: process.env, cwd: process.cwd(), terminal: process.stdout.isTTY });
  } catch (error) {
    if (error instanceof ConfigError) return complain(error.message, EXIT_CONFIG);
    throw error;
  }
  try {
    return await command(config, rest);
  } catch (error) {
    const line = explainFailure(error, config);
    if (line === undefined) console.error(error);
    complain(line ?? 'Carrel could not start. The lines above say why.', 1);
    // What was opened before the failure would keep the process alive.
    process.exit(1);
  }
}

function parse(args: string[]): { name: string; rest: string[]; wrong?: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (values.help) return { name: 'help', rest: [] };
    if (values.version) return { name: 'version', rest: [] };
    const [name = 'serve', ...rest] = positionals;
    const wrong =
      rest.length > 0 && name !== 'migrate' && name !== 'audit' && name !== 'keys'
        ? `"${name}" takes nothing after it.`
        : undefined;
    return { name, rest, ...(wrong !== undefined && { wrong }) };
  } catch (error) {
    return {
      name: '',
      rest: [],
      wrong: error instanceof Error ? (error.message.split('. ')[0] ?? '') + '.' : 'Not understood.',
    };
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(line: string, exitCode: number): number {
  process.stderr.write(`${line}\n`);
  return exitCode;
}
