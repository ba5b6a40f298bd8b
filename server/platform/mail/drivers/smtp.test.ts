import { afterEach, describe, expect, it } from 'vitest';
import type { Mail } from '../driver.ts';
import { certificate, startMailServer } from '../mail-server.fixture.ts';
import { createSmtpMail, type SmtpOptions } from './smtp.ts';

const mail = (changes: Partial<Mail> = {}): Mail => ({
  id: 'reset.1',
  to: 'ada@example.org',
  subject: 'Set a new password',
  text: 'Grüße ☂',
  html: '<p>Grüße ☂</p>',
  ...changes,
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function setUp(options: Partial<SmtpOptions> = {}, serverOptions: Parameters<typeof startMailServer>[0] = {}) {
  const server = await startMailServer(serverOptions);
  const driver = createSmtpMail({
    host: 'localhost',
    port: server.port,
    user: undefined,
    password: undefined,
    tls: 'starttls',
    from: 'Carrel <carrel@example.org>',
    ca: certificate,
    timeoutMs: 5_000,
    ...options,
  });
  closing.push(() => driver.close(), server.close);
  return { server, driver };
}

describe('SMTP', () => {
  it('hands a mail over after STARTTLS, signed in, as HTML and text', async () => {
    const { server, driver } = await setUp({ user: 'carrel', password: 'right' });
    await driver.send(mail());
    expect(server.received).toMatchObject([
      { from: 'carrel@example.org', to: ['ada@example.org'], secure: true, user: 'carrel' },
    ]);
    const raw = server.received[0]?.raw ?? '';
    expect(raw).toMatch(/^Message-ID: <reset\.1@example\.org>\r$/im);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/im);
    expect(raw.match(/^Content-Type: text\/(plain|html); charset=utf-8/gim)).toHaveLength(2);
  });

  it('says nothing in the clear: no mail where the server has no STARTTLS', async () => {
    const { server, driver } = await setUp({}, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    await expect(driver.send(mail())).rejects.toThrow();
    expect(server.received).toEqual([]);
  });

  it('gives no mail to a server whose certificate nobody vouches for', async () => {
    const server = await startMailServer();
    const driver = createSmtpMail({
      host: 'localhost',
      port: server.port,
      user: undefined,
      password: undefined,
      tls: 'starttls',
      from: 'carrel@example.org',
    });
    closing.push(() => driver.close(), server.close);
    await expect(driver.send(mail())).rejects.toThrow(/certificate/i);
    expect(server.received).toEqual([]);
  });

  it('speaks TLS from the first byte, or none at all, where that is asked for', async () => {
    const implicit = await setUp({ tls: 'implicit' }, { secure: true });
    await implicit.driver.send(mail());
    const plain = await setUp({ tls: 'none' });
    await plain.driver.send(mail());
    expect([implicit, plain].map(({ server }) => server.received.map(({ secure }) => secure))).toEqual([
      [true],
      [false],
    ]);
  });

  it('rejects when the password is wrong, when the server does not want the mail, and when nothing answers', async () => {
    const wrong = await setUp({ user: 'carrel', password: 'wrong' });
    await expect(wrong.driver.send(mail())).rejects.toMatchObject({ code: 'EAUTH' });
    const refusing = await setUp();
    refusing.server.trouble.refuse = true;
    await expect(refusing.driver.send(mail())).rejects.toMatchObject({ responseCode: 451 });
    const gone = await setUp();
    await gone.server.close();
    await expect(gone.driver.send(mail())).rejects.toThrow();
  });

  it('lets no address and no subject add a recipient or a header', async () => {
    const { server, driver } = await setUp();
    await driver.send(mail({ subject: 'Hello\r\nBcc: eve@example.org', to: 'ada@example.org' }));
    expect(server.received.map(({ to }) => to)).toEqual([['ada@example.org']]);
    expect(server.received[0]?.raw).not.toMatch(/^bcc:/im);
    await driver.send(mail({ to: 'ada@example.org, eve@example.org' })).catch(() => undefined);
    expect(server.received.flatMap(({ to }) => to)).not.toContain('eve@example.org');
  });
});
