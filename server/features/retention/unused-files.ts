import type { MessagePart } from '../../../shared/api/chat.ts';
import type { createRetentionRepository, StaleFile } from './repository.ts';

const BATCH = 1_000;

/** Old files that nothing holds, one person after another: messages name their files in what they are made of. */
export async function* unusedFiles(
  repository: ReturnType<typeof createRetentionRepository>,
  before: number,
): AsyncGenerator<StaleFile> {
  for (const userId of await repository.owners(before)) {
    const files = new Map((await repository.filesOf(userId, before)).map((file) => [file.id, file]));
    let after: string | undefined;
    while (files.size > 0) {
      const rows = await repository.partsWithFiles(userId, after, BATCH);
      for (const { parts } of rows)
        for (const part of JSON.parse(parts) as MessagePart[]) if (part.type === 'file') files.delete(part.file_id);
      after = rows.at(-1)?.id;
      if (rows.length < BATCH) break;
    }
    yield* files.values();
  }
}
