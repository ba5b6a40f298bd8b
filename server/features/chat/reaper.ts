import { errorMessage } from '../../../shared/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { frameOf, partsWritten, writtenIn } from './frames.ts';
import type { GenerationRepository, GenerationRow } from './generation-repository.ts';
import type { MessageRepository } from './message-repository.ts';

type ChatTables = { generations: GenerationRepository; messages: MessageRepository };
/** Runs work with repositories of one transaction. */
export type ChatTransaction = <T>(work: (tables: ChatTables) => Promise<T>) => Promise<T>;

type Deps = { generations: GenerationRepository; transaction: ChatTransaction; now: Clock };

/** Ends what a dead process was writing: its text so far, put together from the log, is kept and marked interrupted. */
export async function reapAbandoned({ generations, transaction, now }: Deps, before: number): Promise<void> {
  for (const row of await generations.abandoned(before)) {
    await transaction((tables) => interrupt(tables, row, now()));
  }
}

async function interrupt({ generations, messages }: ChatTables, row: GenerationRow, at: number): Promise<void> {
  if (!(await generations.finish(row.id, 'interrupted', at))) return;
  const log = await generations.readLog(row.id, 0);
  const seq = (log.at(-1)?.last_seq ?? 0) + 1;
  const written = writtenIn(log.map(({ frames }) => frames).join(''));
  const message = errorMessage('GENERATION_INTERRUPTED');
  const frames = frameOf(seq, { event: 'interrupted', data: { message } });
  await generations.appendLog([{ generation_id: row.id, first_seq: seq, last_seq: seq, frames }]);
  await messages.update(row.message_id, {
    content: written.content,
    parts: JSON.stringify(partsWritten(written)),
    sources: JSON.stringify(written.sources),
    status: 'interrupted',
    error_code: 'GENERATION_INTERRUPTED',
    error_message: message,
    updated_at: at,
  });
}
