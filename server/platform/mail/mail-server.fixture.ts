import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A certificate of `localhost`, signed by itself, and its key: for tests on loopback and of no worth anywhere else. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUa2Ucess6C2dvJDfWYL3qmypBY1swCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAzMzgzOVoYDzIxMjYxMDI4
MDMzODM5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQgB2mgrHEkyPIJZdNZYx4/j0XU7RX1Oo2xlMkRsVD7UXtj1PJw5++l
fGPQnME+2ZDeKyU1N9B4Y7Ty85/svjZJo2kwZzAdBgNVHQ4EFgQUMieNQXaQNVg7
X96AZLn7mqmPBkAwHwYDVR0jBBgwFoAUMieNQXaQNVg7X96AZLn7mqmPBkAwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAJkpuWxZ82P39o/S/PeZKpMaE3IAhjBoaYGol+50WGBvAiEAmHyEI8LA
gMugvTImDCoC+LWfVGIGg8lvxWzkeWRUIJk=
-----END CERTIFICATE-----
`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoMtcezsU5sQJFDIz
ZTRcWgwyVsV6kz/npPxUeEyaUOyhRANCAAQgB2mgrHEkyPIJZdNZYx4/j0XU7RX1
Oo2xlMkRsVD7UXtj1PJw5++lfGPQnME+2ZDeKyU1N9B4Y7Ty85/svjZJ
-----END PRIVATE KEY-----
`;

export type Received = { from: string; to: string[]; raw: string; secure: boolean; user: string | undefined };

/** A mail server on loopback that keeps what it gets. `options` are those of smtp-server. */
export async function startMailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const trouble = { refuse: false };
  const server = new SMTPServer({
    key,
    cert: certificate,
    authOptional: true,
    // Nobody on loopback has a name to look up.
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(new Error('wrong password')),
    onMailFrom: (_address, _session, done) =>
      done(trouble.refuse ? Object.assign(new Error('come back later'), { responseCode: 451 }) : null),
    onData: (stream, { envelope, secure, user }, done) => {
      void text(stream).then((raw) => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          raw,
          secure,
          user,
        });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    port,
    received,
    trouble,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
