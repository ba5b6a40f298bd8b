import { useState } from 'react';
import type { AdminMcpServer, McpListedTool } from '../../../../shared/api/mcp.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { Badge } from '../admin/badge.tsx';
import { useAct } from '../admin/use-act.ts';

type Rules = { tools: string[] | null; unasked: string[] };

/** What of a server's tools is offered, and what runs without asking. Each switch is kept at once. */
export function ServerTools({ server }: { server: AdminMcpServer }) {
  const words = useStrings().mcp;
  const { client, queries } = useServices();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  const { listed_tools: tools } = server;
  const namesOf = (which: (tool: McpListedTool) => boolean): string[] => tools.filter(which).map(({ name }) => name);
  const save = async (rules: Partial<Rules>): Promise<void> => {
    setBusy(true);
    await act(() => client.patch(`/api/admin/mcp-servers/${server.id}`, rules));
    await queries.invalidateQueries({ queryKey: ['tools'] });
    setBusy(false);
  };
  const offer = (name: string, on: boolean): Promise<void> => {
    const offered = namesOf((tool) => (tool.name === name ? on : tool.offered));
    return save({ tools: offered.length === tools.length ? null : offered });
  };
  const trust = (which: (tool: McpListedTool) => boolean): Promise<void> => save({ unasked: namesOf(which) });
  if (tools.length === 0) return <p className="p-5 text-muted">{words.noTools}</p>;
  const asking = tools.filter(({ asks, read_only: reads }) => reads && asks);
  return (
    <div className="space-y-4 overflow-y-auto p-5">
      <p className="text-muted">{words.toolsText}</p>
      {asking.length > 0 && (
        <div className="space-y-1">
          <Button disabled={busy} onClick={() => void trust(({ asks, read_only: reads }) => !asks || reads)}>
            {words.trustReading}
          </Button>
          <p className="text-sm text-muted">{words.trustHint}</p>
        </div>
      )}
      <ul aria-label={words.toolsOf(server.name)} className="divide-y divide-line">
        {tools.map((tool) => (
          <li key={tool.name} className="space-y-1.5 py-3">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-semibold break-words">{tool.title}</span>
              {tool.read_only && <Badge>{words.readOnly}</Badge>}
              {tool.changed && <Badge tone="danger">{words.changed}</Badge>}
            </p>
            <p className="line-clamp-4 text-sm break-words text-muted">{tool.description || words.noDescription}</p>
            <div className="flex flex-wrap gap-x-5 gap-y-1">
              <Tick
                label={words.offered}
                name={words.offeredFor(tool.title)}
                on={tool.offered}
                disabled={busy}
                onChange={(on) => offer(tool.name, on)}
              />
              <Tick
                label={words.unasked}
                name={words.unaskedFor(tool.title)}
                on={!tool.asks}
                disabled={busy}
                onChange={(on) => trust((one) => (one.name === tool.name ? on : !one.asks))}
              />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

type TickProps = { label: string; name: string; on: boolean; disabled: boolean; onChange(on: boolean): Promise<void> };

function Tick({ label, name, on, disabled, onChange }: TickProps) {
  /** Shown at once; the server says afterwards whether it is so. */
  const [switched, setSwitched] = useState<boolean | null>(null);
  const change = async (wanted: boolean): Promise<void> => {
    setSwitched(wanted);
    await onChange(wanted);
    setSwitched(null);
  };
  return (
    <label className="flex min-h-9 cursor-pointer items-center gap-2 text-sm">
      <input
        type="checkbox"
        aria-label={name}
        checked={switched ?? on}
        disabled={disabled}
        onChange={({ target }) => void change(target.checked)}
        className="size-4 accent-accent"
      />
      {label}
    </label>
  );
}
