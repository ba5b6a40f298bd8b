import { ArrowDown, ArrowUp, Boxes, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AdminProvider, ProviderTest } from '../../../../shared/api/providers.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { Badge } from './badge.tsx';
import { TestResult } from './provider-test.tsx';
import { useAct } from './use-act.ts';
import { useProviderChange } from './use-provider-change.ts';

type Props = {
  provider: AdminProvider;
  /** How many can be moved. */
  last: number;
  onEdit(): void;
  onManage(): void;
  onRemove(): void;
};

/** A provider in the list: how it is, and what can be done with it. */
export function ProviderRow({ provider, last, onEdit, onManage, onRemove }: Props) {
  const strings = useStrings();
  const words = strings.providers;
  const { client } = useServices();
  const act = useAct();
  const changed = useProviderChange();
  const [test, setTest] = useState<ProviderTest | null | undefined>(undefined);
  /** Shown at once; the server says afterwards whether it is so. */
  const [switched, setSwitched] = useState<boolean | null>(null);
  const { id, name, enabled, healthy, source, position } = provider;
  const url = `/api/admin/providers/${id}`;
  const builtIn = source === 'built_in';
  const state = !enabled
    ? words.off
    : healthy === null
      ? words.notSeen
      : healthy
        ? strings.models.healthy
        : strings.models.unhealthy;
  const change = async (body: object, done: string): Promise<void> => {
    await act(() => client.patch(url, body), done);
    await changed();
  };
  const switchTo = async (on: boolean): Promise<void> => {
    setSwitched(on);
    await change({ enabled: on }, strings.admin.changed(name));
    setSwitched(null);
  };
  const tryOut = async (): Promise<void> => {
    setTest(null);
    let result: ProviderTest | undefined;
    await act(async () => {
      result = await client.post<ProviderTest>(`${url}/test`);
    });
    setTest(result);
  };
  const facts = [words.kinds[provider.kind], provider.base_url, words.modelCount(provider.listed_models.length)];
  return (
    <li className="space-y-2 py-3 ps-4 pe-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span
          role="img"
          aria-label={state}
          title={state}
          className={cx(
            'size-2.5 shrink-0 rounded-full',
            !enabled || healthy === null
              ? 'border-2 border-line-strong'
              : healthy
                ? 'bg-good'
                : 'border-2 border-danger',
          )}
        />
        <div className="min-w-52 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 break-words">{name}</span>
            <Badge>{words.sources[source]}</Badge>
            {provider.group_ids && <Badge tone="accent">{words.restricted}</Badge>}
          </p>
          <p className="text-sm break-words text-muted">{facts.filter(Boolean).join(' · ')}</p>
          {provider.error && <p className="text-sm break-words text-danger">{provider.error}</p>}
          {provider.circuit === 'open' && <p className="text-sm text-muted">{words.resting}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-1">
          {!builtIn && (
            <>
              <IconButton
                icon={ArrowUp}
                size={17}
                label={words.up(name)}
                disabled={position === 0}
                onClick={() => void change({ position: position - 1 }, words.moved(name))}
              />
              <IconButton
                icon={ArrowDown}
                size={17}
                label={words.down(name)}
                disabled={position >= last}
                onClick={() => void change({ position: position + 1 }, words.moved(name))}
              />
            </>
          )}
          {provider.manageable && (
            <IconButton icon={Boxes} size={17} label={words.manageFor(name)} onClick={onManage} />
          )}
          <Button aria-label={words.testFor(name)} busy={test === null} onClick={() => void tryOut()}>
            {words.test}
          </Button>
          <Button aria-label={words.edit(name)} onClick={onEdit}>
            {strings.admin.edit}
          </Button>
          {source === 'stored' && <IconButton icon={Trash2} size={17} label={words.remove(name)} onClick={onRemove} />}
          <input
            type="checkbox"
            role="switch"
            aria-label={words.switchFor(name)}
            title={words.switchFor(name)}
            checked={switched ?? enabled}
            aria-checked={switched ?? enabled}
            onChange={() => void switchTo(!enabled)}
            className="mx-2 size-5 accent-accent"
          />
        </div>
      </div>
      {test !== undefined && <TestResult result={test} />}
    </li>
  );
}
