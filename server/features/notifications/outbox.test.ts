import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, goodPassword, type TestApp } from '../../../test/app.ts';
import { minutes } from '../../lib/clock.ts';
import { createSmtpMail } from '../../platform/mail/drivers/smtp.ts';
import { certificate, startMailServer } from '../../platform/mail/mail-server.fixture.ts';
import { createMailbox } from './outbox.fixture.ts';
import { render } from './templates.ts';

describe('mails on their way', () => {
  let app: TestApp;
  let server: Awaited<ReturnType<typeof startMailServer>>;
  let ahead = 0;
  beforeAll(async () => {
    server = await startMailServer();
    const mail = createSmtpMail({
      host: 'localhost',
      port: server.port,
      user: undefined,
      password: undefined,
      tls: 'starttls',
      from: 'Carrel <carrel@example.org>',
      ca: certificate,
    });
    app = await createTestApp({ overrides: { mail, now: () => Date.now() + ahead } });
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });
  const sendJobs = () =>
    app.carrel.database.db
      .selectFrom('jobs')
      .select(['status', 'attempts', 'payload'])
      .where('kind', '=', 'mail.send')
      .execute();

  it('wait while the mail server does not want them, disturb nobody, and are delivered once', async () => {
    server.trouble.refuse = true;
    const person = await app.person('ada');
    await person.post('/api/auth/password/forgot', { email: 'ada@example.org' });
    await expect
      .poll(async () => (await sendJobs())[0], { timeout: 10_000 })
      .toMatchObject({ status: 'queued', attempts: 1 });
    const login = await app.stranger().post('/api/auth/login', { login: 'ada@example.org', password: goodPassword });
    expect(login.status).toBe(200);
    const waiting = await sendJobs();
    expect(waiting.map(({ status }) => status)).toEqual(['queued']);
    expect(waiting[0]?.payload).not.toMatch(/token|example\.org/);
    expect(server.received).toEqual([]);

    server.trouble.refuse = false;
    ahead += minutes(11);
    await expect.poll(async () => (await sendJobs())[0]?.status, { timeout: 10_000 }).toBe('done');
    expect(server.received.map(({ to, secure }) => [to, secure])).toEqual([[['ada@example.org'], true]]);

    // As if the process had died after the mail was taken and before the job was.
    await app.carrel.database.db
      .updateTable('jobs')
      .set({ status: 'queued', run_at: 0, attempts: 0 })
      .where('kind', '=', 'mail.send')
      .execute();
    await expect.poll(async () => (await sendJobs())[0]?.status, { timeout: 10_000 }).toBe('done');
    expect(server.received).toHaveLength(1);
  });
});

describe('notice of what happened', () => {
  it('is given of a device that is new, and of none that is known', async () => {
    const mailbox = createMailbox();
    const app = await createTestApp({ overrides: { mail: mailbox.driver } });
    await app.person('ada');
    const from = (agent: string) =>
      app
        .stranger()
        .post(
          '/api/auth/login',
          { login: 'ada@example.org', password: goodPassword },
          { headers: { 'user-agent': agent } },
        );
    await from('Browser/1.0 (Phone)');
    const mail = await mailbox.next(/new device/i, 'ada@example.org');
    expect(mail.text).toContain('Browser/1.0 (Phone)');
    await from('Browser/1.1 (Phone)');
    await from('Other/2 (Desk)');
    await expect.poll(() => mailbox.mails.length).toBe(2);
    expect(mailbox.mails.map(({ text }) => /Browser\/1\.1/.test(text))).toEqual([false, false]);
    await app.close();
  });
});

describe('letters', () => {
  const site = new URL('https://chat.example.org');

  it('say the same as HTML and as text, and let no name become markup or a header', () => {
    const { subject, text, html } = render(
      {
        language: 'en',
        subject: 'Hello\r\nBcc: eve@example.org',
        name: '<img src=x onerror=alert(1)>\r\nX: y',
        paragraphs: ['Less < more & "more"'],
        action: { label: 'Go', url: 'https://chat.example.org/reset#token=a"b' },
        closing: 'Bye',
      },
      site,
    );
    expect(subject).toBe('Hello Bcc: eve@example.org');
    expect(text).toContain('Less < more & "more"');
    expect(text).toContain('Go:\nhttps://chat.example.org/reset#token=a"b');
    expect(html).toContain('Less &lt; more &amp; &quot;more&quot;');
    expect(html).toContain('href="https://chat.example.org/reset#token=a&quot;b"');
    expect(html).not.toContain('<img');
    expect(text).not.toMatch(/^X: y/m);
  });
});
