import type { Mail, MailDriver } from '../../platform/mail/driver.ts';

/** A mail server's stand-in that keeps what it is given. */
export function createMailbox() {
  const mails: Mail[] = [];
  const driver: MailDriver = {
    send: (mail) => Promise.resolve(void mails.push(mail)),
    close: () => undefined,
  };
  const find = (subject: RegExp, to?: string): Mail | undefined =>
    mails.findLast((mail) => subject.test(mail.subject) && (to === undefined || mail.to === to));

  return {
    driver,
    mails,
    /** The newest such mail; waits for it. */
    async next(subject: RegExp, to?: string): Promise<Mail> {
      for (;;) {
        const mail = find(subject, to);
        if (mail) return mail;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** The link of a mail, and the token in it. */
    linkIn({ text }: Mail): { url: URL; token: string } {
      const url = new URL(/https?:\S+#token=\S+/.exec(text)?.[0] ?? '');
      return { url, token: url.hash.slice('#token='.length) };
    },
  };
}
