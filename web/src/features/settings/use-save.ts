import { useState } from 'react';
import { refusalOf, type Refusal } from '../../lib/problem.ts';

/** A form that saves: busy meanwhile, the refusal kept. */
export function useSave(save: (form: HTMLFormElement) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  async function submit(form: HTMLFormElement): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      await save(form);
    } catch (error) {
      setRefusal(refusalOf(error));
    } finally {
      setBusy(false);
    }
  }
  return { busy, refusal, submit };
}
