import { useQuery } from '@tanstack/react-query';
import { Check, ChevronRight, CircleSlash, Hand, LoaderCircle, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useId, useState } from 'react';
import type { ToolPart } from '../../../../../shared/api/tools.ts';
import { useServices } from '../../../app/services.ts';
import { cx } from '../../../components/ui/cx.ts';
import { useStrings, type Strings } from '../../../lib/strings/index.ts';
import { toolName, toolsQuery } from '../tools.ts';
import { ToolFiles } from './tool-files.tsx';
import { ToolQuestion } from './tool-question.tsx';

type State = { icon: LucideIcon; label: string; look: string; spins?: boolean };

function stateOf({ approval, result }: ToolPart, writing: boolean, { tools }: Strings): State {
  if (approval === 'denied') return { icon: CircleSlash, label: tools.denied, look: 'text-muted' };
  if (result) {
    return result.is_error
      ? { icon: TriangleAlert, label: tools.failed, look: 'text-danger' }
      : { icon: Check, label: tools.done, look: 'text-accent' };
  }
  if (!writing) return { icon: CircleSlash, label: tools.unfinished, look: 'text-muted' };
  if (approval === 'asked') return { icon: Hand, label: tools.asks, look: 'text-accent' };
  return { icon: LoaderCircle, label: tools.running, look: 'text-muted', spins: true };
}

const valueOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

type Props = {
  tool: ToolPart;
  /** The answer is still being written. */
  writing: boolean;
  generationId: string | null;
  /** Whether “always in this conversation” can be said: a temporary chat is in none. */
  stored: boolean;
};

/** One call of a tool: how it stands, and when opened, with what it was called and what came of it. */
export function ToolCard({ tool, writing, generationId, stored }: Props) {
  const strings = useStrings();
  const id = useId();
  const asks = writing && tool.approval === 'asked' && tool.result === null;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? asks;
  const { client } = useServices();
  const { data } = useQuery({ ...toolsQuery(client), enabled: tool.name.includes('__') });
  const name = toolName(tool.name, data?.items, strings);
  const { icon: Icon, label, look, spins } = stateOf(tool, writing, strings);
  const given = Object.entries(tool.arguments);
  return (
    <section
      aria-label={name}
      className={cx('my-3 rounded-md border bg-sheet', asks ? 'border-accent' : 'border-line')}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setChosen(!open)}
        className="flex min-h-10 w-full items-center gap-2 rounded-md px-3 py-1.5 text-start text-sm hover:bg-well pointer-coarse:min-h-11"
      >
        <Icon size={16} aria-hidden className={cx('shrink-0', look, spins && 'motion-safe:animate-spin')} />
        <span className="shrink-0 font-semibold">{name}</span>
        <span className="min-w-0 flex-1 truncate text-muted">
          {given.map(([, value]) => valueOf(value)).join(', ')}
        </span>
        <span className={cx('shrink-0 text-xs', look)}>{label}</span>
        <ChevronRight
          size={15}
          aria-hidden
          className={cx('shrink-0 text-muted transition-transform', open && 'rotate-90')}
        />
      </button>
      <div id={id} hidden={!open} className="space-y-3 border-t border-line px-3 py-3 text-sm">
        {given.length === 0 ? (
          <p className="text-muted">{strings.tools.noArguments}</p>
        ) : (
          <dl className="space-y-2">
            {given.map(([key, value]) => (
              <div key={key}>
                <dt className="text-xs font-semibold text-muted">{key}</dt>
                <dd className="max-h-60 overflow-y-auto font-mono text-xs break-words whitespace-pre-wrap">
                  {valueOf(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {tool.result && (
          <div>
            <p className="text-xs font-semibold text-muted">{strings.tools.result}</p>
            <div
              tabIndex={0}
              role="group"
              aria-label={strings.tools.result}
              className={cx(
                'mt-1 max-h-72 overflow-y-auto rounded-sm bg-well px-2.5 py-2 break-words whitespace-pre-wrap',
                tool.result.is_error && 'text-danger',
              )}
            >
              {tool.result.content}
            </div>
          </div>
        )}
      </div>
      {tool.result?.files && (
        <div className="border-t border-line px-3">
          <ToolFiles files={tool.result.files} />
        </div>
      )}
      {asks && generationId && (
        <ToolQuestion name={name} callId={tool.id} generationId={generationId} stored={stored} />
      )}
    </section>
  );
}
