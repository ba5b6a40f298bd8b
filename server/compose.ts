import { join } from 'node:path';
import type { Logger } from 'pino';
import { sql } from 'kysely';
import type { Config } from './config.ts';
import { openUpToDate } from './db/bring-up-to-date.ts';
import { refreshStatistics } from './db/statistics.ts';
import { createTransactor } from './db/transaction.ts';
import { appRoutes } from './features/apps/routes.ts';
import { apiKeyRoutes } from './features/api-keys/routes.ts';
import { createApiKeyService } from './features/api-keys/service.ts';
import type { Admission } from './features/auth/admission.ts';
import { presentUser } from './features/auth/present.ts';
import { auditRoutes } from './features/audit/routes.ts';
import { createDailyExport } from './features/audit/daily-export.ts';
import { exportDays, registerAuditJobs } from './features/audit/jobs.ts';
import { createAuditService } from './features/audit/service.ts';
import { subscribeAudit } from './features/audit/subscribe.ts';
import { ensureFirstAdmin } from './features/auth/first-admin.ts';
import { recoveryRoutes } from './features/account-recovery/routes.ts';
import { arrivalRoutes } from './features/auth/arrival-routes.ts';
import { authRoutes } from './features/auth/routes.ts';
import { registerAuthJobs } from './features/auth/jobs.ts';
import { createBreachCheck, PWNED_PASSWORDS_URL } from './features/auth/breached-passwords.ts';
import { createKnownNetworksRepository } from './features/auth/known-networks-repository.ts';
import { createLockOut, noLockOut } from './features/auth/lock-out.ts';
import { createAuthService } from './features/auth/service.ts';
import { registerChatSearchJobs, startIndexing } from './features/chat-search/jobs.ts';
import { createChatSearchRepository } from './features/chat-search/repository.ts';
import { registerChatJobs } from './features/chat/jobs.ts';
import { createMessageRepository } from './features/chat/message-repository.ts';
import { onFirstSocket } from './features/live/on-first-socket.ts';
import { registerCollectionJobs } from './features/collections/jobs.ts';
import { registerEmbeddingJobs, startEmbeddings } from './features/embeddings/jobs.ts';
import { registerFileJobs } from './features/files/jobs.ts';
import { withRecordings, type Transcribe } from './features/files/recordings.ts';
import { fileRoutes } from './features/files/routes.ts';
import { createFileService } from './features/files/service.ts';
import { groupRoutes } from './features/groups/routes.ts';
import { createGroupService } from './features/groups/service.ts';
import { identityRoutes } from './features/identities/routes.ts';
import { createWaysIn } from './features/identities/ways-in.ts';
import { inviteRoutes } from './features/invites/routes.ts';
import { createInviteService } from './features/invites/service.ts';
import { knowledgeRoutes } from './features/knowledge/routes.ts';
import { createKnowledgeService } from './features/knowledge/service.ts';
import { ldapRoutes } from './features/ldap/routes.ts';
import { modelRoutes } from './features/models/routes.ts';
import { directoriesRoutes } from './features/directories/routes.ts';
import { directoryRoutes } from './features/directory/routes.ts';
import { createDirectoryService } from './features/directory/service.ts';
import { createProviders } from './features/oauth/providers.ts';
import { createOauthRepository } from './features/oauth/repository.ts';
import { oauthRoutes } from './features/oauth/routes.ts';
import { passkeyRoutes } from './features/passkeys/routes.ts';
import { createPasskeyService } from './features/passkeys/service.ts';
import { permissionRoutes } from './features/permissions/routes.ts';
import { createPermissionService } from './features/permissions/service.ts';
import { registerProviderJobs } from './features/providers/jobs.ts';
import { pullRoutes } from './features/providers/pull-routes.ts';
import { providerRoutes } from './features/providers/routes.ts';
import { quotaRoutes } from './features/quotas/routes.ts';
import { createQuotaService } from './features/quotas/service.ts';
import { createUsageService } from './features/usage/service.ts';
import { isAmong } from './features/trusted-header/claim.ts';
import { trustedHeaderRoutes } from './features/trusted-header/routes.ts';
import { usageRoutes } from './features/usage/routes.ts';
import { profileRoutes } from './features/users/profile-routes.ts';
import { registerUserJobs } from './features/users/jobs.ts';
import { userRoutes } from './features/users/routes.ts';
import { secondFactorRoutes } from './features/second-factor/routes.ts';
import { createSecondFactorService } from './features/second-factor/service.ts';
import { scimAdminRoutes } from './features/scim/admin-routes.ts';
import { settingsRoutes } from './features/settings/routes.ts';
import { createSettingsService } from './features/settings/service.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate, createByToken, createVerifyUnsafe } from './http/authenticate.ts';
import { createHealth } from './http/health.ts';
import { builtPage } from './http/page.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { createRevocations } from './http/revocations.ts';
import { needsCsrfToken, withSingleUser } from './http/single-user.ts';
import { systemRoutes } from './http/system-routes.ts';
import { tokenThroughProxy, withTrustedHeader } from './http/trusted-header.ts';
import { checkOrigin } from './http-kit/origin-guard.ts';
import type { Door } from './http-kit/register.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { createSealer } from './lib/crypto.ts';
import { currentRequest } from './lib/request-context.ts';
import { AppError } from './lib/errors.ts';
import { createOutboundGuard, type OutboundGuard } from './lib/outbound-guard.ts';
import { createTextExtractor } from './platform/extract/drivers/worker-pool.ts';
import { createDatabaseJobs } from './platform/jobs/drivers/database/jobs.ts';
import type { MailDriver } from './platform/mail/driver.ts';
import { createTermIndex } from './platform/search/create.ts';
import { createDiskStore } from './platform/storage/drivers/disk.ts';
import { composeChat } from './compose/chat.ts';
import { composeKeeping } from './compose/keeping.ts';
import { composePeople } from './compose/people.ts';
import { composeSkins } from './compose/skins.ts';
import { connectProcesses } from './compose/processes.ts';
import { createProfileService } from './features/users/profile-service.ts';
import { composeMcp } from './compose/mcp.ts';
import { composeModels } from './compose/models.ts';

