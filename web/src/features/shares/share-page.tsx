import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { SharedConversation } from '../../../../shared/api/shares.ts';
import { useServices } from '../../app/services.ts';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { Empty } from '../../components/ui/empty.tsx';
import { ProblemNotice } from '../../components/ui/notice.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { localeOf } from '../../lib/format.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useLanguage, useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { Markdown } from '../chat/markdown/markdown-part.ts';
import { modelName } from '../chat/models/names.ts';

/** What a link shows: to be read, and nothing more. */
export function SharePage() {
  const strings = useStrings();
  const { client } = useServices();
  const { token = '' } = useParams({ strict: false });
  const shared = useQuery({
    queryKey: ['share', token],
    queryFn: ({ signal }) => client.get<SharedConversation>(`/api/shares/${encodeURIComponent(token)}`, signal),
  });
  useTitle(shared.data?.title ?? strings.shares.pageTitle);
  const refusal = shared.error && refusalOf(shared.error);
  return (
    <main className="h-full overflow-y-auto">
      <meta name="robots" content="noindex, nofollow" />
      <div className="mx-auto w-full max-w-3xl px-4 pt-8 pb-16 sm:px-6">
        {shared.isPending && <Skeleton lines={['w-2/3', 'w-1/3', 'w-full', 'w-11/12', 'w-4/5']} />}
        {refusal?.status === 401 && (
          <Empty title={strings.shares.signInTitle} text={strings.shares.signInText}>
            <Link to="/sign-in" search={{ return_to: `/share/${token}` }} className={buttonClass('primary')}>
              {strings.auth.signIn}
            </Link>
          </Empty>
        )}
        {refusal?.status === 404 && <Empty title={strings.shares.goneTitle} text={strings.shares.goneText} />}
        {refusal && refusal.status !== 401 && refusal.status !== 404 && (
          <ProblemNotice refusal={refusal} title={strings.shares.failed}>
            <Button onClick={() => void shared.refetch()}>{strings.app.retry}</Button>
          </ProblemNotice>
        )}
        {shared.data && <Shared shared={shared.data} />}
      </div>
    </main>
  );
}

function Shared({ shared }: { shared: SharedConversation }) {
  const strings = useStrings();
  const language = useLanguage();
  const day = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long' }).format(new Date(shared.created_at));
  return (
    <>
      <h1 className="text-2xl break-words">{shared.title}</h1>
      <p className="mt-1 mb-8 text-muted">{strings.shares.by(shared.shared_by, day)}</p>
      {shared.messages.length === 0 && <p className="text-muted">{strings.shares.empty}</p>}
      <ol aria-label={strings.chat.messages} className="flex flex-col gap-6">
        {shared.messages.map(({ role, content, model }, at) => {
          const name = role === 'user' ? shared.shared_by : modelName(model) || strings.app.name;
          return (
            <li key={at}>
              <article aria-label={name} className={role === 'user' ? 'flex flex-col items-end' : 'min-w-0'}>
                <h2 className="mb-1 font-sans text-sm font-semibold text-muted">{name}</h2>
                {role === 'user' ? (
                  <div className="max-w-[88%] rounded-lg rounded-ee-sm bg-accent-soft px-4 py-2.5 text-[1rem] break-words whitespace-pre-wrap">
                    {content}
                  </div>
                ) : (
                  <Markdown
                    text={content}
                    growing={false}
                    resting={<div className="prose whitespace-pre-wrap">{content}</div>}
                  />
                )}
              </article>
            </li>
          );
        })}
      </ol>
    </>
  );
}
