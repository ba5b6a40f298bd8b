import type { Collection } from '../../../../shared/api/collections.ts';
import type { Strings } from '../../lib/strings/index.ts';

/** What there is to say of a collection in one line: how much is in it, how far its reading is, whose it is. */
export function factsOf({ sources, access, owner }: Collection, words: Strings['knowledge']): string[] {
  const { total, ready, failed } = sources;
  return [
    words.sources(total),
    ready + failed < total ? words.reading(ready, total) : '',
    failed > 0 ? words.failedCount(failed) : '',
    access === 'owner' ? '' : `${words.by(owner.name)}, ${words.accessNames[access]}`,
  ].filter(Boolean);
}
