import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createServices } from './app/services.ts';
import { speakFirst } from './lib/strings/index.ts';
import './styles/app.css';

const services = createServices();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');

await speakFirst();
// As a transition it is drawn in slices, so that the browser can do other things meanwhile.
startTransition(() =>
  createRoot(root).render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  ),
);
