import { AppError } from '../../lib/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import type {
  Embeddings,
  EmbedRequest,
  ForwardAnswer,
  LlmEvent,
  LlmMessage,
  LlmProtocol,
  LlmProvider,
  LlmRequest,
  RunningModel,
  TranscribeRequest,
  Transcript,
} from '../../platform/llm/driver.ts';
import { isTransient, parseErrorBody, refused } from '../../platform/llm/errors.ts';
import type { Actor } from '../../http-kit/actor.ts';
import type { Passage } from '../../../shared/api/passages.ts';
import type { Model } from '../../../shared/api/models.ts';
import type { ModelService, ResolvedModel } from '../models/service.ts';
import type { WantedKind } from '../models/select.ts';
import { estimateTokens } from './estimate.ts';
import type { FetchImage } from './images.ts';
import { createMeter, type Meter, type Quota } from './meter.ts';
import { createUsageFinder, forwardedBody, letGo, passEvents, takeUp } from './passing.ts';

type Deps = {
  models: Pick<ModelService, 'list' | 'resolve' | 'speech' | 'stream' | 'call'>;
  quota: Quota;
  /** What the person's own files say about what is asked: for models that answer from nothing else. */
  passages: (userId: string, messages: readonly LlmMessage[]) => Promise<Passage[]>;
  fetchImage: FetchImage;
  /** A server for speech alone, beside the providers. */
  whisper: LlmProvider | null;
  /** Somebody named a model that is here, and not for them. */
  onDenied: (actor: Actor, modelId: string) => void;
  logger: Pick<Logger, 'error'>;
};

export type Gateway = ReturnType<typeof createGateway>;
/** What a skin hands over when it asks for a model. */
export type Wanted = {
  actor: Actor;
  model: string;
  /** The request's body, for an idea of its size. */
  body: unknown;
  signal: AbortSignal;
};

export type Passed = { contentType: string } & (
  { stream: null; bytes: Buffer } | { stream: AsyncIterable<Uint8Array>; bytes: null }
);
/** A request as its client sent it, for a provider that speaks the same. */
export type PassOn = {
  protocol: LlmProtocol;
  /** Below the API's root. */
  path: string;
  bytes: Buffer | null;
  /** What was read of it. While it is on its way what is large in it is not there. */
  body: Readonly<Record<string, unknown>>;
  drop?: readonly string[];
  headers?: Readonly<Record<string, string>>;
  /** OpenAI alone: ask for the usage of a stream, whose client did not. */
  addUsage?: boolean;
  /** The answer is vectors: it may be large, and nothing in it is text. */
  vectors?: true;
};

