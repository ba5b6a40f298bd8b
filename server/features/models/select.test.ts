import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { LlmProvider } from '../../platform/llm/driver.ts';
import { newEntry, show, type Entry } from './entry.ts';
import { selectModel, type Choice, type Defaults, type Wish } from './select.ts';
import { noRules } from './stored.ts';

function entry(
  id: string,
  names: readonly string[],
  over: { kind?: LlmProvider['kind']; healthy?: boolean } = {},
): Entry {
  const provider: LlmProvider = {
    id,
    kind: over.kind ?? (id as LlmProvider['kind']),
    name: id,
    protocol: null,
    grounded: false,
    listModels: () => Promise.reject(new Error('not asked here')),
    stream: () => {
      throw new Error('not asked here');
    },
    close: () => Promise.resolve(),
  };
  const models = names.map((name) => ({
    name,
    kind: /embed/.test(name) ? ('embedding' as const) : ('chat' as const),
    context_length: 4_096,
  }));
  const made = newEntry(provider, { source: 'environment', rules: noRules }, () => 0);
  show(made, models);
  return Object.assign(made, { healthy: over.healthy ?? true });
}

const ollama = entry('ollama', ['nomic-embed-text:latest', 'mistral:7b', 'llama3.2:latest']);
const lmstudio = entry('lmstudio', ['openai/gpt-oss-20b', 'google/gemma-4-e4b-it']);
const openai = entry('openai', ['gpt-4o-mini', 'gpt-4o']);
const anthropic = entry('anthropic', ['claude-haiku-4-5-20251001', 'claude-sonnet-4-6']);
const librarian = entry('librarian', ['librarian']);
const all = [ollama, lmstudio, openai, anthropic, librarian];
const away = (one: Entry): Entry => ({ ...one, healthy: false });

