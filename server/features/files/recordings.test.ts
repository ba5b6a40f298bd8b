import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import type { Client } from '../../../test/client.ts';
import { createFakeLlm, type FakeLlm } from '../../../test/fake-llm/server.ts';
import type { TextExtractor } from '../../platform/extract/driver.ts';
import type { Transcript } from '../../platform/llm/driver.ts';
import { withRecordings } from './recordings.ts';

/** A second of silence. */
function wave(): Buffer {
  const data = Buffer.alloc(8_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

describe('recordings', () => {
  let whisper: FakeLlm;
  let app: TestApp;
  let anna: Client;
  beforeAll(async () => {
    whisper = await createFakeLlm({ models: { openai: ['whisper-1'] } });
    app = await createTestApp({ env: { WHISPER_URL: `${whisper.url}/v1` } });
    anna = await app.person('anna');
  });
  afterAll(async () => {
    await app.close();
    await whisper.close();
  });

  it('are written down by the server of speech, and found by what is said in them', async () => {
    const file = await anna.uploadAndWait('minutes.wav', wave(), 'audio/wav');
    expect(file).toMatchObject({ status: 'ready', content_type: expect.stringContaining('audio/') });
    const [passage] = (await anna.get(`/api/files/${file.id}/passages`)).body.items;
    expect(passage.text).toBe('Heard 8044 bytes of recording.wav.');
    expect((await anna.post('/api/search', { q: 'heard bytes' })).body.items).toHaveLength(1);
  });

  it('are refused where there is no such server', async () => {
    const plain = await createTestApp();
    try {
      const ben = await plain.person('ben');
      const { status, body } = await ben.upload('minutes.wav', wave(), 'audio/wav');
      expect([status, body.code]).toEqual([415, 'UNSUPPORTED_FILE_TYPE']);
    } finally {
      await plain.close();
    }
  });

  it('carry the time of each minute, where the server tells it', async () => {
    const segments = [
      { start: 0.4, text: ' Good morning.' },
      { start: 58, text: ' We begin.' },
      { start: 3_725, text: ' That was all.' },
    ];
    const said: Transcript = {
      text: 'x',
      body: JSON.stringify({ text: 'x', segments }),
      contentType: 'application/json',
    };
    const none = { contentTypes: new Set<string>() } as unknown as TextExtractor;
    const extractor = withRecordings(none, () => Promise.resolve(said));
    const file = { path: import.meta.filename, contentType: 'audio/mpeg' };
    const { pages } = await extractor.extract(file, new AbortController().signal, () => undefined);
    expect(pages[0]?.text).toBe('[0:00:00] Good morning. We begin.\n\n[1:02:00] That was all.');
  });
});