/** The one way to a model for all clients of other APIs: who may use it, what is left to them, the call, and what it cost. */
export function createGateway({ models, quota, passages, fetchImage, whisper, onDenied, logger }: Deps) {
  /** To them it is not there; to those who read the log it is. */
  async function resolve(actor: Actor, requested: string, kind: WantedKind = 'chat'): Promise<ResolvedModel> {
    try {
      return await models.resolve({ requested, actor, kind });
    } catch (error) {
      if (error instanceof AppError && error.code === 'MODEL_NOT_FOUND' && actor.role !== 'admin') {
        const there = await models.resolve({ requested, actor: { ...actor, role: 'admin' }, kind }).catch(() => null);
        if (there) onDenied(actor, there.id);
      }
      throw error;
    }
  }

  async function begin({ actor, body }: Wanted, model: string): Promise<Meter> {
    const expected = estimateTokens(body);
    const reserved = await quota.reserve(actor.userId, { tokens: expected });
    const onError = (err: unknown): void => logger.error({ err }, 'the cost of a call was not counted');
    return createMeter(reserved, { expected, model, onError });
  }

  async function* counted(meter: Meter, events: AsyncIterable<LlmEvent>): AsyncGenerator<LlmEvent> {
    try {
      for await (const event of events) {
        if (event.type === 'text' || event.type === 'reasoning' || event.type === 'tool_arguments')
          meter.wrote(event.text.length);
        else if (event.type === 'usage') meter.told(event.usage);
        yield event;
      }
    } finally {
      meter.end();
    }
  }

  /** The provider's answer to what was passed on, once it is one. Its refusals become errors in our own words, without its secrets. */
  async function forwarded(target: ResolvedModel, { path, headers }: PassOn, body: Buffer, signal: AbortSignal) {
    const { provider } = target;
    if (!provider.forward) throw new Error(`${provider.id} takes nothing that is passed on`);
    const answer = await provider.forward({ path, body, model: target.model, ...(headers && { headers }) }, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refused(
      { name: provider.name, secrets: [] },
      {
        status: answer.status,
        // Of its key and its own troubles a provider speaks to its admin.
        body: isClients(answer.status) ? parseErrorBody((await answer.bytes()).toString()) : await drop(answer.bytes()),
        retryAfter: answer.headers['retry-after'],
        model: target.model,
      },
    );
  }

  async function send(resolved: ResolvedModel, call: PassOn, signal: AbortSignal) {
    const { model } = resolved;
    const work = (changes: Parameters<typeof forwardedBody>[3]) => {
      const body = forwardedBody(call.bytes ?? Buffer.alloc(0), call.body, model, changes);
      return models.call(resolved, (target) => forwarded(target, call, body, signal), signal, { suits: () => false });
    };
    const drop = { drop: call.drop ?? [] };
    if (!call.addUsage) return work(drop);
    const options = { ...(call.body['stream_options'] as object | null | undefined), include_usage: true };
    try {
      return await work({ ...drop, add: { stream_options: options } });
    } catch (error) {
      // Some servers do not know the option. The cost is guessed then.
      if (!(error instanceof AppError) || !error.detail?.includes('stream_options')) throw error;
      if (call.bytes) takeUp(call.body, call.bytes);
      return work(drop);
    }
  }

  /**
   * Passes a request on as it came, where the provider speaks the same protocol. Null where it does not, and where it is out
   * of order before it has said anything: then the other way to the model tries again, and others.
   */
  const passer =
    (resolved: ResolvedModel, meter: Meter, signal: AbortSignal) =>
    async (call: PassOn): Promise<Passed | null> => {
      const { provider } = resolved;
      if (provider.protocol !== call.protocol || !provider.forward || !call.bytes) return null;
      const sending = send(resolved, call, signal);
      letGo(call.body);
      let answer;
      try {
        answer = await sending;
      } catch (error) {
        if (signal.aborted || !(isTransient(error) || isTimeout(error))) {
          meter.end();
          throw error;
        }
        takeUp(call.body, call.bytes);
        return null;
      }
      const contentType = String(answer.headers['content-type'] ?? 'application/json');
      const isJson = contentType.includes('json') && !contentType.includes('ndjson');
      if (isJson) {
        try {
          const bytes = await answer.bytes(call.vectors && MAX_VECTOR_BYTES);
          return { contentType, stream: null, bytes: whole(bytes, call, meter) };
        } finally {
          meter.end();
        }
      }
      if (call.vectors || contentType.includes('html')) {
        // A page of another server, which may have no end: who reads its answer says so.
        await leave(answer);
        takeUp(call.body, call.bytes);
        return null;
      }
      const events = passEvents(answer.body, {
        protocol: call.protocol,
        hideUsage: call.addUsage === true,
        onUsage: (usage) => meter.told(usage),
        // An event has some hundred bytes around each token.
        onBytes: (length) => meter.wrote(length / BYTES_A_LETTER),
        onEnd: meter.end,
      });
      return { contentType, bytes: null, stream: events };
    };

  return {
    /** What this person may use. */
    models: (actor: Actor): Promise<Model[]> => models.list(actor),
    fetchImage,

    /** The model that a name means for this person. Throws MODEL_NOT_FOUND. */
    find: (actor: Actor, requested: string): Promise<ResolvedModel> => resolve(actor, requested, 'any'),

    /** Takes a place for one answer of a chat model. Throws MODEL_NOT_FOUND and QUOTA_EXCEEDED. */
    async chat(wanted: Wanted) {
      const { actor, signal } = wanted;
      const resolved = await resolve(actor, wanted.model);
      const meter = await begin(wanted, resolved.id);
      return {
        // One call that is counted: exactly one of its ways to the model is gone, to its end.
        /** `provider/model`. */
        id: resolved.id,

        /** The model's answer, wherever it comes from. */
        async *events(request: Omit<LlmRequest, 'model'>): AsyncGenerator<LlmEvent> {
          let found: Passage[];
          try {
            found = resolved.provider.grounded ? await passages(actor.userId, request.messages) : [];
          } catch (error) {
            meter.end();
            throw error;
          }
          const complete = { ...request, ...(resolved.provider.grounded && { passages: found }) };
          yield* counted(
            meter,
            models.stream(resolved, complete, signal, { onModel: ({ id }) => meter.answeredBy(id) }),
          );
        },

        /** Gives the place back: what was asked cannot be asked. */
        cancel: (): void => meter.end(),

        pass: passer(resolved, meter, signal),
      };
    },

    /** How many tokens a request of Anthropic's has: the provider's own count where it has one, else an estimate. Costs nothing. */
    async countTokens(wanted: Wanted & { body: PassOn['body']; bytes: Buffer | null }): Promise<number> {
      const { actor, body, bytes, signal } = wanted;
      const resolved = await resolve(actor, wanted.model);
      if (resolved.provider.protocol !== 'anthropic' || !resolved.provider.forward || !bytes)
        return estimateTokens([body['system'], body['messages'], body['tools']]);
      const answer = await send(
        resolved,
        { protocol: 'anthropic', path: '/v1/messages/count_tokens', bytes, body },
        signal,
      );
      const { input_tokens } = JSON.parse((await answer.bytes()).toString()) as { input_tokens?: unknown };
      return typeof input_tokens === 'number' ? input_tokens : estimateTokens(body);
    },

    /** Takes a place for vectors of texts. Counts as one message. Throws MODEL_NOT_FOUND and QUOTA_EXCEEDED. */
    async embeddings(wanted: Wanted) {
      const { actor, signal } = wanted;
      const resolved = await resolve(actor, wanted.model, 'embedding');
      const meter = await begin(wanted, resolved.id);
      return {
        // One call that is counted, as with `chat`.
        /** `provider/model`. */
        id: resolved.id,

        async make(request: Omit<EmbedRequest, 'model'>): Promise<Embeddings> {
          const embed = (target: ResolvedModel): Promise<Embeddings> => {
            if (!target.provider.embed) throw cannot(target, 'make embeddings');
            return target.provider.embed({ ...request, model: target.model }, signal);
          };
          try {
            const made = await models.call(resolved, embed, signal, { suits: ({ provider }) => !!provider.embed });
            if (made.usage) meter.told(made.usage);
            else meter.wrote(0);
            return made;
          } finally {
            meter.end();
          }
        },

        pass: passer(resolved, meter, signal),
      };
    },

    /** What writes down speech where a client names no model. */
    usualSpeech: async (actor: Actor): Promise<string> =>
      (whisper ? undefined : await models.speech(actor)) ?? USUAL_SPEECH,

    /** What was said in a recording. Counts as one message, and the text as tokens. */
    async transcribe(wanted: Omit<Wanted, 'body'>, request: Omit<TranscribeRequest, 'model'>): Promise<Transcript> {
      const { actor, signal, model } = wanted;
      const resolved = await speechModel(actor, model);
      const meter = await begin({ ...wanted, body: null }, resolved?.id ?? model);
      const work = ({ provider, model: name }: Pick<ResolvedModel, 'provider' | 'model'>): Promise<Transcript> => {
        if (!provider.transcribe) throw cannot({ provider }, 'write down speech');
        return provider.transcribe({ ...request, model: name }, signal);
      };
      try {
        const said = resolved
          ? await models.call(resolved, work, signal, { suits: ({ provider }) => !!provider.transcribe })
          : await work({ provider: whisper as LlmProvider, model });
        meter.wrote(said.text.length);
        return said;
      } finally {
        meter.end();
      }
    },

    /** The models that Ollama servers hold in memory now, of those that this person may use. */
    async running(actor: Actor, signal: AbortSignal): Promise<(RunningModel & { id: string })[]> {
      const listed = await models.list(actor);
      const first = new Map(listed.map(({ provider, id }) => [provider, id]));
      const found = await Promise.all(
        [...first].map(async ([providerId, id]) => {
          const { provider } = await models.resolve({ requested: id, actor, kind: 'any' });
          const running = await provider.manage?.running(signal).catch(() => []);
          return (running ?? []).map((model) => ({ ...model, id: `${providerId}/${model.name}` }));
        }),
      );
      return found.flat().filter(({ id }) => listed.some((model) => model.id === id));
    },
  };

  /** Who writes down speech: the provider that is named, else the server for it, else the first that can. Null is that server. */
  async function speechModel(actor: Actor, requested: string): Promise<ResolvedModel | null> {
    const listed = await models.list(actor);
    const named = listed.some(({ provider }) => requested.startsWith(`${provider}/`));
    if (named) return resolve(actor, requested, 'speech');
    if (whisper) return null;
    for (const provider of new Set(listed.map((model) => model.provider))) {
      const wish = { requested: `${provider}/${requested}`, actor, kind: 'speech' } as const;
      const resolved = await models.resolve(wish).catch(() => null);
      if (resolved?.provider.transcribe) return resolved;
    }
    return resolve(actor, requested, 'speech');
  }
}

/** What servers for speech call their model. */
const USUAL_SPEECH = 'whisper-1';

/** As much as vectors may have that are not passed on. */
const MAX_VECTOR_BYTES = 128 * 1024 * 1024;

/** Of a streamed event, the share that is no frame around it. */
const BYTES_A_LETTER = 40;

const isTimeout = (error: unknown): boolean => error instanceof AppError && error.code === 'PROVIDER_TIMEOUT';

/** Refusals that are about what the client asked. */
const isClients = (status: number): boolean => [400, 404, 413, 422, 429].includes(status);

/** Closes the connection after a first piece: a body that was never begun cannot be left. */
async function leave({ body }: ForwardAnswer): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  await pieces.next().catch(() => undefined);
  await pieces.return?.();
}

async function drop(bytes: Promise<Buffer>): Promise<string> {
  await bytes.catch(() => undefined);
  return '';
}

function whole(bytes: Buffer, { protocol, vectors }: PassOn, meter: Meter): Buffer {
  const finder = createUsageFinder(protocol);
  finder.look(bytes);
  const usage = finder.usage();
  if (usage) meter.told(usage);
  else meter.wrote(vectors ? 0 : bytes.length / 2);
  return bytes;
}

const cannot = ({ provider }: Pick<ResolvedModel, 'provider'>, what: string): AppError =>
  new AppError('VALIDATION_FAILED', {
    message: `${provider.name} cannot ${what}.`,
    details: { fields: [{ path: 'model', message: 'Choose a model of another provider.' }] },
  });
