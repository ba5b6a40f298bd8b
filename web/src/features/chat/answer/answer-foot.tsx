import { ChevronDown, RefreshCw } from 'lucide-react';
import type { Message } from '../../../../../shared/api/chat.ts';
import { IconButton } from '../../../components/ui/icon-button.tsx';
import { Menu, MenuItem, MenuLabel } from '../../../components/ui/menu.tsx';
import { formatCost, formatNumber, formatSeconds } from '../../../lib/format.ts';
import { useLanguage, useStrings } from '../../../lib/strings/index.ts';
import { FollowUps } from '../context/follow-ups.tsx';
import { ReadAloud } from '../context/read-aloud.tsx';
import { BranchButton } from '../branch-button.tsx';
import { DeleteButton } from '../delete-button.tsx';
import { CopyButton } from '../copy-button.tsx';
import { modelName } from '../models/names.ts';
import { useModels } from '../models/use-models.ts';
import { Thumbs } from '../../feedback/thumbs.tsx';
import { isStored } from '../messages.ts';
import { Turner } from '../turner.tsx';

type Props = {
  message: Message;
  at: number;
  count: number;
  onTurn(step: 1 | -1): void;
  onRegenerate(model?: string): void;
  /** Absent where nothing can be asked after it. */
  onFollowUp: ((question: string) => void) | undefined;
};

/** Written in the last minutes: an older one is looked at, and not talked with. */
const isFresh = ({ created_at }: Message): boolean => Date.now() - Date.parse(created_at) < 300_000;

/** Under an answer: what one can do with it, and by whom, how fast and how long it is. */
export function AnswerFoot({ message, at, count, onTurn, onRegenerate, onFollowUp }: Props) {
  const strings = useStrings();
  const language = useLanguage();
  const { models, query } = useModels();
  const { usage, model, duration_ms: duration } = message;
  const facts = [
    modelName(model),
    duration !== null && duration >= 100 && strings.chat.took(formatSeconds(duration, language)),
    usage?.cost && strings.context.cost(formatCost(usage.cost, language)),
    usage && usage.total_tokens > 0 && strings.chat.tokens(formatNumber(usage.total_tokens, language)),
  ].filter(Boolean);
  const detail = usage
    ? strings.chat.tokensDetail(
        formatNumber(usage.prompt_tokens, language),
        formatNumber(usage.completion_tokens, language),
      )
    : undefined;
  const others = models.filter(({ id }) => id !== model);
  return (
    <footer className="mt-1.5 -ms-1.5 flex min-h-8 flex-wrap items-center gap-x-0.5">
      {message.content !== '' && <CopyButton text={message.content} label={strings.chat.copyMarkdown} size={16} />}
      {message.content !== '' && <ReadAloud text={message.content} />}
      <IconButton icon={RefreshCw} size={16} label={strings.chat.regenerate} onClick={() => onRegenerate()} />
      {others.length > 0 && (
        <Menu
          trigger={
            <IconButton
              icon={ChevronDown}
              size={14}
              label={strings.chat.regenerateWith}
              className="-ms-1.5 w-6! min-w-6"
            />
          }
        >
          <MenuLabel>{strings.chat.regenerateWith}</MenuLabel>
          {others.map(({ id }) => (
            <MenuItem key={id} onSelect={() => onRegenerate(id)}>
              {modelName(id)}
            </MenuItem>
          ))}
        </Menu>
      )}
      {/* Its place, until it is known whether there are any. */}
      {query.isPending && <span className="-ms-1.5 w-6" />}
      <BranchButton message={message} />
      {isStored(message) && message.conversation_id !== '' && message.content !== '' && <Thumbs message={message} />}
      <DeleteButton message={message} />
      <Turner at={at} count={count} onTurn={onTurn} />
      {/* On a phone in a line of their own, which a button that comes later does not push. */}
      <span className="ms-2 text-xs text-muted max-sm:order-last max-sm:ms-1.5 max-sm:basis-full" title={detail}>
        {facts.join(' · ')}
      </span>
      {onFollowUp && <FollowUps messageId={message.id} fresh={isFresh(message)} onAsk={onFollowUp} />}
    </footer>
  );
}
