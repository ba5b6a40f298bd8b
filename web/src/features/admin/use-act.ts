import { useServices } from '../../app/services.ts';
import { refusalOf } from '../../lib/problem.ts';
import { useStrings } from '../../lib/strings/index.ts';
import { describeRefusal } from '../../lib/words.ts';

/** Does something to an entry of a list: says what is done (where there are words for it) or why not, and looks at the lists anew. */
export function useAct() {
  const strings = useStrings();
  const { queries, toasts } = useServices();
  return async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
    try {
      await work();
      if (done !== undefined) toasts.show({ text: done });
      return true;
    } catch (error) {
      toasts.show({ text: describeRefusal(refusalOf(error), strings), tone: 'danger' });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey: ['admin'] });
    }
  };
}
