import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AdminMcpServer, McpTest } from '../../../../shared/api/mcp.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { Badge } from '../admin/badge.tsx';
import { useAct } from '../admin/use-act.ts';
import { ServerTestResult } from './server-test.tsx';

type Props = { server: AdminMcpServer; onEdit(): void; onTools(): void; onRemove(): void };

/** A server of tools in the list: how it is, and what can be done with it. */
export function ServerRow({ server, onEdit, onTools, onRemove }: Props) {
  const strings = useStrings();
  const words = strings.mcp;
  const { client, queries } = useServices();
  const act = useAct();
  const [test, setTest] = useState<McpTest | null | undefined>(undefined);
  /** Shown at once; the server says afterwards whether it is so. */
  const [switched, setSwitched] = useState<boolean | null>(null);
  const { id, name, enabled, source, auth, connected, listed_tools: tools } = server;
  const url = `/api/admin/mcp-servers/${id}`;
  const isReady = enabled && tools.length > 0;
  const state = !enabled ? words.off : isReady ? words.ready : words.unknown;
  const change = async (work: () => Promise<unknown>, done?: string): Promise<void> => {
    await act(work, done);
    await queries.invalidateQueries({ queryKey: ['tools'] });
  };
  const switchTo = async (on: boolean): Promise<void> => {
    setSwitched(on);
    await change(() => client.patch(url, { enabled: on }), strings.admin.changed(name));
    setSwitched(null);
  };
  const tryOut = async (): Promise<void> => {
    setTest(null);
    let result: McpTest | undefined;
    await change(async () => {
      result = await client.post<McpTest>(`${url}/test`);
    });
    setTest(result);
  };
  const signIn = (): Promise<void> =>
    change(async () => location.assign((await client.post<{ url: string }>(`${url}/connection`)).url));
  const signOut = (): Promise<void> => change(() => client.delete(`${url}/connection`), words.signedOut(name));
  const facts = [
    server.url ?? words.program,
    server.command,
    tools.length > 0 && words.toolCount(tools.filter(({ offered }) => offered).length),
    auth === 'each' && words.eachSignsIn,
    auth === 'shared' && connected && words.signedIn,
  ];
  return (
    <li className="space-y-2 py-3 ps-4 pe-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span
          role="img"
          aria-label={state}
          title={state}
          className={cx('size-2.5 shrink-0 rounded-full', isReady ? 'bg-good' : 'border-2 border-line-strong')}
        />
        <div className="min-w-52 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 break-words">{name}</span>
            {source === 'configuration' && <Badge>{words.configuration}</Badge>}
            {server.group_ids && <Badge tone="accent">{words.restricted}</Badge>}
          </p>
          <p className="text-sm break-words text-muted">{facts.filter(Boolean).join(' · ')}</p>
        </div>
        <div className="flex flex-wrap items-center gap-1">
          {auth === 'shared' &&
            (connected ? (
              <Button aria-label={words.signOutFor(name)} onClick={() => void signOut()}>
                {words.signOut}
              </Button>
            ) : (
              <Button tone="primary" aria-label={words.signInFor(name)} onClick={() => void signIn()}>
                {words.signIn}
              </Button>
            ))}
          <Button aria-label={words.toolsOf(name)} onClick={onTools}>
            {words.tools}
          </Button>
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
      {test !== undefined && <ServerTestResult result={test} each={auth === 'each'} />}
    </li>
  );
}
