import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** In bytes. Anything smaller fits into one packet as it is. */
const WORTHWHILE = 1_400;
const text =
  /^(application\/(json|problem\+json|scim\+json|javascript|manifest\+json)|text\/(html|css|plain|javascript)|image\/svg\+xml)/;

/** Answers are made once and sent once: the fast end of the scale is nearly as small, at a tenth of the work. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const encoders = {
  br: {
    whole: (data: string | Buffer) => promisify(brotliCompress)(data, brotli),
    piecewise: () => createBrotliCompress(brotli),
  },
  gzip: { whole: (data: string | Buffer) => promisify(gzip)(data), piecewise: () => createGzip() },
};

/** Compresses what is text and large enough, for clients that say they take it. Event streams go out as they come. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, next) => {
    const stream = payload instanceof Readable;
    if (!stream && ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || payload.length < WORTHWHILE))
      return next(null, payload);
    const whole = reply.statusCode !== 206 && !reply.hasHeader('content-encoding') && !reply.hasHeader('content-range');
    if (!whole || !text.test(String(reply.getHeader('content-type') ?? ''))) return next(null, payload);
    reply.header('vary', [reply.getHeader('vary'), 'accept-encoding'].flat().filter(Boolean).join(', '));
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (encoding === null) return next(null, payload);
    reply.header('content-encoding', encoding).removeHeader('content-length');
    // The same thing in other bytes: a download that breaks off is not to be continued with those of another coding.
    const etag = reply.getHeader('etag');
    if (typeof etag === 'string' && !etag.startsWith('W/')) reply.header('etag', `W/${etag}`);
    if (stream) {
      payload.once('error', () => {
        // Before the first byte: what follows is the error, and not of that coding.
        if (!reply.raw.headersSent) reply.removeHeader('content-encoding').raw.removeHeader('content-encoding');
      });
      return next(
        null,
        pipeline(payload, encoders[encoding].piecewise(), () => undefined),
      );
    }
    encoders[encoding].whole(payload).then(
      (smaller) => next(null, smaller),
      (error: Error) => next(error),
    );
  });
}

/** The better one of the codings that are taken (RFC 9110, 12.5.3); null for none. */
export function encodingFor(accepted = ''): keyof typeof encoders | null {
  const weights = new Map(
    accepted.split(',').map((each) => {
      const [name = '', weight] = each.toLowerCase().split(/;\s*q=/);
      return [name.trim(), weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [br, gz] = [weightOf('br'), weightOf('gzip')];
  if (br === 0 && gz === 0) return null;
  return br >= gz ? 'br' : 'gzip';
}
