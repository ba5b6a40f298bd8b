import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createAppRouter } from './app/router.tsx';
import { createServices } from './app/services.ts';
import { speakFirst } from './lib/strings/index.ts';
import { turn } from './lib/turn.ts';
import './styles/app.css';

/** Until there is something to show, what `index.html` has drawn stays. No `await` outside of it: what is fetched here waits for this file. */
async function start(root: HTMLElement): Promise<void> {
  // Running this file was a task of its own; the next one begins when the browser had its turn.
  await turn();
  const services = createServices();
  await turn();
  const router = createAppRouter(services);
  await Promise.all([speakFirst(), router.load()]);
  // As a transition it is drawn in slices, so that the browser can do other things meanwhile.
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <App services={services} router={router} />
      </StrictMode>,
    ),
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
void start(root);
