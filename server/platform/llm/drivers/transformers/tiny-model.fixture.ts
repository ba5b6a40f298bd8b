/** Protocol Buffers, as far as ONNX needs them: numbers, and what has a length. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
};

const FLOAT = 1;
const INT64 = 7;

/** A value's name, type and axes; an axis by name has any length. */
const valueInfo = (name: string, type: number, axes: readonly (string | number)[]): Buffer => {
  const dims = axes.map((axis) => bytes(1, typeof axis === 'string' ? bytes(2, axis) : number(1, axis)));
  const tensor = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dims))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensor))]);
};

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/**
 * A model that makes a vector of a text, in the files that a published one has, some 10 kB: each word has a vector of its own, and
 * words of one group nearly the same one. It looks words up and thinks nothing.
 */
export function tinyEmbedder(groups: readonly (readonly string[])[], width = 16): Record<string, Buffer | string> {
  const vocabulary = [...special, ...groups.flat()];
  const group = (word: string): number => groups.findIndex((words) => words.includes(word));
  const rows = vocabulary.flatMap((word, at) =>
    Array.from(
      { length: width },
      (_, d) => Math.sin((group(word) + 2) * 12.9898 * (d + 1)) + 0.01 * Math.sin(at * 7 + d),
    ),
  );
  const table = Buffer.concat([
    number(1, vocabulary.length),
    number(1, width),
    number(2, FLOAT),
    bytes(8, 'words'),
    bytes(9, Buffer.from(new Float32Array(rows).buffer)),
  ]);
  const lookUp = [bytes(1, 'words'), bytes(1, 'input_ids'), bytes(2, 'last_hidden_state'), bytes(4, 'Gather')];
  const graph = [
    bytes(1, Buffer.concat(lookUp)),
    bytes(2, 'tiny'),
    bytes(5, table),
    bytes(11, valueInfo('input_ids', INT64, ['batch', 'length'])),
    bytes(11, valueInfo('attention_mask', INT64, ['batch', 'length'])),
    bytes(12, valueInfo('last_hidden_state', FLOAT, ['batch', 'length', width])),
  ];
  const model = [number(1, 8), bytes(7, Buffer.concat(graph)), bytes(8, number(2, 17))];
  const token = (content: string, id: number) => ({
    id,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map(token),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [special.indexOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  };
  return {
    'config.json': JSON.stringify({
      model_type: 'bert',
      architectures: ['BertModel'],
      hidden_size: width,
      max_position_embeddings: 128,
      vocab_size: vocabulary.length,
    }),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify({
      tokenizer_class: 'BertTokenizer',
      model_max_length: 128,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      mask_token: '[MASK]',
    }),
    'onnx/model.onnx': Buffer.concat(model),
  };
}
