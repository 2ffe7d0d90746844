import { useMe } from '@/lib/session/use-me';
import { viewedRole } from '@/lib/session/view-as';
import type { AccessSubject } from '@/records/access/access-questions';

/** Whom a question is about unless somebody else is chosen: this person, or the role they look through. */
export function useSelf(): AccessSubject {
  const { user } = useMe();
  const role = viewedRole();
  return role ? { kind: 'role', ...role } : { kind: 'member', id: user.memberId, name: user.name };
}
