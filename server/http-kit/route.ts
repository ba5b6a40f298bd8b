import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { z } from 'zod';
import type { AppError } from '../lib/errors.ts';
import type { Access } from './access.ts';
import type { Actor } from './actor.ts';
import type { RouteLimit } from './rate-limit.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type ActorFor<A extends Access> = A extends { who: 'anyone' | 'directory' } ? null : Actor;

/** What a handler gets: checked and typed. */
export type Call<A extends Access, B, Q, P> = {
  actor: ActorFor<A>;
  body: Output<B>;
  query: Output<Q>;
  params: Output<P>;
  request: FastifyRequest;
  reply: FastifyReply;
};

/** `raw`: the handler writes the answer by itself (a stream, a file) through `reply` and returns what Fastify may send, or nothing. */
type Answer<R> = R extends z.ZodType ? z.input<R> : R extends 'raw' ? unknown : void;

/** How an error is told to clients of another protocol than ours. */
export type ProblemShape = (thrown: unknown, error: AppError) => { status: number; type: string; body: object };

export type RouteDefinition<A extends Access, B, Q, P, R> = {
  method: Extract<HTTPMethods, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;
  url: `/${string}`;
  access: A;
  /** One line for the API's page. */
  summary: string;
  body?: B;
  query?: Q;
  params?: P;
  /** What success looks like; absent is 204. */
  reply?: R;
  /** Status of success; 200 where a reply is named and 204 where none is, by default. */
  status?: number;
  /** Bytes; the instance's limit by default. */
  bodyLimit?: number;
  /** How calls are counted; as `general` by default. */
  limit?: RouteLimit;
  /** `multipart`: the handler reads the parts from `request`. `scim`: also `application/scim+json`. `json+form`: also `application/x-www-form-urlencoded`, into the same schema. `json+zip`: also `application/zip`, which the handler reads from `request.raw`; its body is `{}`. */
  accepts?: 'json' | 'multipart' | 'json+form' | 'json+zip' | 'scim';
  /** The shape of its errors where that is not the usual problem document. */
  problem?: ProblemShape;
  /** The body's bytes stay in `request.bytes`, for handlers that pass them on as they came. */
  keepsBytes?: true;
  /** Other problem codes than the general ones need no list: every route can answer with any. */
  handle(call: Call<A, B, Q, P>): Promise<Answer<R>> | Answer<R>;
};

/** A route of any types, as the application registers it. */
export type Route = RouteDefinition<
  Access,
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | undefined,
  z.ZodType | 'raw' | undefined
>;

/** Declares a route. `access` is not optional: a route that does not say who may call it does not compile. */
export function route<
  const A extends Access,
  B extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  P extends z.ZodType | undefined = undefined,
  R extends z.ZodType | 'raw' | undefined = undefined,
>(definition: RouteDefinition<A, B, Q, P, R>): Route {
  return definition as unknown as Route;
}

/** The body of a route that takes none: absent or `{}`. */
export const noBody = z.strictObject({}).nullish();
