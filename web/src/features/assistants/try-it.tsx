import { Send, Square } from 'lucide-react';
import { Fragment, useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { inputClass } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { stretchesOf } from '../chat/answer/tool-events.ts';
import { ToolCard } from '../chat/answer/tool-card.tsx';
import { follow } from '../chat/follow.ts';
import { Markdown } from '../chat/markdown/markdown-part.ts';
import { applyEvent, newRun, type Run } from '../chat/run.ts';
import { bodyOf } from './form-body.ts';

/** Asks as the form stands, saved or not; nothing of it is kept. */
export function TryIt({ fields }: { fields: RefObject<HTMLFormElement | null> }) {
  const strings = useStrings();
  const words = strings.assistants;
  const { client } = useServices();
  const [question, setQuestion] = useState('');
  const [run, setRun] = useState<Run | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const current = useRef<Run | null>(null);
  const leaving = useRef(new AbortController());
  /** It is to end, even if the server has not said yet by which name that is asked for. */
  const over = useRef(false);
  const gone = useRef(false);
  const writing = run !== null && run.phase !== 'ended' && run.phase !== 'lost';

  const take = (next: Run | null): void => {
    current.current = next;
    setRun(next);
  };
  const stop = useCallback((): void => {
    over.current = true;
    const now = current.current;
    if (now?.phase === 'ended' || !now?.generationId) return;
    void client.delete(`/api/chat/generations/${now.generationId}`).catch(() => undefined);
  }, [client]);
  const leave = useCallback((): void => {
    gone.current = true;
    stop();
    // What has no name yet is heard until it has one.
    if (current.current && !current.current.generationId) return;
    current.current = null;
    leaving.current.abort();
  }, [stop]);
  useEffect(() => {
    gone.current = false;
    return leave;
  }, [leave]);

  async function ask(): Promise<void> {
    const form = fields.current;
    const content = question.trim();
    if (!form || content === '' || writing) return;
    const { model, system, options, tools, collection_ids, file_ids } = bodyOf(form, false);
    const body = {
      content,
      temporary: true,
      assistant_id: null,
      ...(model && { model }),
      ...(system && { system }),
      options,
      ...(tools?.length && { tools }),
      ...(collection_ids?.length && { collection_ids }),
      ...(file_ids?.length && { file_ids }),
    };
    const headers = { 'idempotency-key': crypto.randomUUID(), accept: 'text/event-stream' };
    setRefusal(null);
    take(newRun());
    leaving.current = new AbortController();
    over.current = false;
    const refused = await follow({
      client,
      signal: leaving.current.signal,
      open: (signal) => client.open('POST', '/api/chat/stream', { body, headers, signal }),
      generation: () => current.current,
      onEvent(event) {
        if (!current.current) return;
        take(applyEvent(current.current, event));
        if (event.event !== 'meta') return;
        if (gone.current) leave();
        else if (over.current) stop();
      },
      onPhase: (phase) => current.current && take({ ...current.current, phase }),
    });
    if (refused) {
      take(null);
      setRefusal(refused);
    }
  }

  return (
    <section
      aria-label={words.tryIt}
      className="flex min-h-0 flex-col gap-3 border-line bg-paper p-5 max-lg:border-t lg:border-s"
    >
      <div>
        <h3 className="font-semibold">{words.tryIt}</h3>
        <p className="text-sm text-muted">{words.tryItText}</p>
      </div>
      <div className="min-h-24 flex-1 lg:overflow-y-auto" aria-live="polite" aria-busy={writing}>
        {refusal && <ProblemNotice refusal={refusal} />}
        {run && <Answer run={run} writing={writing} />}
      </div>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <textarea
          aria-label={words.tryItQuestion}
          placeholder={words.tryItQuestion}
          rows={2}
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void ask();
          }}
          className={inputClass}
        />
        {writing ? (
          <Button onClick={stop} className="shrink-0">
            <Square size={15} aria-hidden />
            {strings.chat.stop}
          </Button>
        ) : (
          <Button type="submit" className="shrink-0" disabled={question.trim() === ''}>
            <Send size={15} aria-hidden />
            {words.tryItAsk}
          </Button>
        )}
      </form>
    </section>
  );
}

function Answer({ run, writing }: { run: Run; writing: boolean }) {
  const { text, tools, generationId, error } = run;
  const words = useStrings().assistants;
  const nothing = text === '' && tools.length === 0;
  return (
    <>
      {nothing && writing && <p className="text-muted motion-safe:animate-pulse">{words.tryItWriting}</p>}
      {stretchesOf(text, [...tools]).map((stretch, at, all) => (
        <Fragment key={at}>
          {stretch.text.trim() !== '' && (
            <Markdown
              text={stretch.text}
              growing={writing && at === all.length - 1}
              resting={<div className="prose whitespace-pre-wrap">{stretch.text}</div>}
            />
          )}
          {stretch.tools.map((tool) => (
            <ToolCard key={tool.id} tool={tool} writing={writing} generationId={generationId} stored={false} />
          ))}
        </Fragment>
      ))}
      {error && <p className="mt-2 text-danger">{error.message}</p>}
    </>
  );
}
