import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a piece of work comes from: the request on whose behalf it runs. */
export type RequestContext = {
  requestId: string;
  ip: string;
  userAgent: string;
  acceptLanguage: string;
  /** Who was found behind the request's credential. */
  actorId: string | null;
  /** The name of the directory's token, where it is a directory that asks. */
  directory?: string | null;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and everything that it begins, as part of a request. */
export const inRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

/** The request that this runs for; undefined for what the server does by itself. */
export const currentRequest = (): RequestContext | undefined => storage.getStore();
