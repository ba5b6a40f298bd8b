import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Button, buttonClass } from '../components/ui/button.tsx';
import { Empty } from '../components/ui/empty.tsx';
import { Lamp } from '../components/ui/lamp.tsx';
import { ProblemNotice } from '../components/ui/notice.tsx';
import { ApiError } from '../lib/problem.ts';
import { useStrings } from '../lib/strings/index.ts';
import { PageHeader } from './page-header.tsx';
import { useOutdated } from './use-outdated.ts';

export function LoadingPage() {
  const strings = useStrings();
  return (
    <main className="lamplight grid min-h-full place-items-center" role="status">
      <Lamp size={56} lit />
      <span className="sr-only">{strings.app.loading}</span>
    </main>
  );
}

/** In the place of a page whose code is being fetched, or cannot be. */
export function WaitingPart({ failed }: { failed: boolean }) {
  return failed ? <FailedPart /> : <LoadingPage />;
}

/** The same inside the frame: with the header over it, which on a phone is the only way out. */
export function WaitingDeskPart({ failed }: { failed: boolean }) {
  if (!failed) return <LoadingPage />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="" />
      <FailedPart />
    </div>
  );
}

function FailedPart() {
  const strings = useStrings();
  const outdated = useOutdated();
  return (
    <main className="lamplight grid min-h-full flex-1 place-items-center">
      <Empty title={strings.app.partTitle} text={outdated ? strings.app.outdated : strings.app.partText}>
        {/* Without a connection a reload would only lose what is there. */}
        {outdated && (
          <Button tone="primary" onClick={() => location.reload()}>
            {strings.app.reload}
          </Button>
        )}
      </Empty>
    </main>
  );
}

export function MissingPage() {
  const strings = useStrings();
  return (
    <main className="lamplight grid min-h-full place-items-center">
      <Empty title={strings.app.notFoundTitle} text={strings.app.notFoundText}>
        <Link to="/" className={buttonClass('primary')}>
          {strings.app.backToDesk}
        </Link>
      </Empty>
    </main>
  );
}

export function BrokenPage({ error }: ErrorComponentProps) {
  const strings = useStrings();
  const router = useRouter();
  // While the server cannot be reached, the page looks again by itself.
  const refusal = error instanceof ApiError ? error.refusal : null;
  const passing = refusal !== null && (refusal.status === 0 || refusal.status >= 500);
  useEffect(() => {
    if (!passing) return;
    const timer = setInterval(() => void router.invalidate(), 5_000);
    return () => clearInterval(timer);
  }, [passing, router]);
  return (
    <main className="lamplight grid min-h-full place-items-center">
      <Empty title={strings.app.brokenTitle} text={refusal ? strings.app.unreachable : strings.app.brokenText}>
        {refusal && <ProblemNotice refusal={refusal} />}
        <Button tone="primary" onClick={() => location.reload()}>
          {strings.app.reload}
        </Button>
      </Empty>
    </main>
  );
}
