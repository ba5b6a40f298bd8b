import type { MailDriver } from '../driver.ts';

/**
 * Prints the text of mails, links and all, for whoever sits at the console. They hold secrets: `write` must lead to
 * standard output and to no log.
 */
export const createConsoleMail = (
  write: (text: string) => void = (text) => void process.stdout.write(text),
): MailDriver => ({
  send({ to, subject, text }) {
    const rule = '-'.repeat(72);
    // Whatever a name holds must not steer the terminal.
    const plain = `To: ${to}\nSubject: ${subject}\n\n${text}`.replaceAll(/[^\P{Cc}\n]/gu, '');
    write(`\n${rule}\n${plain.trimEnd()}\n${rule}\n`);
    return Promise.resolve();
  },
  close: () => undefined,
});
