import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { safeReturnTo } from '../../../shared/return-to.ts';
import { optionsQuery, sessionQuery, waitingRoom, type Person } from '../features/auth/session.ts';
import { conversationQuery, messagesQuery } from '../features/chat/conversations.ts';
import { Markdown } from '../features/chat/markdown/markdown-part.ts';
import { part } from '../lib/part.tsx';
import { ApiError } from '../lib/problem.ts';
import { pageUrl } from '../lib/server.ts';
import { BrokenPage, LoadingPage, MissingPage, WaitingDeskPart, WaitingPart } from './fallbacks.tsx';
import type { Services } from './services.ts';

const root = createRootRouteWithContext<Services>()({ component: Outlet });

type EntrySearch = { return_to?: string; ended?: boolean; invite?: string; refused?: string };
const entrySearch = (search: Record<string, unknown>): EntrySearch => ({
  ...(typeof search.return_to === 'string' && { return_to: safeReturnTo(search.return_to) }),
  ...(search.ended === true && { ended: true }),
  ...(typeof search.invite === 'string' && { invite: search.invite }),
  ...(typeof search.refused === 'string' && { refused: search.refused }),
});

/** Sign-in, sign-up and setup: for those who are not signed in yet. */
const entry = createRoute({
  getParentRoute: () => root,
  id: 'entry',
  validateSearch: entrySearch,
  beforeLoad: async ({ context: { client, queries }, search }) => {
    const user = await queries.ensureQueryData(sessionQuery(client));
    if (user) throw redirect({ href: pageUrl(waitingRoom(user) ?? safeReturnTo(search.return_to)) });
  },
});
const signIn = createRoute({
  getParentRoute: () => entry,
  path: '/sign-in',
  component: part(async () => (await import('../features/auth/sign-in.tsx')).SignIn, WaitingPart),
});
const signUp = createRoute({
  getParentRoute: () => entry,
  path: '/sign-up',
  component: part(async () => (await import('../features/auth/sign-up.tsx')).SignUp, WaitingPart),
});
/** Where the link of an invite leads. */
const register = createRoute({
  getParentRoute: () => entry,
  path: '/register',
  component: part(async () => (await import('../features/auth/sign-up.tsx')).SignUp, WaitingPart),
});
const setup = createRoute({
  getParentRoute: () => entry,
  path: '/setup',
  component: part(async () => (await import('../features/auth/setup.tsx')).Setup, WaitingPart),
});
/** Where mailed links lead, signed in or not. */
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: part(async () => (await import('../features/auth/forgot.tsx')).Forgot, WaitingPart),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: part(async () => (await import('../features/auth/reset.tsx')).Reset, WaitingPart),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: part(async () => (await import('../features/auth/verify.tsx')).Verify, WaitingPart),
});
/** Where a shared link leads, signed in or not. */
const share = createRoute({
  getParentRoute: () => root,
  path: '/share/$token',
  component: part(async () => (await import('../features/shares/share-page.tsx')).SharePage, WaitingPart),
});
const pending = createRoute({
  getParentRoute: () => root,
  path: '/pending',
  component: part(async () => (await import('../features/auth/pending.tsx')).Pending, WaitingPart),
});

const needFactor = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  component: part(async () => (await import('../features/auth/need-factor.tsx')).NeedFactor, WaitingPart),
});

/** The components for those who work on them: only while developing. */
const ui = createRoute({
  getParentRoute: () => root,
  path: '/ui',
  beforeLoad: () => {
    if (!import.meta.env.DEV) throw notFound();
  },
  component: part(async () => (import.meta.env.DEV ? (await import('./ui-page.tsx')).UiPage : () => null), WaitingPart),
});

