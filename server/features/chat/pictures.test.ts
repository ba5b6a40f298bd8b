import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.ts';
import { createTestChat } from '../../../test/chat.ts';
import { textOf, type Client } from '../../../test/client.ts';
import type { FakeLlm } from '../../../test/fake-llm/server.ts';

/** A comment that photographs carry along, as cameras put it in. */
const SECRET = 'taken at 52.5163 N, 13.3777 E';

function photograph(): Buffer {
  const canvas = createCanvas(2_400, 1_200);
  const context = canvas.getContext('2d');
  context.fillStyle = '#274';
  context.fillRect(0, 0, 2_400, 1_200);
  const jpeg = canvas.toBuffer('image/jpeg', 90);
  const comment = Buffer.from(SECRET);
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, comment.length + 2]), comment]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

type Sent = { role: string; content: string | { type: string; image_url?: { url: string } }[] };

describe('pictures in a chat', () => {
  let llm: FakeLlm;
  let app: TestApp;
  let anna: Client;
  let file: { id: string };

  beforeAll(async () => {
    ({ app, llm } = await createTestChat({ models: { openai: ['gpt-4o', 'gpt-3.5-turbo'] } }));
    anna = await app.person('anna');
    file = await anna.uploadAndWait('harbour.jpg', photograph(), 'image/jpeg');
  });
  afterAll(() => app.close());

  const sent = (): Sent[] => llm.requests.at(-1)?.body['messages'] as Sent[];
  const shown = (): Buffer[] =>
    sent().flatMap(({ content }) =>
      typeof content === 'string'
        ? []
        : content.flatMap(({ image_url }) =>
            image_url ? [Buffer.from(image_url.url.replace(/^data:image\/jpeg;base64,/, ''), 'base64')] : [],
          ),
    );

  it('are shown to a model that sees: small, as a JPEG, and without what else the file says', async () => {
    const events = await anna.chat({ content: 'What is this?', model: 'openai/gpt-4o', file_ids: [file.id] });
    expect(textOf(events)).toContain('What is this? (and showed: image/jpeg');
    const [bytes] = shown();
    if (!bytes) throw new Error('nothing was shown');
    expect(bytes.includes(SECRET)).toBe(false);
    const { width, height } = await loadImage(bytes);
    expect([width, height]).toEqual([1_568, 784]);

    const [meta] = events;
    const conversation_id = meta?.event === 'meta' ? meta.data.conversation_id : null;
    await anna.chat({ content: 'And the colour?', conversation_id, model: 'openai/gpt-4o' });
    expect(sent().map(({ content }) => typeof content)).toEqual(['object', 'string', 'string']);
    expect(shown()).toHaveLength(1);
  });

  it('are not shown to a model of which nobody knows that it sees', async () => {
    await anna.chat({ content: 'What is this?', model: 'openai/gpt-3.5-turbo', file_ids: [file.id] });
    expect(shown()).toHaveLength(0);
  });

  it('are shown in a temporary chat, too', async () => {
    await anna.chat({ content: 'What is this?', model: 'openai/gpt-4o', file_ids: [file.id], temporary: true });
    expect(shown()).toHaveLength(1);
  });

  it('end the answer with a sentence where they cannot be drawn', async () => {
    const broken = photograph().subarray(0, 700);
    const { body } = await anna.upload('torn.jpg', broken, 'image/jpeg');
    const events = await anna.chat({ content: 'What is this?', model: 'openai/gpt-4o', file_ids: [body.id] });
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'FILE_UNREADABLE' } });
  });

  it('of others are as if they were not there', async () => {
    const ben = await app.person('ben');
    const refused = await ben.post('/api/chat/message', { content: 'Show me', file_ids: [file.id] });
    expect(refused).toMatchObject({ status: 404, body: { code: 'FILE_NOT_FOUND' } });
  });
});
