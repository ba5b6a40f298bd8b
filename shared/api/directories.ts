import { z } from 'zod';

/** How people come from elsewhere, as the environment says. Null where a way is not set up. */
export const directories = z.object({
  ldap: z
    .object({
      servers: z.array(z.string()),
      /** Whether passwords are encrypted on the way to all of them. */
      encrypted: z.boolean(),
      search_base: z.string(),
      groups: z.boolean(),
      admin_groups: z.array(z.string()),
      signup: z.boolean(),
    })
    .nullable(),
  trusted_header: z
    .object({
      header: z.string(),
      proxies: z.array(z.string()),
      admin_groups: z.array(z.string()),
      sign_out_url: z.string().nullable(),
      signup: z.boolean(),
      /** What this very request carried: whether it came from a trusted proxy, and whom that named. */
      now: z.object({ trusted: z.boolean(), value: z.string().nullable() }),
    })
    .nullable(),
});
export type Directories = z.infer<typeof directories>;

export const ldapTestBody = z.strictObject({
  /** Somebody to look for, without their password. */
  username: z.string().trim().min(1).max(254).optional(),
});
const ldapServerTest = z.object({
  server: z.string(),
  ok: z.boolean(),
  message: z.string(),
  person: z
    .object({ dn: z.string(), mail: z.string().nullable(), name: z.string().nullable(), groups: z.array(z.string()) })
    .nullable(),
});
export type LdapServerTest = z.infer<typeof ldapServerTest>;
export const ldapTest = z.object({ ok: z.boolean(), servers: z.array(ldapServerTest) });
export type LdapTest = z.infer<typeof ldapTest>;
