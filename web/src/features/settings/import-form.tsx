import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { cx } from '../../components/ui/cx.ts';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useDropTarget } from '../files/use-drop-target.ts';
import { ImportReport } from './import-report.tsx';
import { useImport } from './use-import.ts';

/** A file of conversations goes in, and what became of each comes out. */
export function ImportForm() {
  const strings = useStrings();
  const words = strings.data;
  const input = useRef<HTMLInputElement>(null);
  const { state, start, cancel } = useImport();
  const take = (file: File | undefined): void => void (file && start(file));
  const { over, handlers } = useDropTarget(([file]) => take(file));
  const running = state.phase === 'running' ? state : null;
  return (
    <div>
      <h3 className="text-base">{words.import}</h3>
      <p className="text-sm text-muted">{words.importText}</p>
      <div className="mt-2.5 space-y-3">
        <div
          {...handlers}
          className={cx(
            'rounded-md border border-dashed p-4',
            over && !running ? 'border-accent bg-accent-soft' : 'border-line-strong',
          )}
        >
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <Button busy={running !== null} onClick={() => input.current?.click()}>
              <Upload size={16} aria-hidden className="text-muted" />
              {running ? words.importing : words.choose}
            </Button>
            {running ? (
              <Button tone="quiet" onClick={cancel}>
                {strings.app.cancel}
              </Button>
            ) : (
              <p className="text-sm text-muted">{words.orDrop}</p>
            )}
          </div>
          {running && (
            <div className="mt-3">
              <progress
                aria-label={words.importing}
                value={running.progress ?? undefined}
                className={cx(
                  'block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent',
                  running.progress === null && 'motion-safe:animate-pulse',
                )}
              />
              <p className="mt-1 text-sm text-muted">
                {running.progress === null ? words.sending : words.soFar(running.count)}
              </p>
            </div>
          )}
        </div>
        <input
          ref={input}
          type="file"
          accept=".json,.zip,application/json,application/zip"
          hidden
          aria-label={words.choose}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            take(file);
          }}
        />
        {state.phase === 'unfit' && (
          <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-danger">
            {words[state.why]}
          </p>
        )}
        {state.phase === 'refused' && <ProblemNotice refusal={state.refusal} />}
        <div role="status">{state.phase === 'over' && <ImportReport report={state.report} />}</div>
      </div>
    </div>
  );
}
