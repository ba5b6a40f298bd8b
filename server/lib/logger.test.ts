import { describe, expect, it } from 'vitest';
import { createLogger, type LogOptions } from './logger.ts';

function capture(options: Partial<LogOptions> = {}) {
  const written: string[] = [];
  const logger = createLogger(
    { level: 'info', json: true, ...options },
    { write: (line: string) => void written.push(line) },
  );
  return { logger, written, text: () => written.join('') };
}

const line = (written: string[]): Record<string, unknown> => JSON.parse(written[0] ?? '') as Record<string, unknown>;

describe('secrets', () => {
  it('are hidden by the name of their field, at any depth, in any spelling', () => {
    const { logger, written, text } = capture();
    logger.info(
      {
        headers: {
          Authorization: 'hunter2',
          cookie: 'hunter2',
          'x-api-key': 'hunter2',
          'Set-Cookie': ['hunter2'],
          host: 'here',
        },
        a: { b: [{ api_key: 'hunter2', newPassword: 'hunter2' }] },
        access_token: 'hunter2',
        csrfToken: 'hunter2',
      },
      'done',
    );
    expect(text()).not.toContain('hunter2');
    expect(line(written)['headers']).toMatchObject({ host: 'here', Authorization: '[hidden]' });
  });

  it('leaves counts of tokens alone', () => {
    const { logger, written } = capture();
    logger.info({ prompt_tokens: 12, max_tokens: 5 }, 'usage');
    expect(line(written)).toMatchObject({ prompt_tokens: 12, max_tokens: 5, msg: 'usage', level: 'info' });
  });

  it.each([
    ['Authorization: Bearer abcdef123456', 'abcdef123456'],
    ['Incorrect API key provided: sk-proj-abcdefgh12345678', 'abcdefgh12345678'],
    ['key crl_0123456789abcdef', '0123456789abcdef'],
    ['connect postgres://carrel:s3cretword@db/carrel', 's3cretword'],
    ['eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl', 'eyJzdWIiOiJhYmMifQ'],
  ])('are hidden by their look: %s', (message, secret) => {
    const { logger, written, text } = capture();
    logger.error({ note: message, err: new Error(message) }, message);
    expect(text()).not.toContain(secret);
    expect(line(written)['msg']).toContain('[hidden]');
  });

  it('in the fields of an error are hidden, its message and stack are kept', () => {
    const { logger, written, text } = capture();
    const error = Object.assign(new Error('provider said no', { cause: new Error('closed') }), {
      headers: { authorization: 'hunter2' },
    });
    logger.error(error);
    logger.error({ err: error }, 'failed');
    expect(text()).not.toContain('hunter2');
    expect(line(written)['err']).toMatchObject({ type: 'Error' });
    expect(written[1]).toContain('provider said no: closed');
  });

  it('in the bindings of a child are hidden', () => {
    const { logger, text } = capture();
    logger.child({ token: 'hunter2' }).info('x');
    expect(text()).not.toContain('hunter2');
  });
});

describe('what is logged stays on its line', () => {
  const evil = 'a\r\nfake line\u001b[31m\u009b2J\u2028\u202e';

  it.each([true, false])('json: %s', (json) => {
    const { logger, written } = capture({ json });
    logger.info({ file: evil, [evil]: 1 }, evil);
    expect(written).toHaveLength(1);
    expect(written[0]?.slice(0, -1)).not.toMatch(/[\r\n\u001b\u009b\u2028\u202e]/);
    expect(written[0]).toMatch(/\n$/);
    if (json) expect(line(written)['file']).toBe(evil);
  });

  it('is readable for people, with the stack below', () => {
    const { logger, text } = capture({ json: false });
    logger.child({ area: 'chat' }).warn({ provider: 'ollama', err: new Error('boom') }, 'slow');
    expect(text()).toMatch(/^\d\d:\d\d:\d\d warn {2}chat: slow provider=ollama\n {4}Error: boom\n {4}at /);
  });
});

describe('levels', () => {
  it('can be set by area', () => {
    const { logger, written } = capture({ areas: { chat: 'debug', jobs: 'error' } });
    logger.debug('no');
    logger.child({ area: 'chat' }).debug('yes');
    logger.child({ area: 'chat' }).child({ request: 1 }).debug('yes');
    logger.child({ area: 'jobs' }).warn('no');
    logger.child({ area: 'auth' }).info('yes');
    expect(written.map((entry) => (JSON.parse(entry) as { msg: string }).msg)).toEqual(['yes', 'yes', 'yes']);
  });
});
