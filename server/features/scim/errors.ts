import type { AppError } from '../../lib/errors.ts';
import type { ProblemShape } from '../../http-kit/route.ts';

export const SCIM_TYPE = 'application/scim+json';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What was wrong with a request, in the words of RFC 7644, 3.12. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** An error that only this protocol has. `detail` is shown to whoever runs the directory. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;

  constructor(status: 400 | 403 | 404 | 409 | 412, detail: string, scimType?: ScimType) {
    super(detail);
    this.name = 'ScimError';
    this.status = status;
    this.scimType = scimType;
  }
}

export const invalidValue = (detail: string): ScimError => new ScimError(400, detail, 'invalidValue');

/** Conflicts of ours that mean that a name is taken. */
const taken = new Set(['EMAIL_EXISTS', 'USERNAME_EXISTS']);

const typeOf = ({ code }: AppError): ScimType | undefined => {
  if (taken.has(code)) return 'uniqueness';
  return code === 'VALIDATION_FAILED' ? 'invalidSyntax' : undefined;
};

/** Any error as a directory reads it. */
export const scimProblem: ProblemShape = (thrown, error) => {
  const own = thrown instanceof ScimError ? thrown : null;
  const status = own?.status ?? error.status;
  const scimType = own ? own.scimType : typeOf(error);
  return {
    status,
    type: SCIM_TYPE,
    body: {
      schemas: [ERROR],
      status: String(status),
      ...(scimType && { scimType }),
      detail: own?.message ?? error.message,
    },
  };
};
