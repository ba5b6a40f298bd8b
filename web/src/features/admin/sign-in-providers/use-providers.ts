import { useQuery } from '@tanstack/react-query';
import type { SignInProvider } from '../../../../../shared/api/sign-in-providers.ts';
import { useServices } from '../../../app/services.ts';

export function useProviders() {
  const { client } = useServices();
  return useQuery({
    queryKey: ['admin', 'sign-in-providers'],
    queryFn: () => client.get<{ items: SignInProvider[] }>('/api/admin/sign-in-providers'),
  });
}
