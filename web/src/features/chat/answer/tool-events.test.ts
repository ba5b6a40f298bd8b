import { describe, expect, it } from 'vitest';
import type { ToolPart } from '../../../../../shared/api/tools.ts';
import type { ChatEvent } from '../../../../../shared/stream.ts';
import { stretchesOf, withToolEvent } from './tool-events.ts';

const play = (...events: ChatEvent[]): readonly ToolPart[] =>
  events.reduce<readonly ToolPart[]>((tools, event, at) => withToolEvent(tools, event, at), []);
const call = (id: string): ChatEvent => ({ event: 'tool_call', data: { id, name: 'calculator', arguments: {} } });
const result = (id: string): ChatEvent => ({ event: 'tool_result', data: { id, content: '42', is_error: false } });

describe('the calls of an answer', () => {
  it('are of one round until a result has come', () => {
    expect(play(call('a'), call('b'), result('a'), result('b'), call('c')).map(({ round }) => round)).toEqual([
      0, 0, 1,
    ]);
  });

  it('know what the person said of them, and what came of it', () => {
    const asked: ChatEvent = { event: 'approval', data: { tool_call_id: 'a', name: 'calculator', arguments: {} } };
    const said: ChatEvent = { event: 'approved', data: { tool_call_id: 'a', allow: false } };
    expect(play(call('a'), asked)[0]).toMatchObject({ approval: 'asked', result: null });
    expect(play(call('a'), asked, said, result('a'))[0]).toMatchObject({
      approval: 'denied',
      result: { content: '42' },
    });
  });

  it('stand where they came in the text', () => {
    const [tool] = play(call('a'));
    if (!tool) throw new Error('no tool');
    const tools = [{ ...tool, at: 4 }];
    expect(stretchesOf('Wait.\n\nDone', [])).toEqual([{ text: 'Wait.\n\nDone', tools: [] }]);
    expect(stretchesOf('Wait\n\nDone', tools)).toEqual([
      { text: 'Wait', tools },
      { text: '\n\nDone', tools: [] },
    ]);
    expect(stretchesOf('', tools)).toEqual([{ text: '', tools }]);
  });
});
