import { useServices } from '../../app/services.ts';

/** What else on the page is about providers is looked at anew: the picker and who offers what. */
export function useProviderChange(): () => Promise<void> {
  const { queries } = useServices();
  return async () => {
    await Promise.all(
      [['admin'], ['models'], ['providers']].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  };
}
