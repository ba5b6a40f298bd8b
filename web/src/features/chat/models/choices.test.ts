import { describe, expect, it } from 'vitest';
import { choiceGroups, FAVOURITES } from './choices.ts';

const model = (id: string) => ({
  id,
  name: id.slice(id.indexOf('/') + 1),
  provider: id.slice(0, id.indexOf('/')),
  kind: 'chat' as const,
  healthy: true,
});
const models = [model('librarian/librarian'), model('ollama/qwen3'), model('claude/sonnet'), model('ollama/llama')];
const providers = [
  { id: 'ollama', name: 'Ollama', kind: 'ollama' as const, healthy: true },
  { id: 'claude', name: 'Anthropic', kind: 'anthropic' as const, healthy: true },
  { id: 'librarian', name: 'Librarian', kind: 'librarian' as const, healthy: true },
];
const shape = (typed: string) =>
  choiceGroups(models, providers, typed).map(({ name, choices }) => [name, ...choices.map(({ key }) => key)]);

describe('the lines of the model picker', () => {
  it('begins with the automatic choice and ends with the Librarian', () => {
    expect(shape('')).toEqual([
      [null, 'automatic'],
      ['Ollama', 'ollama/qwen3', 'ollama/llama'],
      ['Anthropic', 'claude/sonnet'],
      ['Librarian', 'librarian/librarian'],
    ]);
  });
  it('finds by model and by provider', () => {
    expect(shape(' SON ')).toEqual([['Anthropic', 'claude/sonnet']]);
    expect(shape('anthropic')).toEqual([['Anthropic', 'claude/sonnet']]);
    expect(shape('nothing like it')).toEqual([]);
  });
  it('names a provider that is not listed by its id', () => {
    expect(choiceGroups([model('new/one')], [], 'one')).toMatchObject([{ name: 'new', choices: [{ local: false }] }]);
  });
  it('puts the favourites first, whoever has them, and not a second time', () => {
    const lines = choiceGroups(models, providers, '', ['claude/sonnet', 'gone/model']);
    expect(lines.map(({ key, choices }) => [key, ...choices.map((one) => one.key)])).toEqual([
      ['', 'automatic'],
      [FAVOURITES, 'claude/sonnet'],
      ['ollama', 'ollama/qwen3', 'ollama/llama'],
      ['librarian', 'librarian/librarian'],
    ]);
  });
});
