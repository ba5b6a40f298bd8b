import { createConsoleMail } from '../platform/mail/drivers/console.ts';
import { createSmtpMail } from '../platform/mail/drivers/smtp.ts';
import { createNotificationRepository } from '../features/notifications/repository.ts';
import { createOutbox } from '../features/notifications/outbox.ts';
import { sendSecurityNotices } from '../features/notifications/notices.ts';
import { createRecoveryService } from '../features/account-recovery/service.ts';
import { currentRequest } from '../lib/request-context.ts';
import type { MailDriver } from '../platform/mail/driver.ts';
import type { Kysely } from 'kysely';
import type { DB } from '../db/schema.ts';
import type { Engine } from '../db/dialect.ts';
import type { InTransaction } from '../db/transaction.ts';
import type { Config } from '../config.ts';
import type { AuthService } from '../features/auth/service.ts';
import type { GenerationEngine } from '../features/chat/generation-engine.ts';
import type { ObjectStore } from '../platform/storage/driver.ts';
import type { JobQueue } from '../platform/jobs/driver.ts';
import type { EventBus } from '../platform/events/driver.ts';
import type { AuditService } from '../features/audit/service.ts';
import type { GroupService } from '../features/groups/service.ts';
import type { LockOut } from '../features/auth/lock-out.ts';
import type { Sealer } from '../lib/crypto.ts';
import type { WaysIn } from '../features/identities/ways-in.ts';
import type { OauthRepository } from '../features/oauth/repository.ts';
import type { Providers } from '../features/oauth/providers.ts';
import type { Logger } from '../lib/logger.ts';
import type { Clock } from '../lib/clock.ts';
import { presentUser } from '../features/auth/present.ts';
import { createMembership } from '../features/identities/membership.ts';
import { createIdentityService } from '../features/identities/service.ts';
import { createLdapService } from '../features/ldap/service.ts';
import { FLOW_MS } from '../features/oauth/flows.ts';
import { createOauthService } from '../features/oauth/service.ts';
import { createTrustedHeader } from '../features/trusted-header/service.ts';
import { createUserService } from '../features/users/service.ts';
import { createScimGroups } from '../features/scim/groups.ts';
import { scimRoutes } from '../features/scim/routes.ts';
import { createScimTokens } from '../features/scim/tokens.ts';
import { createScimUsers } from '../features/scim/users.ts';
import { createFlowCookie } from '../http-kit/flow-cookie.ts';
import { createSessionCookies } from '../http-kit/session-cookies.ts';
import { createOutboundGuard } from '../lib/outbound-guard.ts';

type Deps = {
  mailDriver: MailDriver | undefined;
  secretKey: Config['secrets']['secretKey'];
  /** Whether an address has to be confirmed before the first sign-in. */
  needsVerification: () => Promise<boolean>;
  db: Kysely<DB>;
  sqlEngine: Engine;
  inTransaction: InTransaction;
  config: Config;
  auth: AuthService;
  engine: Pick<GenerationEngine, 'stop'>;
  store: ObjectStore;
  jobs: JobQueue;
  events: EventBus;
  audit: AuditService;
  groups: GroupService;
  lockOut: LockOut;
  sealer: Sealer;
  waysIn: WaysIn;
  oauthRepository: OauthRepository;
  signInProviders: Providers;
  logger: Logger;
  now: Clock;
};

/** Accounts, and every way to one beside the password: providers, directories, a proxy in front. */
export function composePeople({
  mailDriver,
  secretKey,
  needsVerification,
  db,
  sqlEngine,
  inTransaction,
  config,
  auth,
  engine,
  store,
  jobs,
  events,
  audit,
  groups,
  lockOut,
  sealer,
  waysIn,
  oauthRepository,
  signInProviders,
  logger,
  now,
}: Deps) {
  const users = createUserService({
    db,
    inTransaction,
    auth,
    stopGeneration: engine.stop,
    presentUser,
    store,
    jobs,
    events,
    audit,
    now,
  });

  const scimTokens = createScimTokens({ db, config, audit, now });
  const scim = scimRoutes({
    users: createScimUsers({ db, engine: sqlEngine, config, auth, users, audit, now }),
    groups: createScimGroups({ db, engine: sqlEngine, config, groups, users, logger }),
    base: config.publicUrl,
  });

  const identities = createIdentityService({
    db,
    auth,
    waysIn,
    membership: createMembership({ groups, users, logger }),
    events,
    now,
  });
  const oauth = createOauthService({
    config,
    repository: oauthRepository,
    providers: signInProviders,
    identities,
    auth,
    guard: createOutboundGuard({ allow: config.providers.outboundAllow }),
    sealer,
    logger,
    now,
  });
  const cookies = createSessionCookies(config);
  const flowCookie = createFlowCookie(config, cookies, FLOW_MS);
  const ldap = config.ldap && createLdapService({ config: config.ldap, identities, auth, lockOut, events, logger });
  const trusted =
    config.trustedHeader &&
    createTrustedHeader({ config: config.trustedHeader, identities, byCookie: auth.byCookie, now });

  const { linkBase, smtp, from } = config.mail;
  const mail = mailDriver ?? (smtp === null ? createConsoleMail() : createSmtpMail({ ...smtp, from }));
  const notifications = createNotificationRepository(db, sqlEngine);
  const outbox = createOutbox({ repository: notifications, driver: mail, jobs, sealer, site: linkBase, now });
  sendSecurityNotices({
    repository: notifications,
    outbox,
    events,
    secretKey,
    linkBase,
    context: currentRequest,
    logger,
    now,
  });
  const recovery = createRecoveryService({
    context: currentRequest,
    db,
    config: config.mail,
    needsVerification,
    auth,
    outbox,
    jobs,
    events,
    logger,
    now,
  });

  return {
    mail,
    recovery,
    users,
    scimTokens,
    scim,
    identities,
    oauth,
    cookies,
    flowCookie,
    ldap,
    trusted,
  };
}
