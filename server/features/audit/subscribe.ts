import type { EventBus } from '../../platform/events/driver.ts';
import type { AuditService } from './service.ts';

const user = (id: string) => ({ kind: 'user', id });

const factorActions = {
  on: 'factor.enrolled',
  off: 'factor.removed',
  moved: 'factor.moved',
  backup_codes: 'factor.backup_codes_made',
  backup_code_used: 'factor.backup_code_used',
  passkey_added: 'passkey.added',
  passkey_removed: 'passkey.removed',
  identity_linked: 'identity.linked',
  identity_unlinked: 'identity.unlinked',
} as const;

/** Writes down what the other parts say has happened. */
export function subscribeAudit(events: Pick<EventBus, 'subscribe'>, audit: Pick<AuditService, 'note'>): void {
  events.subscribe('user.signup', ({ user_id, role }) =>
    audit.note({
      action: role === 'admin' ? 'setup.done' : 'user.registered',
      actorId: user_id,
      target: user(user_id),
      detail: { role },
    }),
  );
  events.subscribe('quota.exceeded', ({ user_id, kind, limit }) =>
    audit.note({ action: 'quota.exceeded', actorId: user_id, target: user(user_id), detail: { kind, limit } }),
  );
  events.subscribe('invite.used', ({ user_id, invite_id }) =>
    audit.note({ action: 'invite.used', actorId: user_id, target: { kind: 'invite', id: invite_id } }),
  );
  events.subscribe('sign_in.succeeded', ({ user_id, method, provider }) =>
    audit.note({
      action: 'sign_in.succeeded',
      actorId: user_id,
      target: user(user_id),
      detail: { method, ...(provider !== undefined && { provider }) },
    }),
  );
  events.subscribe('sign_in.failed', ({ user_id, code }) =>
    // Without the name that was typed: it may well be a password.
    audit.note({
      action: 'sign_in.failed',
      actorId: null,
      ...(user_id !== null && { target: user(user_id) }),
      detail: { code },
    }),
  );
  events.subscribe('sign_out', ({ user_id }) =>
    audit.note({ action: 'sign_out', actorId: user_id, target: user(user_id) }),
  );
  events.subscribe('sessions.revoked', ({ user_id, reason }) =>
    audit.note({ action: 'sessions.revoked', target: user(user_id), detail: { reason } }),
  );
  events.subscribe('password.changed', ({ user_id, by }) =>
    audit.note({ action: by === 'reset' ? 'password.reset' : 'password.changed', target: user(user_id) }),
  );
  events.subscribe('password.reset_asked', ({ user_id }) =>
    // Without the address that was typed, as with sign-in.
    audit.note({ action: 'password.reset_asked', actorId: null, ...(user_id !== null && { target: user(user_id) }) }),
  );
  events.subscribe('email.verified', ({ user_id }) =>
    audit.note({ action: 'email.verified', actorId: user_id, target: user(user_id) }),
  );
  events.subscribe('factor.changed', ({ user_id, change, name }) => {
    // What an admin takes away is written down where it is done.
    if (change === 'reset') return;
    audit.note({
      action: factorActions[change],
      actorId: user_id,
      target: user(user_id),
      ...(name !== undefined && { detail: { name } }),
    });
  });
  events.subscribe('passkey.copied', ({ user_id, passkey_id }) =>
    audit.note({
      action: 'passkey.counter_went_back',
      actorId: null,
      target: user(user_id),
      detail: { passkey: passkey_id },
    }),
  );
  events.subscribe('factor.locked', ({ user_id }) => audit.note({ action: 'factor.locked', target: user(user_id) }));
  events.subscribe('session.family_revoked', ({ user_id, session_id }) =>
    audit.note({
      action: 'session.family_revoked',
      actorId: null,
      target: user(user_id),
      detail: { session: session_id },
    }),
  );
  for (const action of ['api_key.created', 'api_key.rotated'] as const)
    events.subscribe(action, ({ user_id, api_key_id }) =>
      audit.note({ action, actorId: user_id, target: { kind: 'api_key', id: api_key_id } }),
    );
  events.subscribe('api_key.revoked', ({ user_id, api_key_id }) =>
    audit.note({ action: 'api_key.revoked', actorId: user_id, target: { kind: 'api_key', id: api_key_id } }),
  );
}
