import { QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { createQueryClient } from './query.ts';

it('asks again for what changed while it was being asked for the first time', async () => {
  const queries = createQueryClient();
  const answers: ((value: string) => void)[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: ['people', 'made'],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  const leave = observer.subscribe(() => undefined);
  const invalidated = queries.invalidateQueries({ queryKey: ['people'] });
  expect(answers).toHaveLength(1);
  answers[0]?.('nobody');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.('one');
  await invalidated;
  expect(observer.getCurrentResult().data).toBe('one');
  leave();
});
