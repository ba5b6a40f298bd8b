import { useRef, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import type { Refusal } from '../../../lib/problem.ts';
import { useStore } from '../../../lib/store.ts';
import { isBroken, isMoving, type Upload } from '../../files/uploads.ts';
import { drafts, newDraft, useDraft } from '../drafts.ts';
import { preferModel, useModels, usePreferredModel } from '../models/use-models.ts';
import type { useConversation } from '../use-conversation.ts';

const noUploads: readonly Upload[] = [];

type Props = {
  slot: string;
  conversationId: string | undefined;
  view: ReturnType<typeof useConversation>;
  onSent(): void;
};

/** Everything the composer does: the draft, its files, the model, sending, stopping, and taking back what was refused. */
export function useSend({ slot, conversationId, view, onSent }: Props) {
  const { live, uploads, conversations } = useServices();
  const draftKey = conversationId ?? newDraft;
  const text = useDraft(draftKey);
  const files = useStore(uploads.store, (all) => all.get(slot) ?? noUploads);
  const busy = useStore(live.runs, (runs) =>
    [...runs.values()].some((one) => one.slot === slot && one.run.phase !== 'lost'),
  );
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { models, query } = useModels();
  const preferred = usePreferredModel();
  const chosen = conversationId ? (view.conversation.data?.model ?? null) : preferred;
  const known = chosen !== null && (!query.isSuccess || models.some(({ id }) => id === chosen));
  // The key stays the same while the same thing is tried again, so that it cannot be done twice.
  const attempt = useRef({ key: '', of: '' });

  const uploading = files.some(({ phase }) => phase === 'uploading');
  const content = text.trim();
  const canSend = content !== '' && !uploading && !busy;

  async function send(): Promise<void> {
    if (!canSend) return;
    const list = uploads.take(slot);
    // What could not be read stays where it is, to be seen and tried again.
    uploads.put(slot, list.filter(isBroken));
    const taken = list.filter((upload) => !isBroken(upload));
    const attached = taken.flatMap(({ id, filename }) => (id ? [{ id, filename }] : []));
    const parentId = view.path.at(-1)?.message.id ?? null;
    const of = JSON.stringify([content, parentId, attached, chosen]);
    if (attempt.current.of !== of) attempt.current = { key: crypto.randomUUID(), of };
    setRefusal(null);
    drafts.set(draftKey, '');
    onSent();
    const model = known && chosen !== null ? chosen : undefined;
    const idempotencyKey = attempt.current.key;
    const refused = await live.ask({ slot, conversationId, content, parentId, model, files: attached, idempotencyKey });
    if (!refused) {
      attempt.current = { key: '', of: '' };
      return;
    }
    if (drafts.get(draftKey) === '') drafts.set(draftKey, content);
    uploads.put(slot, taken);
    setRefusal(refused);
  }

  return {
    text,
    setText: (to: string): void => drafts.set(draftKey, to),
    files,
    addFiles: (added: File[]): void => uploads.add(slot, added),
    waiting: files.some(isMoving),
    busy,
    canSend,
    send,
    stop: (): void => void live.stop(slot).catch(() => undefined),
    refusal,
    clearRefusal: (): void => setRefusal(null),
    model: chosen,
    setModel(id: string | null): void {
      preferModel(id);
      if (conversationId) void conversations.change(conversationId, { model: id });
    },
  };
}