/** Everything behind the gate. Nobody signed in: to the form, and back here afterwards. */
const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  component: part(async () => (await import('./shell.tsx')).Shell, WaitingPart),
  beforeLoad: async ({ context: { client, queries }, location }) => {
    const user = await queries.ensureQueryData(sessionQuery(client));
    const room = user && waitingRoom(user);
    if (room) throw redirect({ to: room });
    if (user) return;
    const options = await queries.fetchQuery(optionsQuery(client));
    if (options.setup_required) throw redirect({ to: '/setup' });
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { return_to: location.href } });
  },
});
/** One component for the empty desk and for a conversation: the first answer must not make it begin anew. */
const chat = createRoute({
  getParentRoute: () => desk,
  id: 'chat',
  component: part(async () => (await import('../features/chat/chat-page.tsx')).ChatPage, WaitingDeskPart),
});
const newChat = createRoute({ getParentRoute: () => chat, path: '/', component: () => null });
/** `message`: the one to open it at. It is asked for while the code that draws it is fetched, so that it is drawn once, and whole. */
const oneChat = createRoute({
  getParentRoute: () => chat,
  path: '/c/$conversationId',
  validateSearch: ({ message }: Record<string, unknown>): { message?: string } =>
    typeof message === 'string' ? { message } : {},
  beforeLoad: ({ context: { client, queries }, params: { conversationId }, preload }) => {
    if (preload) return;
    void queries.prefetchQuery(conversationQuery(client, conversationId));
    void queries.prefetchInfiniteQuery(messagesQuery(client, conversationId));
  },
  component: Object.assign(() => null, { preload: Markdown.preload }),
});
const files = createRoute({
  getParentRoute: () => desk,
  path: '/files',
  component: part(async () => (await import('../features/files/files-page.tsx')).FilesPage, WaitingDeskPart),
});
const oneFile = createRoute({
  getParentRoute: () => desk,
  path: '/files/$fileId',
  validateSearch: ({ page, passage }: Record<string, unknown>): { page?: number; passage?: number } => ({
    ...(Number.isInteger(page) && Number(page) > 0 && { page: Number(page) }),
    ...(Number.isInteger(passage) && { passage: Number(passage) }),
  }),
  component: part(async () => (await import('../features/files/file-page.tsx')).FilePage, WaitingDeskPart),
});
const prompts = createRoute({
  getParentRoute: () => desk,
  path: '/prompts',
  component: part(async () => (await import('../features/prompts/prompts-page.tsx')).PromptsPage, WaitingDeskPart),
});
const collections = createRoute({
  getParentRoute: () => desk,
  path: '/collections',
  component: part(
    async () => (await import('../features/collections/collections-page.tsx')).CollectionsPage,
    WaitingPart,
  ),
});
const oneCollection = createRoute({
  getParentRoute: () => desk,
  path: '/collections/$collectionId',
  component: part(
    async () => (await import('../features/collections/collection-page.tsx')).CollectionPage,
    WaitingPart,
  ),
});
const assistants = createRoute({
  getParentRoute: () => desk,
  path: '/assistants',
  component: part(
    async () => (await import('../features/assistants/assistants-page.tsx')).AssistantsPage,
    WaitingDeskPart,
  ),
});
const settings = createRoute({
  getParentRoute: () => desk,
  path: '/settings',
  component: part(async () => (await import('../features/settings/settings-page.tsx')).SettingsPage, WaitingDeskPart),
});

