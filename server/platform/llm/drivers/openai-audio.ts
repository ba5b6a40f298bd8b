import { FormData } from 'undici';
import type { TranscribeRequest, Transcript } from '../driver.ts';
import { nonsense } from '../errors.ts';
import type { ProviderHttp } from '../http.ts';

/** `/audio/transcriptions`, as OpenAI and the servers around Whisper have it. */
export const transcriber =
  (http: ProviderHttp) =>
  async (request: TranscribeRequest, signal: AbortSignal): Promise<Transcript> => {
    const { model, file, format = 'json' } = request;
    const form = new FormData();
    form.set('file', new Blob([file.bytes as Uint8Array<ArrayBuffer>], { type: file.type }), file.filename);
    form.set('model', model);
    form.set('response_format', format);
    if (request.language) form.set('language', request.language);
    if (request.prompt) form.set('prompt', request.prompt);
    if (request.temperature !== undefined) form.set('temperature', String(request.temperature));
    const { text: body, contentType } = await http.postForm('/audio/transcriptions', form, { signal, model });
    return {
      text: format === 'json' || format === 'verbose_json' ? saidIn(body, http) : body.trim(),
      body,
      contentType,
    };
  };

function saidIn(body: string, { speaker }: ProviderHttp): string {
  try {
    const { text } = JSON.parse(body) as { text?: unknown };
    if (typeof text === 'string') return text;
  } catch {
    // Said below.
  }
  throw nonsense(speaker, 'Its transcript has another form.');
}
