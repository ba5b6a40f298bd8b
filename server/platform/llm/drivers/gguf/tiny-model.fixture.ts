/** GGUF's types of values. */
const U32 = 4;
const I32 = 5;
const F32 = 6;
const STRING = 8;
const ARRAY = 9;

const WIDTH = 32;
const HIDDEN = 64;
const CONTEXT = 512;
const words = 'bees carry pollen over the quiet meadow while children read old books under tall green trees'.split(' ');

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const f32 = (values: readonly number[]): Buffer => Buffer.from(new Float32Array(values).buffer);
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

const meta = {
  string: (key: string, value: string) => Buffer.concat([text(key), u32(STRING), text(value)]),
  u32: (key: string, value: number) => Buffer.concat([text(key), u32(U32), u32(value)]),
  f32: (key: string, value: number) => Buffer.concat([text(key), u32(F32), f32([value])]),
  array: (key: string, type: number, items: readonly Buffer[]) =>
    Buffer.concat([text(key), u32(ARRAY), u32(type), u64(items.length), ...items]),
};

/** Numbers between -0.5 and 0.5, the same each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/**
 * A language model of one layer with random weights, some 100 kB, as a GGUF file: it loads and writes like any other,
 * but only a few words without sense.
 */
export function tinyGguf(): Buffer {
  // Type 1: a word; 2: unknown; 3: control; 6: a byte.
  const vocabulary = [
    { token: '<unk>', type: 2 },
    { token: '<s>', type: 3 },
    { token: '</s>', type: 3 },
    ...Array.from({ length: 256 }, (_, byte) => ({
      token: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
      type: 6,
    })),
    ...words.map((word) => ({ token: `▁${word}`, type: 1 })),
  ];
  const next = random(7);
  const weights = (count: number): number[] => Array.from({ length: count }, next);
  const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
  // Only words are likely: a byte alone would be no text.
  const output = vocabulary.flatMap(({ type }) => weights(WIDTH).map((weight) => (type === 1 ? weight : 0)));
  const tensors = [
    { name: 'token_embd.weight', shape: [WIDTH, vocabulary.length], values: weights(WIDTH * vocabulary.length) },
    { name: 'output_norm.weight', shape: [WIDTH], values: ones(WIDTH) },
    { name: 'output.weight', shape: [WIDTH, vocabulary.length], values: output },
    { name: 'blk.0.attn_norm.weight', shape: [WIDTH], values: ones(WIDTH) },
    ...['q', 'k', 'v', 'output'].map((part) => ({
      name: `blk.0.attn_${part}.weight`,
      shape: [WIDTH, WIDTH],
      values: weights(WIDTH * WIDTH),
    })),
    { name: 'blk.0.ffn_norm.weight', shape: [WIDTH], values: ones(WIDTH) },
    { name: 'blk.0.ffn_gate.weight', shape: [WIDTH, HIDDEN], values: weights(WIDTH * HIDDEN) },
    { name: 'blk.0.ffn_down.weight', shape: [HIDDEN, WIDTH], values: weights(WIDTH * HIDDEN) },
    { name: 'blk.0.ffn_up.weight', shape: [WIDTH, HIDDEN], values: weights(WIDTH * HIDDEN) },
  ];
  const fields = [
    meta.string('general.architecture', 'llama'),
    meta.string('general.name', 'tiny'),
    meta.u32('general.file_type', 0),
    meta.u32('llama.context_length', CONTEXT),
    meta.u32('llama.embedding_length', WIDTH),
    meta.u32('llama.block_count', 1),
    meta.u32('llama.feed_forward_length', HIDDEN),
    meta.u32('llama.attention.head_count', 2),
    meta.u32('llama.rope.dimension_count', WIDTH / 2),
    meta.f32('llama.attention.layer_norm_rms_epsilon', 1e-5),
    meta.u32('llama.vocab_size', vocabulary.length),
    meta.string('tokenizer.ggml.model', 'llama'),
    meta.array(
      'tokenizer.ggml.tokens',
      STRING,
      vocabulary.map(({ token }) => text(token)),
    ),
    meta.array(
      'tokenizer.ggml.scores',
      F32,
      vocabulary.map(({ type }) => f32([type === 1 ? -1 : 0])),
    ),
    meta.array(
      'tokenizer.ggml.token_type',
      I32,
      vocabulary.map(({ type }) => u32(type)),
    ),
    meta.u32('tokenizer.ggml.bos_token_id', 1),
    meta.u32('tokenizer.ggml.eos_token_id', 2),
    meta.u32('tokenizer.ggml.unknown_token_id', 0),
  ];
  let offset = 0;
  const infos = tensors.map(({ name, shape, values }) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    // All sizes are multiples of the alignment of 32 bytes.
    offset += values.length * 4;
    return info;
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(fields.length),
    ...fields,
    ...infos,
  ]);
  const padding = Buffer.alloc((32 - (head.length % 32)) % 32);
  return Buffer.concat([head, padding, ...tensors.map(({ values }) => f32(values))]);
}