/** Running answers get this long to end by themselves when the process is asked to stop. */
const DRAIN_MS = 20_000;
/** What servers of speech that know only one model take for it. */
const SPEECH_MODEL = 'whisper-1';
const QUICK_READ_MS = 45_000;
const JOB_GRACE_MS = 5_000;
const FAREWELL_MS = 2_000;

export type Overrides = {
  mail?: MailDriver;
  now?: Clock;
  drainMs?: number;
  /** Where breached passwords are asked for, if HIBP_ENABLED. */
  breaches?: { url: string; guard: OutboundGuard };
  /** What decides where model servers may be. */
  outbound?: OutboundGuard;
  /** What decides which web pages may be fetched. */
  webPages?: OutboundGuard;
};

export type Carrel = Awaited<ReturnType<typeof compose>>;

/** The only place that picks drivers and builds services. Opens and migrates the database; serves once `listen` is called. */
export async function compose(
  config: Config,
  logger: Logger,
  { now = systemClock, drainMs = DRAIN_MS, breaches, mail: mailDriver, outbound, webPages }: Overrides = {},
) {
  const database = await openUpToDate(config, logger);
  const { db, reader, engine: sqlEngine } = database;
  const inTransaction = createTransactor(database);

  const processes = await connectProcesses(config, logger);
  const { events, shared } = processes;
  const jobs = createDatabaseJobs({ database, events, logger, now });
  const store = await createDiskStore({ root: join(config.dataDir, 'files') });
  const extractor = createTextExtractor({ logger });
  // What an answer waits for does not wait behind a book that is being read.
  const quickReader = createTextExtractor({ logger, totalMs: QUICK_READ_MS });
  const tempDir = join(config.dataDir, 'tmp');

  const audit = createAuditService({ db, inTransaction, context: currentRequest, logger, now });
  subscribeAudit(events, audit);
  const settings = createSettingsService({ db, engine: sqlEngine, inTransaction, config, audit, logger, now });
  const authSettings = () => settings.live('auth');
  const permissions = createPermissionService({ db, engine: sqlEngine, inTransaction, audit, now });
  events.follow('entitlements.changed', permissions.forget);
  const groups = createGroupService({ db, engine: sqlEngine, permissions, presentUser, events, audit, now });
  const invites = createInviteService({ db, publicUrl: config.publicUrl, groups, audit, now });
  const admission: Admission = { ...invites, mode: async () => (await authSettings()).values.signup_mode };
  const { secretKey } = config.secrets;
  const lockOut = config.rateLimit.enabled
    ? createLockOut({ known: createKnownNetworksRepository(db, sqlEngine), secretKey, shared, now })
    : noLockOut;
  const isBreached = createBreachCheck({
    ...(breaches ?? { url: PWNED_PASSWORDS_URL, guard: createOutboundGuard() }),
    logger,
    now,
  });
  const sealer = createSealer(secretKey);
  const secondFactor = createSecondFactorService({
    db,
    engine: sqlEngine,
    sealer,
    // Where nobody signs in, nobody gives a code.
    requiredRoles: async () => (config.auth.enabled ? (await authSettings()).values.second_factor_roles : []),
    events,
    audit,
    now,
  });
  const auth = createAuthService({
    db,
    config,
    settings: authSettings,
    secondFactor,
    events,
    admission,
    logger,
    now,
    isBreached,
    offered: async () => ({
      ldap: config.ldap !== null,
      passkey: passkeys.isPossible,
      trusted_header: config.trustedHeader !== null,
      oauth: await signInProviders.offered(),
    }),
    lockOut,
  });
  const waysIn = createWaysIn(inTransaction);
  const passkeys = createPasskeyService({ db, config, auth, secondFactor, waysIn, events, now });
  const oauthRepository = createOauthRepository(db, sqlEngine);
  const signInProviders = createProviders({ config, repository: oauthRepository, sealer, audit, now });
  const apiKeys = createApiKeyService({
    db,
    mostDays: async () => (await authSettings()).values.api_key_expiry_days,
    lacksSecondFactor: secondFactor.isLacking,
    events,
    presentUser,
    logger,
    now,
  });
  for (const change of ['session.revoked', 'user.approved', 'api_key.revoked', 'api_key.rotated'] as const)
    events.follow(change, apiKeys.forget);
  const knowledge = createKnowledgeService({
    db,
    engine: sqlEngine,
    inTransaction,
    reader,
    index: (on) => createTermIndex(on, sqlEngine),
    meaning: (scope, text, limit) => embeddings.search(scope, text, limit),
    rerank: (question, texts, signal) => reranker.rerank(question, texts, signal),
    setup: async () => ({ embedding: await embeddings.activeModel(), rerank: await reranker.chosen() }),
    onChange: (fileId) => embeddings.fileChanged(fileId),
  });
  const quotas = createQuotaService({
    db,
    engine: sqlEngine,
    inTransaction,
    defaults: config.quotas,
    storedBytes: (userId) => files.storedBytes(userId),
    costOf: (usage) => models.costOf(usage),
    events,
    audit,
    logger,
    now,
  });
  events.subscribe('entitlements.changed', quotas.forget);
  events.subscribe('file.updated', ({ user_id, status }) => {
    if (status === 'ready') quotas.storedMore(user_id);
  });
  const transcribe: Transcribe = async (recording, signal) => {
    if (!whisper?.transcribe) throw new AppError('UNSUPPORTED_FILE_TYPE');
    return whisper.transcribe({ ...recording, model: SPEECH_MODEL }, signal);
  };
  const files = createFileService({
    db,
    inTransaction,
    store,
    extractor: withRecordings(extractor, config.providers.whisperUrl ? transcribe : null),
    passages: knowledge,
    jobs,
    events,
    room: quotas,
    config,
    logger,
    now,
  });
  const profiles = createProfileService({ db, engine: sqlEngine, now });
  const { whisper, hears, records, models, vectors, embeddings, reranker, findingRoutes, providers, ai, pulls } =
    await composeModels({
      database,
      inTransaction,
      config,
      jobs,
      audit,
      settings,
      groups,
      profiles,
      sealer,
      outbound,
      logger,
      now,
    });
  events.subscribe('entitlements.changed', records.forgetGroups);

  const mcp = composeMcp({
    db,
    sqlEngine,
    config,
    audit,
    auth,
    groups,
    sealer,
    oauthRepository,
    outbound,
    logger,
    now,
  });

  const chatting = composeChat({
    db,
    dbReader: reader,
    sqlEngine,
    inTransaction,
    config,
    store,
    quickReader,
    tempDir,
    jobs,
    events,
    audit,
    auth,
    quotas,
    knowledge,
    files,
    profiles,
    models,
    embeddings,
    webPages,
    toolSources: [mcp.source.tools],
    permitted: permissions.permitted,
    wholeFiles: async () => (await settings.live('finding')).values.whole_files_tokens,
    logger,
    now,
  });

  const { engine, policy, chat, conversations, holders, sources, transfer, messages, generations } = chatting;

  const { users, scimTokens, scim, identities, oauth, cookies, flowCookie, ldap, trusted, mail, recovery } =
    composePeople({
      mailDriver,
      secretKey,
      needsVerification: async () => (await authSettings()).values.email_verification,
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
    });

  const own = { conversations, transfer, files, holders };
  const keeping = composeKeeping({
    db,
    sqlEngine,
    store,
    jobs,
    events,
    auth,
    secondFactor,
    ...own,
    audit,
    logger,
    now,
  });
  registerUserJobs(jobs, users);
  registerAuditJobs(jobs, createDailyExport({ store, entries: audit.export, now }));
  registerAuthJobs(jobs, auth);
  registerChatJobs(jobs, { generations, now });
  const chatSearch = createChatSearchRepository(db, sqlEngine);
  registerChatSearchJobs(jobs, {
    messages,
    inside: createMessageRepository,
    inTransaction,
    repository: chatSearch,
    now,
  });
  registerFileJobs(jobs, files, holders);
  registerEmbeddingJobs(jobs, embeddings, (filled) => refreshStatistics(db, sqlEngine, filled));
  registerCollectionJobs(jobs, sources);
  registerProviderJobs(jobs, pulls);

  const page = builtPage({ cookiesSpeak: config.auth.mode !== 'bearer' });
  const health = createHealth({
    version: config.version,
    dataDir: config.dataDir,
    pingDatabase: () => sql`select 1`.execute(db),
    checkStore: () => store.check(),
    pingRedis: processes.ping,
    providers: () => models.componentHealth(),
    now,
  });

  const authenticate = withTrustedHeader(
    withSingleUser(createAuthenticate(auth, apiKeys, config), auth.singleUser, config.auth),
    trusted,
    cookies,
  );
  const identify: Door['identify'] = async (request, reply) => (await authenticate(request, reply))?.actor ?? null;
  const verifyUnsafe = createVerifyUnsafe(auth, config);
  const revocations = createRevocations({ events, aliveSessions: auth.aliveSessions, logger });
  const sockets = onFirstSocket({
    events,
    watch: revocations.watch,
    isModel: async (actor, id) => (await models.list(actor)).some((model) => model.id === id),
    logger,
  });
  const app = await createApp({
    config,
    logger,
    page,
    revocations,
    sockets: { sockets, byToken: tokenThroughProxy(createByToken(auth, apiKeys, config), trusted) },
    door: {
      directory: scimTokens.directoryOf,
      identify,
      count: createRateLimits(config.rateLimit, now, shared),
      permitted: permissions.permitted,
      checkIntent: (request, actor) => {
        if (actor?.via !== 'bearer' && actor?.via !== 'api_key')
          checkOrigin(request.headers, { host: request.host, protocol: request.protocol }, config);
        if (needsCsrfToken(request, config.auth)) verifyUnsafe(request, actor);
      },
    },
    routes: [
      ...systemRoutes({ config, signupMode: admission.mode, health, hears, page }),
      ...authRoutes(auth, config, ldap),
      ...arrivalRoutes({ auth, cookies, identify }),
      ...trustedHeaderRoutes(trusted, cookies),
      ...ldapRoutes(ldap),
      ...directoriesRoutes({ config, isTrusted: (address) => isAmong(address, config.trustedProxies) }),
      ...recoveryRoutes(recovery),
      ...secondFactorRoutes(secondFactor, auth),
      ...passkeyRoutes(passkeys, cookies),
      ...identityRoutes(identities),
      ...oauthRoutes({ oauth, providers: signInProviders, cookies, flowCookie, config }),
      ...appRoutes,
      ...apiKeyRoutes(apiKeys),
      ...modelRoutes(models),
      ...providerRoutes({ providers, ai }),
      ...pullRoutes(pulls),
      ...chatting.routes(identify),
      ...mcp.routes(flowCookie),
      ...fileRoutes(files),
      ...knowledgeRoutes({ knowledge, policy, audit }),
      ...findingRoutes,
      ...settingsRoutes(settings),
      ...auditRoutes(audit),
      ...scimAdminRoutes(scimTokens),
      ...scim,
      ...userRoutes(users),
      ...keeping.routes,
      ...profileRoutes(profiles),
      ...inviteRoutes(invites),
      ...groupRoutes(groups),
      ...permissionRoutes(permissions),
      ...quotaRoutes(quotas),
      ...usageRoutes(createUsageService({ db, upToDate: quotas.reservations.flush, now })),
      ...directoryRoutes(createDirectoryService({ db })),
      ...composeSkins({ config, models, quotas, knowledge, whisper, audit, logger }),
    ],
  });

  return {
    app,
    database,
    services: { audit, auth, files, quotas, store, models, knowledge, chat, engine, jobs },

    /** Begins to serve; answers the address that a browser on this machine opens. */
    async listen(): Promise<string> {
      await ensureFirstAdmin(auth, config.auth);
      quotas.reservations.start();
      engine.start();
      await models.start();
      records.start();
      jobs.start();
      // A server that is off at midnight makes up for it now.
      await jobs.enqueue(exportDays, {}, { dedupeKey: exportDays });
      await startIndexing(jobs, chatSearch);
      await startEmbeddings(jobs);
      await files.start();
      await sources.start();
      await app.listen({ host: config.host, port: config.port });
      const address = app.server.address();
      const port = typeof address === 'object' && address ? address.port : config.port;
      return `http://${config.host === '127.0.0.1' ? 'localhost' : config.host}:${port}`;
    },

    /** Takes nothing new, lets what runs end (bounded), stores the rest as interrupted. */
    async close(): Promise<void> {
      const closed = app.close();
      await engine.shutdown(drainMs);
      await quotas.reservations.stop();
      await jobs.stop(JOB_GRACE_MS);
      mail.close();
      // Streams have had their last event; who does not take it in time reads it from the log later.
      const late = setTimeout(() => app.server.closeAllConnections(), FAREWELL_MS);
      await closed;
      clearTimeout(late);
      await records.stop();
      await models.stop();
      await mcp.connections.stop();
      await Promise.all([extractor.close(), quickReader.close(), auth.close()]);
      await vectors.close();
      await audit.drained();
      await processes.close();
      await database.close();
    },
  };
}
