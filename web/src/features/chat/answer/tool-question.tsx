import { useState } from 'react';
import type { ApproveBody } from '../../../../../shared/api/tools.ts';
import { useServices } from '../../../app/services.ts';
import { Button } from '../../../components/ui/button.tsx';
import { ProblemNotice } from '../../../components/ui/notice.tsx';
import { refusalOf, type Refusal } from '../../../lib/problem.ts';
import { useStrings } from '../../../lib/strings/index.ts';

type Props = { name: string; callId: string; generationId: string; stored: boolean };

/** Asks whether a tool may act. Any device may answer; the stream tells all of them what was said. */
export function ToolQuestion({ name, callId, generationId, stored }: Props) {
  const { tools } = useStrings();
  const { client } = useServices();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  async function say(word: Pick<ApproveBody, 'allow' | 'always'>): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      await client.post(`/api/chat/generations/${generationId}/approve`, { tool_call_id: callId, ...word });
    } catch (error) {
      setRefusal(refusalOf(error));
      setBusy(false);
    }
  }
  return (
    <div role="group" aria-label={tools.question(name)} className="space-y-3 border-t border-line px-3 py-3">
      <div role="status">
        <p className="font-semibold">{tools.question(name)}</p>
        <p className="text-sm text-muted">{tools.why}</p>
      </div>
      {refusal && <ProblemNotice refusal={refusal} />}
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" busy={busy} onClick={() => void say({ allow: true })}>
          {tools.allow}
        </Button>
        {stored && (
          <Button busy={busy} onClick={() => void say({ allow: true, always: true })}>
            {tools.always}
          </Button>
        )}
        <Button busy={busy} onClick={() => void say({ allow: false })}>
          {tools.deny}
        </Button>
      </div>
    </div>
  );
}
