import { days, type Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/crypto.ts';
import { mailLanguageOf, type MailLanguage } from '../../lib/mail-language.ts';
import type { JobQueue } from '../../platform/jobs/driver.ts';
import type { Mail, MailDriver } from '../../platform/mail/driver.ts';
import type { NotificationRepository } from './repository.ts';
import { render, type Letter } from './templates.ts';

declare module '../../platform/jobs/driver.ts' {
  interface JobPayloads {
    /** `sealed` is the mail: links in it are secrets, and jobs lie in the database. */
    'mail.send': { id: string; sealed: string };
    'mail.cleanup': Record<string, never>;
  }
}

/** With the queue's pauses, which grow to ten minutes, a mail server may be away for a night. */
const MAX_ATTEMPTS = 60;
/** Longer than any mail is tried for. */
const REMEMBER_SENT_MS = days(7);
/** A device that was away for this long is new again. */
const REMEMBER_DEVICE_MS = days(365);

type Deps = {
  repository: NotificationRepository;
  driver: MailDriver;
  jobs: JobQueue;
  sealer: Sealer;
  site: URL;
  now: Clock;
};

export type Outbox = ReturnType<typeof createOutbox>;

/** Mails on their way: stored as jobs, tried until they are taken, each sent once. Before the queue starts. */
export function createOutbox({ repository, driver, jobs, sealer, site, now }: Deps) {
  const context = (id: string): string => `mail ${id}`;

  jobs.handle('mail.send', async ({ id, sealed }) => {
    // A process may have died between sending the mail and saying so.
    if (await repository.wasSent(id)) return;
    await driver.send(JSON.parse(sealer.open(sealed, context(id))) as Mail);
    await repository.markSent(id, now());
  });
  jobs.handle('mail.cleanup', async () => {
    await repository.forgetSent(now() - REMEMBER_SENT_MS);
    await repository.forgetDevices(now() - REMEMBER_DEVICE_MS);
  });
  jobs.schedule('mail.cleanup', '41 3 * * *', {});

  return {
    /**
     * Resolves once the mail is stored. `id` names its cause: a second mail with the same id is not sent. It is written in the language
     * that the person chose, else in the one that was asked in, else in English.
     */
    async post(
      id: string,
      to: { id: string; email: string; name: string },
      words: (language: MailLanguage) => Omit<Letter, 'name' | 'language'>,
      askedIn: string | null,
    ): Promise<void> {
      const language = mailLanguageOf(await repository.languageOf(to.id)) ?? mailLanguageOf(askedIn) ?? 'en';
      const letter: Letter = { language, name: to.name, ...words(language) };
      const mail: Mail = { id, to: to.email, ...render(letter, site) };
      await jobs.enqueue(
        'mail.send',
        { id, sealed: sealer.seal(JSON.stringify(mail), context(id)) },
        { queue: 'mail', dedupeKey: `mail ${id}`, maxAttempts: MAX_ATTEMPTS },
      );
    },
  };
}
