import { useEffect, useRef, useState } from 'react';
import type { AdminMcpServer, McpAuth } from '../../../../shared/api/mcp.ts';
import { useServices } from '../../app/services.ts';
import { Button } from '../../components/ui/button.tsx';
import { DialogActions } from '../../components/ui/dialog-actions.tsx';
import { Field } from '../../components/ui/field.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { textFields } from '../../lib/form.ts';
import { refusalOf, type Refusal } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { Area } from '../admin/area.tsx';
import { ProviderAccess } from '../admin/provider-access.tsx';
import { headersText, readHeaders, WrongLine } from '../admin/provider-lines.ts';
import { Select } from '../admin/select.tsx';
import { CopyButton } from '../chat/copy-button.tsx';

const auths: readonly McpAuth[] = ['none', 'shared', 'each'];

type Props = { server: AdminMcpServer | null; onDone(): void };

/** A new server of tools, or what can be changed of one that is there. */
export function ServerForm({ server, onDone }: Props) {
  const strings = useStrings();
  const words = strings.mcp;
  const { client, queries, toasts } = useServices();
  const form = useRef<HTMLFormElement>(null);
  const locked = server?.source === 'configuration';
  const [auth, setAuth] = useState<McpAuth>(server?.auth ?? 'none');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    form.current?.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' });
  }, [refusal, wrong]);
  const errorOf = (field: string): string | undefined =>
    refusal?.details.fields?.find(({ path }) => path.split(/[./]/).includes(field))?.message;

  async function save(data: FormData, fields: Record<string, string>): Promise<void> {
    const text = (name: string): string | null => fields[name]?.trim() || null;
    const body = {
      ...(!locked && {
        name: text('name') ?? '',
        url: text('url') ?? '',
        headers: readHeaders(fields['headers'] ?? ''),
        auth,
        ...(auth !== 'none' && {
          client_id: text('client_id'),
          client_secret: text('client_secret'),
          scopes: text('scopes'),
        }),
      }),
      timeout_ms: text('timeout') === null ? null : Math.round(Number(text('timeout')) * 1_000),
      group_ids: data.has('everyone') ? null : data.getAll('group').map(String),
    };
    const saved = server
      ? await client.patch<AdminMcpServer>(`/api/admin/mcp-servers/${server.id}`, body)
      : await client.post<AdminMcpServer>('/api/admin/mcp-servers', body);
    // What it offers is known right away; what goes wrong there is told by the test in the list.
    if (!server && auth === 'none') await client.post(`/api/admin/mcp-servers/${saved.id}/test`).catch(() => undefined);
    await Promise.all([['admin'], ['tools']].map((queryKey) => queries.invalidateQueries({ queryKey })));
    toasts.show({ text: words.saved(saved.name) });
    onDone();
  }
  async function submit(element: HTMLFormElement): Promise<void> {
    setBusy(true);
    setRefusal(null);
    setWrong(null);
    try {
      await save(new FormData(element), textFields(element));
    } catch (error) {
      if (error instanceof WrongLine) setWrong(words.wrongLine(error.message));
      else setRefusal(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      ref={form}
      className="space-y-4 overflow-y-auto p-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {refusal && <ProblemNotice refusal={refusal} />}
      {wrong && (
        <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
          {wrong}
        </p>
      )}
      {locked ? (
        <p className="text-muted">{words.lockedText}</p>
      ) : (
        <>
          <Field
            label={words.name}
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            defaultValue={server?.name}
            error={errorOf('name')}
          />
          <Field
            label={words.address}
            name="url"
            type="url"
            inputMode="url"
            required
            autoComplete="off"
            placeholder="https://…/mcp"
            defaultValue={server?.url ?? ''}
            hint={words.addressHint}
            error={errorOf('url')}
          />
          <div className="space-y-1">
            <Select
              label={words.auth}
              value={auth}
              onChange={(event) => setAuth(event.target.value as McpAuth)}
              options={auths.map((one) => [one, words.auths[one]] as const)}
            />
            <p className="text-sm text-muted">{words.authHint[auth]}</p>
          </div>
          {auth !== 'none' && server && <ClientFields server={server} errorOf={errorOf} />}
        </>
      )}
      <details open={locked || errorOf('headers') !== undefined || errorOf('timeout_ms') !== undefined}>
        <summary className="cursor-pointer py-1 font-semibold">{words.more}</summary>
        <div className="space-y-4 pt-2">
          {!locked && (
            <Area
              label={words.headers}
              name="headers"
              hint={words.headersHint}
              defaultValue={headersText(server?.headers ?? {})}
              error={errorOf('headers')}
            />
          )}
          <Field
            label={words.timeout}
            aside={strings.auth.optional}
            name="timeout"
            type="number"
            min={1}
            max={600}
            defaultValue={server?.timeout_ms ? server.timeout_ms / 1_000 : ''}
            hint={words.timeoutHint}
            error={errorOf('timeout_ms')}
          />
        </div>
      </details>
      <ProviderAccess chosen={server?.group_ids ?? null} error={errorOf('group_ids')} />
      <DialogActions>
        <Button type="submit" tone="primary" busy={busy}>
          {strings.app.save}
        </Button>
      </DialogActions>
    </form>
  );
}

type ClientProps = { server: AdminMcpServer; errorOf(field: string): string | undefined };

/** What this instance is at the authorisation server, where it cannot register itself. */
function ClientFields({ server, errorOf }: ClientProps) {
  const strings = useStrings();
  const words = strings.mcp;
  const plain = { autoComplete: 'off', spellCheck: false, autoCapitalize: 'none' } as const;
  return (
    <details open={server.client_id !== null || errorOf('client_secret') !== undefined}>
      <summary className="cursor-pointer py-1 font-semibold">{words.client}</summary>
      <div className="space-y-4 pt-2">
        <div className="space-y-1">
          <p className="text-sm text-muted">{words.clientText}</p>
          <div className="flex items-center gap-2 rounded-md border border-line bg-sheet py-1 ps-3 pe-1">
            <code className="min-w-0 flex-1 text-sm break-all">{server.redirect_uri}</code>
            <CopyButton text={server.redirect_uri} label={strings.providers.copyCommand} size={16} />
          </div>
        </div>
        <Field
          label={words.clientId}
          aside={strings.auth.optional}
          name="client_id"
          {...plain}
          defaultValue={server.client_id ?? ''}
          error={errorOf('client_id')}
        />
        <Field
          label={words.clientSecret}
          aside={strings.auth.optional}
          name="client_secret"
          {...plain}
          defaultValue={server.client_secret ?? ''}
          error={errorOf('client_secret')}
        />
        <Field
          label={words.scopes}
          aside={strings.auth.optional}
          name="scopes"
          {...plain}
          defaultValue={server.scopes ?? ''}
          hint={words.scopesHint}
          error={errorOf('scopes')}
        />
      </div>
    </details>
  );
}
