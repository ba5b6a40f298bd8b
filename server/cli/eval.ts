import { compose } from '../compose.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../lib/logger.ts';

/** `eval`: asks the questions again whose answers were rated down, says how many find something else now, and keeps it for comparing. */
export async function evalCommand(config: Config): Promise<number> {
  const carrel = await compose(config, createLogger({ ...config.log, level: 'error' }));
  try {
    const { questions } = carrel.services.knowledge;
    const [last] = await questions.runs(null);
    const { totals: found, setup } = await questions.run(null, new AbortController().signal);
    const share = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(2));
    const lines = [
      ['Questions rated down', found.questions],
      ['find the same passages', found.unchanged],
      ['find the same best one', found.same_best],
      ['found nothing, and do now', found.newly_found],
      ['find nothing any more', found.lost],
      ['say what should be found', found.with_expected],
      ['of that found (recall)', share(found.recall), share(last?.totals.recall)],
      ['mean reciprocal rank', share(found.mrr), share(last?.totals.mrr)],
      ['embedding model', setup.embedding ?? 'none', last && (last.setup.embedding ?? 'none')],
      ['put in order by', setup.rerank ?? 'nobody', last && (last.setup.rerank ?? 'nobody')],
      ['without the embedding model', found.without_embedding, last?.totals.without_embedding],
      ['without being put in order', found.without_rerank, last?.totals.without_rerank],
    ] as const;
    for (const [what, now, before] of lines)
      process.stdout.write(
        `${what.padEnd(28)} ${now}${last && before !== undefined ? `   (last time ${before})` : ''}\n`,
      );
    return 0;
  } finally {
    await carrel.close();
  }
}
