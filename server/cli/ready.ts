import { isIP } from 'node:net';
import type { Config } from '../config.ts';

const everywhere = ['0.0.0.0', '::', '[::]'];

/** The address that a person opens: the public one where it is set, else this machine's. */
function addressToOpen({ publicUrl, port }: Pick<Config, 'publicUrl' | 'port'>, url: string): string {
  if (publicUrl.origin !== new URL(`http://localhost:${port}`).origin) return publicUrl.origin;
  const here = new URL(url);
  if (everywhere.includes(here.hostname)) here.hostname = 'localhost';
  return here.origin;
}

/** What is said once the server listens. */
export function readyLines({
  config,
  url,
  setupCode,
}: {
  config: Config;
  url: string;
  setupCode: string | null;
}): string[] {
  const lines = [`Carrel ${config.version}`, `Open ${addressToOpen(config, url)}`];
  if (setupCode !== null) {
    lines.push('First visit: make the admin account there.');
    if (reachedFromElsewhere(config)) lines.push(`From another computer, the setup code is ${setupCode}`);
  }
  return lines;
}

/** Behind a proxy on this machine, or on an address that other machines see. */
const reachedFromElsewhere = ({ host, publicUrl, trustedProxies }: Config): boolean =>
  !(host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) ||
  publicUrl.hostname !== 'localhost' ||
  trustedProxies.length > 0;
