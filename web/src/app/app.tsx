import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Tips } from '../components/ui/tips.tsx';
import { Toaster } from '../components/ui/toaster.tsx';
import type { AppRouter } from './router.tsx';
import { ServicesContext, type Services } from './services.ts';

export function App({ services, router }: { services: Services; router: AppRouter }) {
  return (
    <ServicesContext value={services}>
      <QueryClientProvider client={services.queries}>
        <RouterProvider router={router} />
        <Toaster />
        <Tips />
      </QueryClientProvider>
    </ServicesContext>
  );
}