const noDefaults: Defaults = { instance: { model: undefined }, fallbackModel: null };
const select = (entries: readonly Entry[], wish: Wish = {}, instance: Partial<Choice> = {}) => {
  const { id, reason } = selectModel(entries, wish, { ...noDefaults, instance: { model: undefined, ...instance } });
  return `${id} (${reason})`;
};
const refusal = (entries: readonly Entry[], requested: string): AppError => {
  try {
    select(entries, { requested });
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was not refused.');
};

describe('what was asked for', () => {
  it.each([
    ['ollama/mistral:7b', 'ollama/mistral:7b'],
    ['ollama/llama3.2', 'ollama/llama3.2:latest'],
    ['llama3.2', 'ollama/llama3.2:latest'],
    ['gpt-4o', 'openai/gpt-4o'],
    ['anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5-20251001'],
    ['lmstudio/openai/gpt-oss-20b', 'lmstudio/openai/gpt-oss-20b'],
    ['openai/gpt-oss-20b', 'lmstudio/openai/gpt-oss-20b'],
    ['librarian/librarian', 'librarian/librarian'],
  ])('%s is %s', (requested, id) => {
    expect(select(all, { requested, conversation: 'openai/gpt-4o' }, { model: 'mistral:7b' })).toBe(
      `${id} (requested)`,
    );
  });

  it('says what the provider calls it and how much it takes', () => {
    const { model, provider, contextLength } = selectModel(all, { requested: 'ollama/llama3.2' }, noDefaults);
    expect({ model, provider: provider.id, contextLength }).toEqual({
      model: 'llama3.2:latest',
      provider: 'ollama',
      contextLength: 4_096,
    });
  });

  it('is taken from a provider that is away, so that the call fails honestly', () => {
    expect(select([away(openai), librarian], { requested: 'openai/gpt-4o' })).toBe('openai/gpt-4o (requested)');
    const unseen = { ...away(openai), models: [], listed: [] };
    expect(select([unseen, librarian], { requested: 'openai/o9' })).toBe('openai/o9 (requested)');
  });

  it('prefers a healthy provider for a bare name', () => {
    const other = entry('lmstudio', ['mistral:7b']);
    expect(select([away(ollama), other], { requested: 'mistral:7b' })).toBe('lmstudio/mistral:7b (requested)');
  });

  it.each(['ollama/nothing', 'nobody/gpt-4o', 'ollama/nomic-embed-text', '', '/', 'ollama/', '/gpt-4o'])(
    '%j is not here',
    (requested) => {
      expect(refusal(all, requested)).toMatchObject({ code: 'MODEL_NOT_FOUND', details: { model_name: requested } });
    },
  );

  it.each([
    ['ollama/lama3.2', 'Did you mean ollama/llama3.2:latest?'],
    ['gpt-4-o', 'Did you mean openai/gpt-4o?'],
    ['claude-sonnet', 'Did you mean anthropic/claude-sonnet-4-6?'],
    ['wholly-different-name', 'Models here: ollama/mistral:7b, ollama/llama3.2:latest, lmstudio/openai/gpt-oss-20b, …'],
    ['x'.repeat(300), 'Models here: ollama/mistral:7b, ollama/llama3.2:latest, lmstudio/openai/gpt-oss-20b, …'],
  ])('%s leads to a suggestion', (requested, suggestion) => {
    expect(refusal(all, requested).details?.suggestion).toBe(suggestion);
  });
});

describe('when nothing was asked for', () => {
  it('goes on with the conversation’s model, also when its provider is away', () => {
    expect(select(all, { conversation: 'anthropic/claude-sonnet-4-6' }, { model: 'gpt-4o' })).toBe(
      'anthropic/claude-sonnet-4-6 (conversation)',
    );
    expect(select([away(openai), librarian], { conversation: 'openai/gpt-4o' })).toBe('openai/gpt-4o (conversation)');
  });

  it('passes over a conversation’s model that is gone', () => {
    expect(select(all, { conversation: 'ollama/deleted' }, { model: 'gpt-4o' })).toBe('openai/gpt-4o (default)');
  });

  it.each<[Partial<Choice>, string]>([
    [{ model: 'openai/gpt-4o-mini' }, 'openai/gpt-4o-mini'],
    [{ model: 'gpt-4o-mini' }, 'openai/gpt-4o-mini'],
    [{ provider: 'ollama', model: 'mistral:7b' }, 'ollama/mistral:7b'],
    [{ provider: 'ollama', model: 'ollama/mistral:7b' }, 'ollama/mistral:7b'],
    [{ provider: 'lmstudio', model: 'openai/gpt-oss-20b' }, 'lmstudio/openai/gpt-oss-20b'],
    [{ provider: 'anthropic' }, 'anthropic/claude-sonnet-4-6'],
    [{ provider: 'librarian' }, 'librarian/librarian'],
  ])('takes the default %j', (fallback, id) => {
    expect(select(all, {}, fallback)).toBe(`${id} (default)`);
  });

  it('passes over a default that is away or not there', () => {
    expect(select([away(openai), anthropic, librarian], {}, { provider: 'openai' })).toBe(
      'anthropic/claude-sonnet-4-6 (first_healthy)',
    );
    expect(select([anthropic, librarian], {}, { model: 'gpt-4o' })).toBe('anthropic/claude-sonnet-4-6 (first_healthy)');
  });

  it('takes the first healthy provider, and of it the preferred model or the first that chats', () => {
    expect(select(all)).toBe('ollama/llama3.2:latest (first_healthy)');
    expect(select([away(ollama), lmstudio, librarian])).toBe('lmstudio/google/gemma-4-e4b-it (first_healthy)');
    expect(select([openai, librarian])).toBe('openai/gpt-4o (first_healthy)');
    expect(select([entry('ollama', ['bge-embed', 'qwen3']), librarian])).toBe('ollama/qwen3 (first_healthy)');
    expect(select([entry('ollama', []), librarian])).toBe('librarian/librarian (first_healthy)');
  });

  it('says so when there is nobody', () => {
    expect(() => select([away(librarian)])).toThrow(expect.objectContaining({ code: 'PROVIDER_UNREACHABLE' }));
  });
});

describe('what was chosen beforehand', () => {
  const defaults: Defaults = {
    user: { model: 'openai/gpt-4o' },
    group: { model: 'claude-sonnet-4-6' },
    instance: { provider: 'ollama', model: undefined },
    fallbackModel: null,
  };
  const choose = (entries: readonly Entry[], over: Partial<Defaults> = {}, wish: Wish = {}) => {
    const { id, reason } = selectModel(entries, wish, { ...defaults, ...over });
    return `${id} (${reason})`;
  };

  it("is the person's, then the group's, then the instance's", () => {
    expect(choose(all)).toBe('openai/gpt-4o (user_default)');
    expect(choose(all, { user: { model: undefined } })).toBe('anthropic/claude-sonnet-4-6 (group_default)');
    expect(choose(all, { user: { model: undefined }, group: { model: undefined } })).toBe(
      'ollama/llama3.2:latest (default)',
    );
  });

  it('gives way where it is not there, or its provider is away', () => {
    expect(choose([ollama, away(openai), anthropic])).toBe('anthropic/claude-sonnet-4-6 (group_default)');
    expect(choose(all, { user: { model: 'gone' }, group: { model: 'gone too' } })).toBe(
      'ollama/llama3.2:latest (default)',
    );
  });

  it('comes after the conversation’s own model', () => {
    expect(choose(all, {}, { conversation: 'ollama/mistral:7b' })).toBe('ollama/mistral:7b (conversation)');
  });
});

describe('who may answer instead', () => {
  const second = entry('second', ['gpt-4o', 'llama3.2'], { kind: 'openai-compatible' });
  const lab = entry('lab', ['llama3.2'], { kind: 'ollama' });
  const instead = (entries: readonly Entry[], requested: string, fallbackModel: string | null = null) =>
    selectModel(entries, { requested }, { ...noDefaults, fallbackModel })
      .alternatives()
      .map(({ id, reason }) => `${id} (${reason})`);

  it('is another that has the same model, in the order of preference', () => {
    expect(instead([openai, second, anthropic], 'openai/gpt-4o')).toEqual(['second/gpt-4o (fallback)']);
    expect(instead([openai, away(second)], 'openai/gpt-4o')).toEqual([]);
    expect(instead([openai, anthropic], 'openai/gpt-4o')).toEqual([]);
  });

  it('is then the fallback that the admin chose, once, and never the one that failed', () => {
    expect(instead([openai, second, anthropic], 'openai/gpt-4o', 'claude-sonnet-4-6')).toEqual([
      'second/gpt-4o (fallback)',
      'anthropic/claude-sonnet-4-6 (fallback)',
    ]);
    expect(instead([openai, second], 'openai/gpt-4o', 'second/gpt-4o')).toEqual(['second/gpt-4o (fallback)']);
    expect(instead([openai], 'openai/gpt-4o', 'openai/gpt-4o')).toEqual([]);
  });

  it('is nobody elsewhere for a model that runs here, unless the admin says so', () => {
    expect(instead([lab, second], 'lab/llama3.2')).toEqual([]);
    expect(instead([lab, second, ollama], 'lab/llama3.2')).toEqual(['ollama/llama3.2:latest (fallback)']);
    expect(instead([lab, second], 'lab/llama3.2', 'second/gpt-4o')).toEqual(['second/gpt-4o (fallback)']);
  });
});
