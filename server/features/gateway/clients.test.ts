import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kinds, modelOf, openHouse, programs, type House } from './clients.fixture.ts';

describe('the official clients', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterEach(() => house.fake.script({}));
  afterAll(() => house.close());

  for (const program of programs) {
    const open = () => program(house.app.url, house.key);
    const { name } = program('http://127.0.0.1:1', 'crl_x');

    describe.each([name])('%s', () => {
      it.each(kinds)('gets a whole answer with what it cost from %s', async (kind) => {
        const said = await open().plain(modelOf[kind], 'good day to you');
        expect(said).toEqual({ text: 'You said: good day to you', input: 4, output: 6 });
      });

      it.each(kinds)('gets an answer in pieces with what it cost from %s', async (kind) => {
        const said = await open().streamed(modelOf[kind], 'good day to you');
        expect(said).toEqual({ text: 'You said: good day to you', input: 4, output: 6, pieces: 6 });
      });

      it.each(kinds)('has a tool called, and its result read, by %s', async (kind) => {
        for (const stream of [false, true]) {
          const { called, text } = await open().toolRound(modelOf[kind], stream);
          expect(called).toEqual({ name: 'get_weather', arguments: { place: 'text' } });
          expect(text).toBe('The tools said: sunny');
        }
      });

      it.each(kinds)('shows a picture to %s', async (kind) => {
        expect(await open().picture(modelOf[kind])).toMatch(
          /^You said: Look \(and showed: image(\/png)? of 70 bytes\)$/,
        );
      });

      it('hears the Librarian, whole and in pieces', async () => {
        const model = 'librarian/librarian';
        const whole = await open().plain(model, 'hello');
        expect(whole.text).toContain('I am the Librarian');
        expect(await open().streamed(model, 'hello')).toMatchObject({ text: whole.text });
      });

      it.each(kinds)('ends the work of %s when it leaves', async (kind) => {
        const { promise: never, resolve: release } = Promise.withResolvers<void>();
        house.fake.script({ text: ['one ', 'two ', 'three'], hold: { after: 1, until: never } });
        // Leaving looks different in each client; what counts is what the provider sees.
        await open()
          .leave(modelOf[kind])
          .catch(() => undefined);
        const request = house.fake.requests.findLast(({ method }) => method === 'POST');
        await request?.ended;
        release();
        expect(request?.closedEarly).toBe(true);
      });
    });
  }
});
