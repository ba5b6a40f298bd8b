import { expect, it } from 'vitest';
import { pino } from 'pino';
import { eventBusContract } from '../contract.ts';
import { createLocalEvents } from './local.ts';

eventBusContract('local', createLocalEvents);

it('delivers before publish returns, in the order of subscription', () => {
  const bus = createLocalEvents({ logger: pino({ level: 'silent' }) });
  const seen: string[] = [];
  bus.subscribe('user.signup', () => void seen.push('first'));
  bus.subscribe('user.signup', () => void seen.push('second'));
  bus.publish('user.signup', { user_id: 'u', role: 'user' });
  expect(seen).toEqual(['first', 'second']);
});