const admin = createRoute({
  getParentRoute: () => desk,
  path: '/admin',
  component: part(async () => (await import('../features/admin/admin-page.tsx')).AdminPage, WaitingDeskPart),
});
const adminIndex = createRoute({
  getParentRoute: () => admin,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/admin/users' });
  },
});
const adminUsers = createRoute({
  getParentRoute: () => admin,
  path: '/users',
  component: part(async () => (await import('../features/admin/users-page.tsx')).UsersPage, WaitingDeskPart),
});
const adminInvites = createRoute({
  getParentRoute: () => admin,
  path: '/invites',
  component: part(async () => (await import('../features/admin/invites-page.tsx')).InvitesPage, WaitingDeskPart),
});
const adminGroups = createRoute({
  getParentRoute: () => admin,
  path: '/groups',
  component: part(async () => (await import('../features/admin/groups-page.tsx')).GroupsPage, WaitingDeskPart),
});
const adminPermissions = createRoute({
  getParentRoute: () => admin,
  path: '/permissions',
  component: part(
    async () => (await import('../features/admin/permissions-page.tsx')).PermissionsPage,
    WaitingDeskPart,
  ),
});
const adminRetention = createRoute({
  getParentRoute: () => admin,
  path: '/retention',
  component: part(async () => (await import('../features/admin/retention-page.tsx')).RetentionPage, WaitingDeskPart),
});
const adminUsage = createRoute({
  getParentRoute: () => admin,
  path: '/usage',
  component: part(async () => (await import('../features/admin/usage-page.tsx')).UsagePage, WaitingDeskPart),
});
const adminSignIn = createRoute({
  getParentRoute: () => admin,
  path: '/sign-in',
  component: part(
    async () => (await import('../features/admin/sign-in-settings/page.tsx')).SignInSettings,
    WaitingDeskPart,
  ),
});
const adminModels = createRoute({
  getParentRoute: () => admin,
  path: '/models',
  component: part(async () => (await import('../features/admin/providers-page.tsx')).ProvidersPage, WaitingDeskPart),
});
const adminTools = createRoute({
  getParentRoute: () => admin,
  path: '/tools',
  component: part(async () => (await import('../features/mcp/mcp-page.tsx')).McpPage, WaitingPart),
});
const adminFinding = createRoute({
  getParentRoute: () => admin,
  path: '/finding',
  component: part(async () => (await import('../features/admin/finding/page.tsx')).FindingPage, WaitingPart),
});
const adminDirectories = createRoute({
  getParentRoute: () => admin,
  path: '/directories',
  component: part(async () => (await import('../features/admin/directories/page.tsx')).DirectoriesPage, WaitingPart),
});
const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  component: part(async () => (await import('../features/admin/audit-page.tsx')).AuditPage, WaitingDeskPart),
});

const routeTree = root.addChildren([
  entry.addChildren([signIn, signUp, register, setup]),
  forgot,
  reset,
  verify,
  share,
  pending,
  needFactor,
  ui,
  desk.addChildren([
    chat.addChildren([newChat, oneChat]),
    files,
    oneFile,
    collections,
    oneCollection,
    prompts,
    assistants,
    settings,
    admin.addChildren([
      adminIndex,
      adminUsers,
      adminInvites,
      adminGroups,
      adminPermissions,
      adminModels,
      adminTools,
      adminFinding,
      adminRetention,
      adminUsage,
      adminSignIn,
      adminDirectories,
      adminAudit,
    ]),
  ]),
]);

export function createAppRouter(services: Services) {
  const router = createRouter({
    routeTree,
    basepath: import.meta.env.BASE_URL,
    context: services,
    defaultPreload: 'intent',
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
  });
  const { client, queries, navigation } = services;

  navigation.started = (_slot, conversationId) => {
    if (router.state.location.pathname !== '/') return services.live.slots.renew();
    void router.navigate({ to: '/c/$conversationId', params: { conversationId }, replace: true });
  };
  navigation.shown = () => /^\/c\/([^/]+)/.exec(router.state.location.pathname)?.[1];
  navigation.open = (conversationId) => void router.navigate({ to: '/c/$conversationId', params: { conversationId } });
  client.onSignedOut(() => {
    if (!queries.getQueryData(sessionQuery(client).queryKey)) return;
    const { href } = router.state.location;
    queries.clear();
    client.hold(null);
    void router.navigate({ to: '/sign-in', search: { return_to: safeReturnTo(href), ended: true } });
  });
  sendToWaitingRoom(services, (to) => void router.navigate({ to }));
  return router;
}

/**
 * Somebody who may not go on is led to where that can be mended, also in the middle of things: an admin can ask for second factors at any
 * time, and the first refusal tells.
 */
function sendToWaitingRoom({ client, queries }: Services, go: (to: '/pending' | '/second-factor') => void): void {
  const { queryKey } = sessionQuery(client);
  queries.getQueryCache().subscribe(({ type, query, ...event }) => {
    if (type !== 'updated' || !('action' in event)) return;
    const { action } = event;
    if (action.type === 'error' && action.error instanceof ApiError && action.error.refusal.code === 'FORBIDDEN')
      void queries.invalidateQueries({ queryKey });
    if (action.type !== 'success' || query.queryKey[0] !== queryKey[0]) return;
    const person = query.state.data as Person | null;
    const room = person && waitingRoom(person);
    if (room) go(room);
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
