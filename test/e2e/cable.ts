import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Cable = {
  url: string;
  /** Breaks what goes through it, and lets nothing through until it is mended. */
  cut(): void;
  /** Lets through again, to this address or to the one before. */
  mend(target?: string): void;
  close(): Promise<void>;
};

/** A network cable between a browser and Carrel, for pulling it out: bytes are handed on as they are. */
export async function layCable(target: string): Promise<Cable> {
  let to = new URL(target);
  let whole = true;
  const sockets = new Set<Socket>();
  const hold = (socket: Socket): Socket => {
    sockets.add(socket);
    // A peer that goes away is what this is for.
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    hold(near);
    if (!whole) return near.resetAndDestroy();
    const far = hold(connect(Number(to.port), to.hostname));
    near.pipe(far).on('close', () => near.destroy());
    far.pipe(near).on('close', () => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend(next) {
      if (next) to = new URL(next);
      whole = true;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
