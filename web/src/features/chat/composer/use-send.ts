import { useRef, useState } from 'react';
import { useServices } from '../../../app/services.ts';
import { refusalOf, type Refusal } from '../../../lib/problem.ts';
import { useStore } from '../../../lib/store.ts';
import { assistantIn, assistantKey, assistantOf } from '../../assistants/chosen.ts';
import { useAssistant } from '../../assistants/use-assistants.ts';
import { askedOf, nothingAsked } from '../../collections/asked.ts';
import { isBroken, isMoving, type Upload } from '../../files/uploads.ts';
import { keys } from '../cache.ts';
import { drafts, newDraft, useDraft } from '../drafts.ts';
import type { Ask } from '../live.ts';
import { toolsBody } from './chosen-tools.ts';
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
  const { client, queries, live, uploads, conversations } = useServices();
  const draftKey = conversationId ?? newDraft;
  const text = useDraft(draftKey);
  const files = useStore(uploads.store, (all) => all.get(slot) ?? noUploads);
  const busy = useStore(live.runs, (runs) =>
    [...runs.values()].some((one) => one.slot === slot && one.run.phase !== 'lost'),
  );
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [others, setOthers] = useState<string[]>([]);
  const { models, query } = useModels();
  const temporary = useStore(live.temporary.chats, (chats) => chats.has(slot));
  const preferred = usePreferredModel();
  const drafted = useStore(assistantOf(slot));
  const { data: conversation } = view.conversation;
  const assistant = useAssistant(conversation ? conversation.assistant_id : drafted);
  // A new chat with an assistant begins with its model, not with the one that one likes best.
  const chosen = conversationId ? (conversation?.model ?? null) : assistant?.model ? null : preferred;
  const known = chosen !== null && (!query.isSuccess || models.some(({ id }) => id === chosen));
  // The key stays the same while the same thing is tried again, so that it cannot be done twice.
  const attempt = useRef({ key: '', of: '' });

  const asked = useStore(askedOf(slot));
  const uploading = files.some(({ phase }) => phase === 'uploading');
  const content = text.trim();
  // Where an answer is being written, what is sent waits for its end. A chat without an address has nowhere to wait.
  const queues = busy && conversationId !== undefined;
  const canSend = content !== '' && !uploading && (!busy || queues);

  async function enqueue({ content: text, model, files: sent, collections, webSearch }: Ask): Promise<Refusal | null> {
    try {
      await client.post(`/api/conversations/${conversationId ?? ''}/queue`, {
        content: text,
        ...(model && { model }),
        ...(sent.length > 0 && { file_ids: sent.map(({ id }) => id) }),
        ...(collections?.length && { collection_ids: collections.map(({ id }) => id) }),
        ...(webSearch && { web_search: true }),
        ...(!assistant && toolsBody(queries, model)),
      });
    } catch (error) {
      return refusalOf(error);
    }
    await queries.invalidateQueries({ queryKey: keys.queue(conversationId ?? '') });
    return null;
  }

  async function send(): Promise<void> {
    if (!canSend) return;
    const list = uploads.take(slot);
    // What could not be read stays where it is, to be seen and tried again.
    uploads.put(slot, list.filter(isBroken));
    const taken = list.filter((upload) => !isBroken(upload));
    const attached = taken.flatMap(({ id, filename }) => (id ? [{ id, filename }] : []));
    const parentId = view.path.at(-1)?.message.id ?? null;
    const of = JSON.stringify([content, parentId, attached, chosen, assistant?.id, asked]);
    if (attempt.current.of !== of) attempt.current = { key: crypto.randomUUID(), of };
    setRefusal(null);
    drafts.set(draftKey, '');
    onSent();
    const model = known && chosen !== null ? chosen : undefined;
    const idempotencyKey = attempt.current.key;
    const by = !conversationId && assistant ? { assistant: assistant.id } : {};
    const sent = { slot, conversationId, content, parentId, model, files: attached, idempotencyKey, ...by, ...asked };
    const ask = { ...sent, others: temporary ? [] : others, onRefused: setRefusal };
    let refused = queues ? await enqueue(ask) : await live.ask(ask);
    // Another page was quicker, and its answer is being written.
    if (refused?.code === 'CONFLICT' && !queues && conversationId) refused = await enqueue(ask);
    if (!refused) {
      setOthers([]);
      askedOf(slot).set(nothingAsked);
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
    queues,
    send,
    stop: (): void => void live.stop(slot).catch(() => undefined),
    refusal,
    clearRefusal: (): void => setRefusal(null),
    model: chosen,
    /** Who answers: the assistant, else the model. */
    answerer: assistant ? assistantKey(assistant.id) : chosen,
    others,
    setOthers,
    /** Takes a model, or the key of an assistant, which then answers with its own. */
    setModel(key: string | null): void {
      const id = assistantIn(key);
      if (id === null) preferModel(key);
      const model = id === null ? key : null;
      if (!conversationId) assistantOf(slot).set(id);
      else void conversations.change(conversationId, { model, ...((id ?? assistant) && { assistant_id: id }) });
    },
  };
}
