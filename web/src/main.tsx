import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { createServices } from './app/services.ts';
import { chooseLanguage, savedLanguage } from './lib/strings/index.ts';
import './styles/app.css';

const services = createServices();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');

// A language that cannot be fetched must not keep anyone out: English is always here.
await chooseLanguage(savedLanguage()).catch(() => undefined);
createRoot(root).render(
  <StrictMode>
    <App services={services} />
  </StrictMode>,
);
