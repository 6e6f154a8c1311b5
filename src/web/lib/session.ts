// session.ts -- what this caller may do, signing in and out, and noticing a new server.

import { computed, signal } from '@preact/signals';
import { NO_ANSWER, problemOf, type Problem, type Session } from './api';
import { askSession, firstSession } from './first';

/** Null until the first answer. */
export const session = signal<Session | null>(null);

/** Why there is no session yet. */
export const sessionProblem = signal<Problem | null>(null);

export const needsKey = computed(() => {
  const now = session.value;
  return now !== null && now.auth_required && !now.signed_in;
});

/** Nothing may be read: not yet, or not at all. */
export const isShut = computed(() => needsKey.value || session.value?.may.read === false);

/** Are there buttons? Also where only the role is too small for them: each then says so. */
export const showsVerbs = computed(() => {
  const now = session.value;
  return now !== null && (now.may_write || (now.write_enabled && now.role !== null));
});

/** Why this caller may not; null where nothing stands in the way. */
export function refusalOf(verb: 'cancel' | 'delete' | 'replay'): string | null {
  return session.value?.refusals[verb === 'delete' ? 'destroy' : 'operate'] ?? null;
}

/** What the server allows for a job in this state; it has the last word. */
export function allowedIn(status: string | null): Session['allowed_actions'][string] {
  // A Map, for a row may call its status "constructor".
  const allowed = new Map(Object.entries(session.value?.allowed_actions ?? {}));
  return allowed.get(status ?? 'unknown') ?? allowed.get('unknown') ?? [];
}

const RETRY_MS = 3000;

let asked: Promise<void> | null = null;

function take(next: Session): void {
  const before = session.peek();
  session.value = next;
  sessionProblem.value = null;
  if (before !== null && before.instance !== next.instance && next.reload) location.reload();
}

async function ask(how: RequestInit = {}): Promise<Problem | null> {
  try {
    const response = (how.method ? null : await firstSession()) ?? (await askSession(how));
    if (!response.ok) return await problemOf(response);
    take((await response.json()) as Session);
    return null;
  } catch {
    return NO_ANSWER;
  }
}

/** Asks until there is an answer; one question at a time. */
export function refreshSession(): Promise<void> {
  asked ??= (async () => {
    sessionProblem.value = await ask();
    asked = null;
    if (sessionProblem.value !== null) setTimeout(() => void refreshSession(), RETRY_MS);
  })();
  return asked;
}

export function signIn(key: string): Promise<Problem | null> {
  return ask({
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ api_key: key }),
  });
}

export function signOut(): Promise<Problem | null> {
  return ask({ method: 'DELETE' });
}

/** Of every answer: a key or a role that is needed now, or a server that was started again. */
export function heardSession(response: Response): void {
  const known = session.peek();
  const instance = response.headers.get('Soniq-Instance');
  const restarted = instance !== null && known !== null && instance !== known.instance;
  if (restarted || response.status === 401 || response.status === 403) void refreshSession();
}
