import type { DomainEvents } from '../../../shared/events.ts';
import { newId } from '../../lib/ids.ts';
import type { EventBus } from '../../platform/events/driver.ts';
import type { createModelUsage } from './model-usage.ts';
import type { createPresence } from './presence.ts';

type Told = DomainEvents['presence.told'];
type Deps = {
  events: Pick<EventBus, 'publish' | 'follow'>;
  presence: Pick<ReturnType<typeof createPresence>, 'here' | 'enterElsewhere' | 'leaveElsewhere'>;
  usage: Pick<ReturnType<typeof createModelUsage>, 'here' | 'setElsewhere'>;
  beatMs?: number;
};

/** Changes of one moment are told together. */
const GATHER_MS = 100;
/** All is told again this often: whoever missed something is right again, and a process that is silent for three beats is gone. */
const BEAT_MS = 5_000;
const BEATS = 3;

/** Tells other processes who is at this one and which models are used here, and keeps what they tell. */
export function createElsewhere({ events, presence, usage, beatMs = BEAT_MS }: Deps) {
  const me = newId();
  const others = new Map<string, { people: Set<string>; silent: number }>();
  const [came, gone] = [new Set<string>(), new Set<string>()];
  let telling: NodeJS.Timeout | undefined;

  const publish = (told: Pick<Told, 'whole' | 'here' | 'gone'>): void =>
    events.publish('presence.told', { process: me, models: usage.here(), ...told });
  const tellAll = (): void => {
    came.clear();
    gone.clear();
    publish({ whole: true, here: presence.here(), gone: [] });
  };
  const tellSoon = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      publish({ whole: false, here: [...came], gone: [...gone] });
      came.clear();
      gone.clear();
    }, GATHER_MS).unref();
  };

  function forget(process: string): void {
    for (const person of others.get(process)?.people ?? []) presence.leaveElsewhere(person, process);
    others.delete(process);
    usage.setElsewhere(process, []);
  }

  const unfollow = events.follow('presence.told', ({ process, whole, here, gone: left, models }) => {
    if (process === me) return;
    const known = others.get(process);
    const { people } = known ?? { people: new Set<string>() };
    others.set(process, { people, silent: 0 });
    const now = new Set(here);
    for (const person of whole ? [...people].filter((each) => !now.has(each)) : left)
      if (people.delete(person)) presence.leaveElsewhere(person, process);
    for (const person of now) {
      people.add(person);
      presence.enterElsewhere(person, process);
    }
    usage.setElsewhere(process, models);
    // It has just begun, or was not heard for long: it does not know of us either.
    if (!known) tellAll();
  });

  const beat = setInterval(() => {
    tellAll();
    for (const [process, other] of others) if ((other.silent += 1) > BEATS) forget(process);
  }, beatMs).unref();
  tellAll();

  return {
    moved(person: string, isHere: boolean): void {
      (isHere ? came : gone).add(person);
      (isHere ? gone : came).delete(person);
      tellSoon();
    },
    usageChanged: tellSoon,
    /** Says that nobody is here any more. */
    close(): void {
      clearInterval(beat);
      clearTimeout(telling);
      unfollow();
      events.publish('presence.told', { process: me, whole: true, here: [], gone: [], models: [] });
    },
  };
}
