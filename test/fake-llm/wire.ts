import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Protocol } from './protocol.ts';
import type { FakeScript } from './script.ts';

/** Resolves when the connection is gone. */
const gone = async (res: ServerResponse): Promise<void> => {
  if (!res.destroyed) await once(res, 'close');
};

/** Resolves when the reader has caught up, or has left. */
const drained = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });

/** Writes as small as asked, waits for the reader, and stops quietly when the client has left. */
async function write(res: ServerResponse, text: string, splitBytes: number | undefined): Promise<void> {
  const bytes = Buffer.from(text);
  const size = splitBytes ?? bytes.length;
  for (let at = 0; at < bytes.length && !res.destroyed; at += size) {
    const room = res.write(bytes.subarray(at, at + size));
    if (!room && !res.destroyed) await drained(res);
    if (splitBytes) await tick();
  }
}

/** Until the client has had enough. */
async function chatter(res: ServerResponse, protocol: Protocol): Promise<void> {
  while (!res.destroyed) {
    await write(res, protocol.keepAlive, undefined);
    await sleep(10);
  }
}

async function writeHugeLine(res: ServerResponse, start: string, bytes: number): Promise<void> {
  await write(res, start, undefined);
  const block = 'x'.repeat(64 * 1024);
  for (let sent = 0; sent < bytes && !res.destroyed; sent += block.length) await write(res, block, undefined);
}

/** What goes wrong at this point, and with it the end of the answer. */
async function fail(res: ServerResponse, protocol: Protocol, fault: NonNullable<FakeScript['fault']>): Promise<void> {
  if (fault.kind === 'stall') return gone(res);
  if (fault.kind === 'chatter') return chatter(res, protocol);
  if (fault.kind === 'reset') {
    // What was written must be on its way first, or the client sees none of it.
    await tick();
    res.socket?.resetAndDestroy();
    return;
  }
  if (fault.kind === 'error') await write(res, protocol.errorFrame(fault.message ?? 'The fake overheated.'), undefined);
  if (fault.kind === 'malformed') await write(res, protocol.malformedFrame, undefined);
  if (fault.kind === 'huge-line') await writeHugeLine(res, protocol.hugeLineStart, fault.bytes ?? 10 * 1024 * 1024);
  if (!res.destroyed) res.end();
}

/** Sends the frames of an answer as the script wants it, faults included. */
export async function sendStream(
  res: ServerResponse,
  protocol: Protocol,
  frames: Iterable<Frame>,
  script: FakeScript,
): Promise<void> {
  const { fault } = script;
  const silentStart = fault?.after === 0 && (fault.kind === 'stall' || fault.kind === 'reset');
  if (silentStart) return fail(res, protocol, fault);

  res.writeHead(200, { 'content-type': protocol.streamType, 'cache-control': 'no-cache', ...script.headers });
  res.flushHeaders();
  if (fault?.kind === 'chatter' && fault.after === 0) return chatter(res, protocol);
  let sent = 0;
  for (const frame of frames) {
    if (fault && sent === fault.after && frame.kind !== 'open') return fail(res, protocol, fault);
    if (frame.kind === 'done' && script.omitDone) continue;
    if (frame.kind === 'piece') {
      if (sent > 0 && script.delayMs) await sleep(script.delayMs);
      if (sent === script.hold?.after) await Promise.race([script.hold.until, gone(res)]);
      sent += 1;
    }
    await write(res, frame.text, script.splitBytes);
    if (res.destroyed) return;
  }
  if (script.endDelayMs) await sleep(script.endDelayMs);
  res.end();
}
