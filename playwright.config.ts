import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
/** Debian's browser, so that none has to be downloaded; where there is none, Playwright's own. */
const executablePath = places.find((path) => path !== undefined && path !== '' && existsSync(path));

const phoneSpecs = ['phone.spec.ts', 'accessibility.spec.ts', 'journeys.spec.ts'];
const wide = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const locale = 'en-GB';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/playwright',
  globalSetup: './test/e2e/bundle.ts',
  // Each has a browser, a server and a model server.
  workers: Math.max(2, Math.floor(availableParallelism() * 0.75)),
  // A whole run is not lost to one moment of a loaded machine; its summary names what needed the second try.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    locale,
    // Tests stand between the page and its network, where a worker would not let them; its own test lets it in.
    serviceWorkers: 'block',
    actionTimeout: 20_000,
    // Writing one costs a third of a test's time; `--trace on` has one written where a failure is not plain from its picture.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Chromium's sandbox does not start for root, as in most containers.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'desktop', testIgnore: 'phone.spec.ts', use: wide },
    { name: 'phone', testMatch: phoneSpecs, use: phone },
    { name: 'desktop-dark', testMatch: 'journeys.spec.ts', use: { ...wide, colorScheme: 'dark' } },
    { name: 'phone-dark', testMatch: 'journeys.spec.ts', use: { ...phone, colorScheme: 'dark' } },
  ],
});
