/**
 * The examples of RFC 7643 and RFC 7644, and the cases that Microsoft’s SCIM validator and Okta’s specification test send, in their own
 * words. Steps of a list follow each other; `{name}` stands for the id that the step `as: name` made.
 */
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export type Step = {
  what: string;
  send: [method: string, path: string, body?: object];
  as?: string;
  status: number;
  /** What the answer holds, and what it does not. */
  holds?: object;
  lacks?: string[];
};
export const operations = (...list: object[]): object => ({ schemas: [PATCH], Operations: list });
export const filtered = (kind: 'Users' | 'Groups', filter: string, more = ''): [string, string] => [
  'GET',
  `/${kind}?filter=${encodeURIComponent(filter)}${more}`,
];
export const refused = (status: number, scimType?: string): object => ({
  schemas: [ERROR],
  status: String(status),
  ...(scimType !== undefined && { scimType }),
});
export const found = (count: number): object => ({ schemas: [LIST], totalResults: count });
