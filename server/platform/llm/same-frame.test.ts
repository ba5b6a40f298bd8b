import { expect, it } from 'vitest';
import { createSameFrame } from './same-frame.ts';

const message = (words: string, more = {}): string =>
  JSON.stringify({ id: 'c', choices: [{ delta: { content: words }, finish_reason: null }], ...more });

function learned(words = 'one ') {
  const frame = createSameFrame('content');
  frame.learn(message(words), words);
  return frame;
}

it.each(['two', '', ' Grüße 🌍 ', 'a: [b], {c}', 'line\n', 'so-called "words"', '\\', '\u0001'])(
  'reads the words of a message like another: “%s”',
  (words) => {
    expect(learned().wordsIn(message(words))).toBe(words);
  },
);

it.each([
  ['an end that is escaped', message('two').replace('two', 'two\\')],
  ['an escape that is none', message('two').replace('two', '\\x')],
  ['the end of the string and another field', message('two').replace('two', 'two"},"other":{"content":"three')],
  ['a raw control character, which is no JSON', message('two').replace('two', 'tw\u0001o')],
  ['another head', message('two').replace('"id":"c"', '"id":"d"')],
  ['another tail', message('two', { usage: {} })],
  ['an end', message('two').replace('null', '"stop"')],
  ['less than the frame', '{"id":"c"}'],
  ['nothing', ''],
])('leaves to the parser what has %s', (_, other) => {
  expect(learned().wordsIn(other)).toBeUndefined();
});

it('knows nothing before it has learned, and learns nothing where the words’ place is not plain', () => {
  const frame = createSameFrame('content');
  expect(frame.wordsIn(message('one'))).toBeUndefined();
  frame.learn(message('one', { also: { content: 'one' } }), 'one');
  frame.learn(message('"one"'), '"one"');
  frame.learn('{"content":null,"one":"one"}', 'one');
  frame.learn('{"content":"o\\u006ee"}', 'one');
  frame.learn('{"text":"one"}', 'one');
  for (const other of [message('two'), '{"content":"two"}', '{"text":"two"}'])
    expect(frame.wordsIn(other)).toBeUndefined();
});

it('takes spaces after the key as they come, and the newest frame', () => {
  const frame = learned();
  frame.learn('{"content": "one", "n": 1}', 'one');
  expect(frame.wordsIn('{"content": "two", "n": 1}')).toBe('two');
  expect(frame.wordsIn(message('two'))).toBeUndefined();
});
