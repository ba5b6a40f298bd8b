import { flushCompileCache } from 'node:module';
import type { Config } from '../config.ts';
import { createLogger } from '../lib/logger.ts';
import { compose } from '../compose.ts';
import { readyLines } from './ready.ts';

/** Longer than any drain below it; past this the process goes, whatever still hangs. */
const SHUTDOWN_LIMIT_MS = 30_000;
/** What is loaded on the first requests is then in the compile cache too, even if the process is later killed. */
const CACHE_AFTER_MS = 3_000;

type RootLogger = ReturnType<typeof createLogger>;

/** Serves until a signal. Rejects when it can't start. */
export async function serve(config: Config): Promise<undefined> {
  const logger = createLogger(config.log);
  endOnFault(logger);
  const carrel = await compose(config, logger);
  const url = await carrel.listen();
  const { auth } = carrel.services;
  const setupCode = (await auth.isSetupPending()) ? auth.setupCode() : null;
  endOnSignal(carrel.close, config, logger);
  announce(readyLines({ config, url, setupCode }), config, logger);
  setTimeout(flushCompileCache, CACHE_AFTER_MS).unref();
}

/** A person gets plain lines; a log gets them as entries, also where LOG_LEVEL leaves such entries out. */
function announce(lines: string[], config: Config, logger: RootLogger): void {
  if (!config.log.json) {
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const always = logger.child({}, { level: 'info' });
  for (const line of lines) always.info(line);
}

function endOnFault(logger: RootLogger): void {
  const end = (err: unknown): void => {
    logger.fatal({ err }, 'an error that nothing caught; the process ends');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function endOnSignal(close: () => Promise<void>, config: Config, logger: RootLogger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    if (!config.log.json)
      process.stdout.write('\nStopping. What is being written is finished first; once more ends it at once.\n');
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('did not stop in time; the process ends');
      process.exit(1);
    }, SHUTDOWN_LIMIT_MS).unref();
    close().then(
      () => process.exit(0),
      (err: unknown) => {
        logger.error({ err }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
