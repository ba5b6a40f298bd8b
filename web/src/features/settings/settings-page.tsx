import { useMemo, useRef, type ReactNode } from 'react';
import { PageHeader } from '../../app/page-header.tsx';
import { useStrings } from '../../lib/strings/index.ts';
import { useTitle } from '../../lib/title.ts';
import { usePeopleSignIn } from '../auth/instance.ts';
import { Connections } from '../mcp/connections.tsx';
import { SavedQuestions } from '../questions/saved-questions.tsx';
import { OwnUsage } from '../usage/own-usage.tsx';
import { ApiKeys } from './api-keys.tsx';
import { Appearance } from './appearance.tsx';
import { ChatPreferences } from './chat-preferences.tsx';
import { DataTransfer } from './data-transfer.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Devices } from './devices.tsx';
import { MemorySection } from './memory.tsx';
import { LinkedAccounts } from './linked-accounts.tsx';
import { Notifications } from './notifications.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProfileForm } from './profile-form.tsx';
import { Security } from './security.tsx';
import { SectionNav, type SectionLink } from './section-nav.tsx';

type Part = SectionLink & { content: ReactNode };

export function SettingsPage() {
  const strings = useStrings();
  const peopleSignIn = usePeopleSignIn();
  const scroller = useRef<HTMLDivElement>(null);
  useTitle(strings.settings.title);
  const parts = useMemo(() => {
    const all: (Part | false)[] = [
      { id: 'profile', name: strings.settings.profile, content: <ProfileForm /> },
      { id: 'appearance', name: strings.settings.appearance, content: <Appearance /> },
      { id: 'chat', name: strings.preferences.title, content: <ChatPreferences /> },
      { id: 'notifications', name: strings.notices.setting, content: <Notifications /> },
      { id: 'memory', name: strings.memory.title, content: <MemorySection /> },
      { id: 'questions', name: strings.questions.title, content: <SavedQuestions /> },
      peopleSignIn && { id: 'password', name: strings.auth.password, content: <PasswordForm /> },
      peopleSignIn && { id: 'security', name: strings.secondFactor.title, content: <Security /> },
      peopleSignIn && { id: 'passkeys', name: strings.waysIn.passkeys.title, content: <Passkeys /> },
      peopleSignIn && { id: 'linked', name: strings.waysIn.linked.title, content: <LinkedAccounts /> },
      peopleSignIn && { id: 'devices', name: strings.settings.sessions, content: <Devices /> },
      { id: 'connections', name: strings.connections.title, content: <Connections /> },
      { id: 'keys', name: strings.apiKeys.title, content: <ApiKeys /> },
      { id: 'usage', name: strings.governance.usage, content: <OwnUsage /> },
      { id: 'data', name: strings.data.title, content: <DataTransfer /> },
      peopleSignIn && { id: 'account', name: strings.account.title, content: <DeleteAccount /> },
    ];
    return all.filter((part) => part !== false);
  }, [strings, peopleSignIn]);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHeader title={strings.settings.title} column="max-w-4xl" />
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-4xl flex-col gap-x-8 px-4 pt-2 pb-12 sm:px-6 lg:flex-row">
          <SectionNav links={parts} scroller={scroller} />
          <div className="min-w-0 flex-1 space-y-5">
            {parts.map(({ id, content }) => (
              <div key={id} id={id} className="scroll-mt-16 lg:scroll-mt-2">
                {content}
              </div>
            ))}
          </div>
        </div>
      </div>
    </main>
  );
}
