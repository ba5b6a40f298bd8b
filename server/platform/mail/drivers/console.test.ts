import { expect, it } from 'vitest';
import { createConsoleMail } from './console.ts';

it('prints the text with its links, and nothing that steers a terminal', async () => {
  const printed: string[] = [];
  const driver = createConsoleMail((text) => void printed.push(text));
  await driver.send({
    id: '1',
    to: 'ada@example.org',
    subject: 'Set a new password\u001b[2J',
    text: 'Hello,\n\nhttp://localhost:8080/reset#token=abc\n',
    html: '<p>no</p>',
  });
  const text = printed.join('');
  expect(text).toContain('To: ada@example.org\nSubject: Set a new password[2J\n\nHello,');
  expect(text).toContain('http://localhost:8080/reset#token=abc\n');
  expect(text).not.toContain('<p>');
  expect(text).not.toContain('\u001b');
});
