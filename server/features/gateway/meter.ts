import type { TokenUsage } from '../../../shared/api/passages.ts';
import { tokensOf } from './estimate.ts';

/** Today's allowance of a person, as the gateway needs it. */
export type Quota = {
  /** Takes one message, and `tokens` as far as they can be told beforehand, or throws QUOTA_EXCEEDED. */
  reserve(userId: string, expected: { tokens: number }): Promise<Reservation>;
};
export type Reservation = {
  /** What it really cost, by the model that answered. */
  settle(usage: { model: string; prompt_tokens: number; completion_tokens: number }): Promise<void>;
  /** Nothing was answered: the message is given back. */
  release(): Promise<void>;
};

export type Meter = {
  /** What the provider said that it cost; the newest word counts. */
  told(usage: TokenUsage): void;
  /** This much text was answered, for where the provider never says. */
  wrote(letters: number): void;
  /** Another model than the one that was asked for answers. */
  answeredBy(model: string): void;
  /** The call is over, however it ended. */
  end(): void;
};

/** Follows one call: what it cost is counted once, when it is over, also where the client left in the middle. A call that answered nothing is free. */
export function createMeter(
  reserved: Reservation,
  { expected, model, onError }: { expected: number; model: string; onError: (error: unknown) => void },
): Meter {
  let usage: TokenUsage | null = null;
  let letters = 0;
  let begun = false;
  let over = false;
  let answering = model;
  return {
    answeredBy: (other) => {
      answering = other;
    },
    told: (said) => {
      begun = true;
      usage = said;
    },
    wrote: (length) => {
      begun = true;
      letters += length;
    },
    end: () => {
      if (over) return;
      over = true;
      const { prompt_tokens, completion_tokens } = usage ?? {
        prompt_tokens: expected,
        completion_tokens: tokensOf(letters),
      };
      // Nobody waits for it: the answer is out.
      const end = begun ? reserved.settle({ model: answering, prompt_tokens, completion_tokens }) : reserved.release();
      end.catch(onError);
    },
  };
}
