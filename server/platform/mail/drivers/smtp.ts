import type { Transporter } from 'nodemailer';
import { seconds } from '../../../lib/clock.ts';
import type { MailDriver } from '../driver.ts';

export type SmtpOptions = {
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  /** `starttls` never sends a word in the clear: a server without it, or with a certificate that is not right, gets nothing. */
  tls: 'starttls' | 'implicit' | 'none';
  from: string;
  /** Certificates (PEM) to trust beside those of the system. */
  ca?: string;
  timeoutMs?: number;
};

/** SMTP submission (RFC 6409) with STARTTLS (RFC 3207) or implicit TLS (RFC 8314). One connection a mail: they are few. */
export function createSmtpMail({
  host,
  port,
  user,
  password,
  tls,
  from,
  ca,
  timeoutMs = seconds(20),
}: SmtpOptions): MailDriver {
  let transport: Transporter | undefined;
  // Loaded with the first mail: most servers send none.
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return (transport ??= createTransport({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      // Mails are made of text alone: nothing is ever read from a path or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    }));
  };
  const domain = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';

  return {
    async send({ id, to, subject, text, html }) {
      await (
        await open()
      ).sendMail({
        messageId: `<${id}@${domain}>`,
        from,
        // As an object, so that an address is one address whatever it holds.
        to: { name: '', address: to },
        subject,
        text,
        html,
        // Out-of-office answers to this are wanted by nobody (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => transport?.close(),
  };
}
