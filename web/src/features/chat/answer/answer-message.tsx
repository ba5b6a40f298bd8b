import { Fragment, memo, useCallback, useMemo } from 'react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { useServices } from '../../../app/services.ts';
import { useStore } from '../../../lib/store.ts';
import { useStrings } from '../../../lib/strings/index.ts';
import { AssistantSign } from '../../assistants/assistant-sign.tsx';
import { doubtsOf } from '../citations.ts';
import { FileChip } from '../file-chip.tsx';
import { SummaryFold } from '../context/summary-fold.tsx';
import type { LiveRun } from '../live.ts';
import { CiteContext } from '../markdown/cite-context.ts';
import { Markdown } from '../markdown/markdown-part.ts';
import { canGoOn, filesOf, reasoningOf, toolsOf } from '../messages.ts';
import { modelName } from '../models/names.ts';
import { withRun } from '../run.ts';
import { Unproven } from '../sources/unproven.tsx';
import { SourceRow } from '../sources/source-row.tsx';
import { AnswerFoot } from './answer-foot.tsx';
import { AnswerState } from './answer-state.tsx';
import { Reasoning } from './reasoning.tsx';
import { ToolCard } from './tool-card.tsx';
import { stretchesOf } from './tool-events.ts';

type Props = {
  message: Message;
  at: number;
  count: number;
  slot: string;
  onTurn(id: string, step: 1 | -1): void;
  onRegenerate(message: Message, model?: string): void;
  onGoOn(message: Message): void;
  /** For the newest answer alone. */
  onFollowUp: ((message: Message, question: string) => void) | undefined;
  onSource(messageId: string, index: number, from: HTMLElement): void;
};

const runOf = (runs: ReadonlyMap<string, LiveRun>, id: string): LiveRun | undefined => {
  for (const one of runs.values()) if (one.run.messageId === id) return one;
  return undefined;
};

/** The Librarian invents no questions; of a temporary chat the server knows nothing. */
const mayFollow = ({ content, conversation_id, provider }: Message): boolean =>
  content !== '' && conversation_id !== '' && provider !== 'librarian';

/** An answer. While it is being written it follows its run, and nothing else on the page is drawn anew. */
export const AnswerMessage = memo(function AnswerMessage({
  message: stored,
  at,
  count,
  slot,
  onTurn,
  onRegenerate,
  onGoOn,
  onFollowUp,
  onSource,
}: Props) {
  const strings = useStrings();
  const { live } = useServices();
  const run = useStore(live.runs, (runs) => (stored.status === 'streaming' ? runOf(runs, stored.id)?.run : undefined));
  const message = run ? withRun(stored, run) : stored;
  const { id, content, sources, status, model } = message;
  const writing = status === 'streaming';
  const open = useCallback((index: number, from: HTMLElement) => onSource(id, index, from), [id, onSource]);
  const doubts = useMemo(() => (writing ? [] : doubtsOf(message)), [writing, message]);
  const reasoning = reasoningOf(message);
  // Answers of other programs have files of their own; ours have them from tools.
  const files = filesOf(message);
  const { assistant } = message;
  const name = strings.chat.answerBy(assistant?.name ?? (modelName(model) || strings.app.name));
  return (
    <article aria-label={name} aria-busy={writing} className="min-w-0">
      <h2 className="sr-only">{name}</h2>
      {assistant && (
        <p aria-hidden className="mb-1.5 flex items-center gap-2 text-sm font-semibold">
          <AssistantSign emoji={assistant.emoji} />
          <span className="min-w-0 break-words">{assistant.name}</span>
        </p>
      )}
      {run?.insteadOf && <p className="mb-2 text-sm text-muted">{strings.providers.changedTo(modelName(model))}</p>}
      <SummaryFold message={message} />
      {reasoning !== '' && <Reasoning text={reasoning} running={writing && content === ''} />}
      <CiteContext value={{ sources, doubts, open }}>
        {stretchesOf(content, toolsOf(message)).map(({ text, tools }, stretch, all) => (
          <Fragment key={stretch}>
            {text.trim() !== '' && (
              <Markdown
                text={text}
                growing={writing && stretch === all.length - 1}
                resting={<div className="prose whitespace-pre-wrap">{text}</div>}
              />
            )}
            {tools.map((tool) => (
              <ToolCard
                key={tool.id}
                tool={tool}
                writing={writing}
                generationId={run?.generationId ?? message.generation_id}
                stored={message.conversation_id !== ''}
              />
            ))}
          </Fragment>
        ))}
      </CiteContext>
      {files.length > 0 && (
        <ul className="my-3 flex flex-wrap gap-1.5">
          {files.map(({ id: file, filename }) => (
            <li key={file} className="min-w-0">
              <FileChip id={file} filename={filename} />
            </li>
          ))}
        </ul>
      )}
      <AnswerState
        message={message}
        phase={run?.phase}
        onReconnect={() => live.resume(slot, stored)}
        onRegenerate={() => onRegenerate(message)}
        onGoOn={canGoOn(message) ? () => onGoOn(message) : undefined}
      />
      {doubts.length > 0 && <Unproven message={message} onOpen={open} />}
      {sources.length > 0 && (content !== '' || !writing) && <SourceRow message={message} onOpen={open} />}
      {!writing && (
        <AnswerFoot
          message={message}
          at={at}
          count={count}
          onTurn={(step) => onTurn(id, step)}
          onRegenerate={(other) => onRegenerate(message, other)}
          onFollowUp={mayFollow(message) && onFollowUp ? (question) => onFollowUp(message, question) : undefined}
        />
      )}
    </article>
  );
});
