import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { Tips } from '../components/ui/tips.tsx';
import { Toaster } from '../components/ui/toaster.tsx';
import { createAppRouter } from './router.tsx';
import { ServicesContext, type Services } from './services.ts';

export function App({ services }: { services: Services }) {
  const [router] = useState(() => createAppRouter(services));
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
