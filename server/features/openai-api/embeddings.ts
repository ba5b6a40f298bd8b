import { z } from 'zod';
import { AppError, invalidField } from '../../lib/errors.ts';
import type { Embeddings } from '../../platform/llm/driver.ts';

/** As many as OpenAI takes at once. */
const MAX_INPUTS = 2_048;

export const embeddingsBody = z.looseObject({
  model: z.string().min(1).max(300),
  input: z.union([z.string().min(1), z.array(z.unknown()).min(1).max(MAX_INPUTS)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.number().int().min(1).nullish(),
});

/** The texts of a request; lists of token numbers mean something to one model alone. */
export function textsOf(input: z.output<typeof embeddingsBody>['input']): string[] {
  if (typeof input === 'string') return [input];
  return input.map((text, at) => {
    if (typeof text !== 'string' || text === '')
      throw invalidField(`input.${at}`, 'Send texts that are not empty; tokens are not taken.');
    return text;
  });
}

/** 32-bit floats in the order that every common machine has them, as OpenAI packs them. */
const packed = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64');

type Answered = { data?: { embedding?: unknown }[] };

/** What a provider answered to a request for packed vectors: some servers do not know how, and send numbers. */
export function packedAnswer(bytes: Buffer): Buffer {
  if (!/"embedding"\s*:\s*\[/.test(bytes.toString('latin1', 0, 4_096))) return bytes;
  const answer = parsed(bytes);
  const data = answer.data?.map((item) =>
    Array.isArray(item.embedding) ? { ...item, embedding: packed(item.embedding as number[]) } : item,
  );
  return Buffer.from(JSON.stringify({ ...answer, data }));
}

function parsed(bytes: Buffer): Answered {
  try {
    return JSON.parse(bytes.toString()) as Answered;
  } catch (error) {
    throw new AppError('PROVIDER_ERROR', { message: 'The provider’s answer could not be read.', cause: error });
  }
}

/** Vectors as OpenAI answers them. */
export const embeddingList = ({ vectors, usage }: Embeddings, model: string, format: 'float' | 'base64') => ({
  object: 'list',
  data: vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: format === 'base64' ? packed(vector) : vector,
  })),
  model,
  usage: { prompt_tokens: usage?.prompt_tokens ?? 0, total_tokens: usage?.total_tokens ?? 0 },
});
