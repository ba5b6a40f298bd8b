import { PAGE, GROUP, USER } from './protocol.ts';

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

type Attribute = { name: string; type: string; [more: string]: unknown };

const attribute = (name: string, type: string, more: Record<string, unknown> = {}): Attribute => ({
  name,
  type,
  multiValued: false,
  description: name,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});
const many = { multiValued: true };
const readOnly = { mutability: 'readOnly' };

/** What this service can (RFC 7643, 5). */
export const serviceProviderConfig = (base: URL) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: PAGE.most },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'A token that an admin made under Admin → Directories.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: new URL('/scim/v2/ServiceProviderConfig', base).href },
});

export const resourceTypes = (base: URL) =>
  [
    { id: 'User', endpoint: '/Users', description: 'People', schema: USER },
    { id: 'Group', endpoint: '/Groups', description: 'Groups of people', schema: GROUP },
  ].map((one) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    name: one.id,
    ...one,
    meta: { resourceType: 'ResourceType', location: new URL(`/scim/v2/ResourceTypes/${one.id}`, base).href },
  }));

const userAttributes = [
  attribute('userName', 'string', { required: true, uniqueness: 'server' }),
  attribute('externalId', 'string', { caseExact: true }),
  attribute('displayName', 'string'),
  attribute('name', 'complex', {
    subAttributes: [
      attribute('formatted', 'string'),
      attribute('givenName', 'string'),
      attribute('familyName', 'string'),
    ],
  }),
  attribute('emails', 'complex', {
    ...many,
    subAttributes: [attribute('value', 'string'), attribute('type', 'string'), attribute('primary', 'boolean')],
  }),
  attribute('active', 'boolean'),
  attribute('groups', 'complex', {
    ...many,
    ...readOnly,
    subAttributes: [attribute('value', 'string', readOnly), attribute('display', 'string', readOnly)],
  }),
];
const groupAttributes = [
  attribute('displayName', 'string', { required: true, uniqueness: 'server' }),
  attribute('externalId', 'string', { caseExact: true }),
  attribute('members', 'complex', {
    ...many,
    subAttributes: [
      attribute('value', 'string', { mutability: 'immutable' }),
      attribute('display', 'string', readOnly),
    ],
  }),
];

export const schemas = (base: URL) =>
  [
    { id: USER, name: 'User', description: 'A person’s account', attributes: userAttributes },
    { id: GROUP, name: 'Group', description: 'A group of people', attributes: groupAttributes },
  ].map((one) => ({
    schemas: [SCHEMA],
    ...one,
    meta: { resourceType: 'Schema', location: new URL(`/scim/v2/Schemas/${one.id}`, base).href },
  }));
