import { describe, expect, it } from 'vitest';
import type { LlmEvent } from './driver.ts';
import { joined } from './joined.ts';

const text = (words: string): LlmEvent => ({ type: 'text', text: words });
const thought = (words: string): LlmEvent => ({ type: 'reasoning', text: words });

describe('what comes together', () => {
  it('is one event as long as it is of one kind', () => {
    const call: LlmEvent = { type: 'tool_call', index: 0, id: 'a', name: 'search' };
    const events = [thought('Let '), thought('me'), text('Th'), text('is'), call, text(' is'), text(' it')];
    expect([...joined(events)]).toEqual([thought('Let me'), text('This'), call, text(' is it')]);
    expect([...joined([])]).toEqual([]);
  });

  it('is told before the error that cuts it off', () => {
    function* broken(): Generator<LlmEvent> {
      yield text('so ');
      yield text('far');
      throw new Error('gone');
    }
    const heard: LlmEvent[] = [];
    expect(() => {
      for (const event of joined(broken())) heard.push(event);
    }).toThrow('gone');
    expect(heard).toEqual([text('so far')]);
  });
});
