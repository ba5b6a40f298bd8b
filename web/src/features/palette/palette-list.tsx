import { useNavigate } from '@tanstack/react-router';
import { FileText, MessageSquare, TextSearch } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { layout } from '../../app/layout.ts';
import { Button } from '../../components/ui/button.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { piecesOf } from '../../lib/marked.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { useActions } from './actions.ts';
import { PaletteRow } from './palette-row.tsx';
import { useFound } from './use-found.ts';

type Line = { key: string; run(): void; draw: ReactNode };
type Group = { key: string; name: string; lines: Line[] };

/** The focus stays in the field; the arrows move through the lines, Enter takes one. */
export function PaletteList({ onDone }: { onDone(): void }) {
  const strings = useStrings();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const found = useFound(typed);
  const actions = useActions(typed);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // The dialog takes the focus as a whole; here it is for typing.
  useEffect(() => {
    const input = field.current;
    const dialog = input?.closest('[role=dialog]');
    const forward = ({ target }: Event): void => {
      if (target === dialog) input?.focus();
    };
    input?.focus();
    dialog?.addEventListener('focusin', forward);
    return () => dialog?.removeEventListener('focusin', forward);
  }, []);

  const open = (conversationId: string, message?: string): void =>
    void navigate({ to: '/c/$conversationId', params: { conversationId }, search: message ? { message } : {} });
  const groups: Group[] = [
    {
      key: 'chats',
      name: typed.trim() ? strings.palette.conversations : strings.palette.recent,
      lines: found.titles.map((one) => ({
        key: `c-${one.id}`,
        run: () => open(one.id),
        draw: <PaletteRow icon={MessageSquare}>{one.title || strings.chat.untitled}</PaletteRow>,
      })),
    },
    {
      key: 'files',
      name: strings.shell.files,
      lines: found.files.map(({ id: fileId, filename }) => ({
        key: `f-${fileId}`,
        run: () => void navigate({ to: '/files/$fileId', params: { fileId } }),
        draw: <PaletteRow icon={FileText}>{filename}</PaletteRow>,
      })),
    },
    {
      key: 'messages',
      name: strings.palette.messages,
      lines: found.messages.map((hit) => ({
        key: `m-${hit.message_id}`,
        run: () => open(hit.conversation_id, hit.message_id),
        draw: (
          <PaletteRow icon={TextSearch} below={hit.title}>
            {piecesOf(hit.snippet).map(({ text, marked }, at) =>
              marked ? (
                <mark key={at} className="rounded-xs bg-accent-soft font-semibold text-ink">
                  {text}
                </mark>
              ) : (
                text
              ),
            )}
          </PaletteRow>
        ),
      })),
    },
    {
      key: 'actions',
      name: strings.palette.actions,
      lines: actions.map(({ key, icon, name, run }) => ({
        key: `a-${key}`,
        run,
        draw: <PaletteRow icon={icon}>{name}</PaletteRow>,
      })),
    },
  ].filter(({ lines }) => lines.length > 0);
  const flat = groups.flatMap(({ lines }) => lines);
  const [wanted, setActive] = useState<string | null>(null);
  const active = flat.some(({ key }) => key === wanted) ? wanted : (flat[0]?.key ?? null);
  useEffect(() => {
    list.current?.querySelector('[data-active=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const take = (line: Line | undefined): void => {
    if (!line) return;
    onDone();
    layout.drawer.set(false);
    line.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    const at = flat.findIndex(({ key }) => key === active);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 };
    const to = steps[event.key];
    if (to !== undefined && flat.length > 0) {
      event.preventDefault();
      setActive(flat[(to + flat.length) % flat.length]?.key ?? null);
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      take(flat[at]);
    }
  };
  return (
    <>
      <input
        ref={field}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={active === null ? undefined : `${id}-${active}`}
        aria-label={strings.palette.title}
        placeholder={strings.palette.placeholder}
        value={typed}
        maxLength={200}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(null);
        }}
        onKeyDown={onKey}
        className="min-h-13 w-full shrink-0 border-b border-line bg-transparent px-4 text-base focus-visible:outline-none"
      />
      {found.error && (
        <div className="space-y-2 p-3">
          <ProblemNotice refusal={refusalOf(found.error)} title={strings.palette.failed} />
          <Button onClick={found.retry}>{strings.app.retry}</Button>
        </div>
      )}
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={strings.palette.results}
        aria-busy={found.pending}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5"
      >
        {groups.map(({ key, name, lines }) => (
          <div key={key} role="group" aria-label={name}>
            <div role="presentation" className="px-2.5 pt-2.5 pb-1 text-xs font-semibold text-muted">
              {name}
            </div>
            {lines.map((line) => (
              <div
                key={line.key}
                id={`${id}-${line.key}`}
                role="option"
                aria-selected={line.key === active}
                data-active={line.key === active}
                onPointerMove={() => setActive(line.key)}
                onClick={() => take(line)}
                className="cursor-pointer rounded-sm data-[active=true]:bg-accent-soft"
              >
                {line.draw}
              </div>
            ))}
          </div>
        ))}
      </div>
      {flat.length === 0 && !found.pending && !found.error && (
        <p role="status" className="px-4 py-8 text-center text-muted">
          {strings.palette.nothing(typed.trim())}
        </p>
      )}
    </>
  );
}
