import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../test/process.ts';

export const nginxPath = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) =>
  existsSync(path),
);

export type Nginx = { url: string; stop(): Promise<void> };

/**
 * A real nginx in front of `upstream` that has signed in whoever says so with `X-Test-Login`, as a login page's cookie would; what clients
 * send under the trusted names is replaced.
 */
export async function startNginx(upstream: string): Promise<Nginx> {
  if (!nginxPath) throw new Error('nginx is not installed');
  const dir = await mkdtemp(join(tmpdir(), 'carrel-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  const config = `
daemon off;
worker_processes 1;
pid ${dir}/pid;
error_log stderr;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  map $http_upgrade $connection_upgrade {
    default upgrade;
    '' '';
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Email $http_x_test_login;
      proxy_set_header X-Forwarded-Groups $http_x_test_groups;
      proxy_set_header X-Forwarded-Name $http_x_test_name;
    }
  }
}
`;
  const path = join(dir, 'nginx.conf');
  await writeFile(path, config);
  const child = spawn(nginxPath, ['-c', path, '-p', dir], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok) break;
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    url,
    async stop() {
      child.kill();
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
