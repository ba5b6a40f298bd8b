import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './plugins/compressed.ts';
import { fetchAhead } from './plugins/fetch-ahead.ts';
import { pdfData } from './plugins/pdf-data.ts';
import { filesByRoom, rooms } from './plugins/rooms.ts';
import { singleIcons } from './plugins/single-icons.ts';

const server = `http://127.0.0.1:${process.env.PORT ?? '8080'}`;
const proxied = ['/api', '/health', '/docs', '/openapi.json'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [singleIcons(), react(), tailwindcss(), pdfData(), fetchAhead(), compressed()],
  // The server replaces the placeholder in index.html with the nonce of each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // `font-src 'self'` forbids data: URLs, so that no asset may be inlined.
    assetsInlineLimit: 0,
    // Grammars of rare languages are large; each is its own file, loaded when a code block asks for it.
    chunkSizeWarningLimit: 1_000,
    reportCompressedSize: false,
    rolldownOptions: {
      // What `index.html` waits for.
      preserveEntrySignatures: 'exports-only',
      input: ['index.html', `src/${rooms.sight[0]}`].map((file) => `${import.meta.dirname}/${file}`),
      output: { codeSplitting: { groups: filesByRoom(`${import.meta.dirname}/src`) } },
    },
  },
  server: {
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: server, changeOrigin: false }])),
  },
});
