import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** The program at the other end, as far as its request tells. */
export type Client = {
  /** Its address; through a proxy only where the proxy is trusted. */
  ip: string;
  userAgent: string;
  acceptLanguage: string;
  /** It says where its request came from, which only browsers do; and a browser's headers hold still. */
  isBrowser: boolean;
};

export const clientOf = ({ ip, headers }: FastifyRequest): Client => ({
  ip,
  userAgent: headers['user-agent'] ?? '',
  acceptLanguage: headers['accept-language'] ?? '',
  // Not just any Fetch Metadata: fetch in Node sends Sec-Fetch-Mode as well.
  isBrowser: headers['sec-fetch-site'] !== undefined,
});

const tellsOfProxy = /^(forwarded|via|x-forwarded.*|x-real-ip|.*-client-ip|.*-connecting-ip)$/;

/** Whether a request was made on this very machine: by its socket, and by nothing that says it was passed on (tunnels and proxies are loopback too). */
export function isLocal({ socket, headers }: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const { remoteAddress } = socket;
  if (remoteAddress === undefined || !ipaddr.isValid(remoteAddress)) return false;
  return (
    ipaddr.process(remoteAddress).range() === 'loopback' &&
    !Object.keys(headers).some((name) => tellsOfProxy.test(name))
  );
}
